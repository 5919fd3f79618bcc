"""Another process on the mesh, for the tests: `player.py <run> <journals> <name> <part> <words…>`."""

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import anyio
import anyio.lowlevel
import anyio.to_thread

from bus import AlreadyAnswered, Bus, NameTaken, history, open_bus, open_hand
from schemas import Asset, Event, ImageProgress, ImageReady, ImageRequest, SpeechFinal, StoryBeat, because

RUN, JOURNALS = (Path(word) for word in sys.argv[1:3])
VOICE, sys.stdout = sys.stdout, sys.stderr  # warnings are no lines of the part
NOTHING = Asset(path="fox.jpg", media_type="image/jpeg", sha256="00", size=1)


def say(line: object) -> None:
    """Write a line at once."""
    VOICE.write(f"{line}\n")
    VOICE.flush()


def noting(path: str) -> Callable[[str], None]:
    """Return a way to write lines down that outlive a kill."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def note(line: str) -> None:
        os.write(descriptor, f"{line}\n".encode())

    return note


def beats(bus: Bus, number: int, visits: int) -> list[StoryBeat]:
    """Post a beat of each of some visits: a frame for each."""
    return [bus.post(StoryBeat(number=number, text="And then?", visit=f"v{visit}")) for visit in range(visits)]


async def hold(bus: Bus) -> None:
    """Be there until killed."""
    say("ready")
    await anyio.sleep_forever()


async def tell(bus: Bus, count: str) -> None:
    """Publish some beats, one after the other."""
    say("ready")
    for number in range(1, int(count) + 1):
        await bus.publish(StoryBeat(number=number, text="And then?", visit="v1"))


async def pour(bus: Bus) -> None:
    """Post beats in bursts until killed."""
    say("ready")
    number = 0
    while True:
        for _ in range(20):
            number += 1
            bus.post(StoryBeat(number=number, text="And then?", visit="v1"))
        await bus.publish(SpeechFinal(text=str(number)))


async def flood(bus: Bus, seconds: str, together: str = "32") -> None:
    """Greet; at a word publish as much as there is room for, for a while; say how much; at another word say goodbye.

    As many beats as are said together travel in one frame.
    """
    await bus.publish(SpeechFinal(text="Good evening"))
    say("ready")
    await word()
    end, count = time.monotonic() + float(seconds), 1
    while time.monotonic() < end:
        for _ in range(255):
            bus.post(StoryBeat(number=count, text="And then?", visit=f"v{count // int(together)}"))
            count += 1
        await bus.publish(StoryBeat(number=count, text="And then?", visit=f"v{count // int(together)}"))
        count += 1
    say(count)
    await word()
    await bus.publish(SpeechFinal(text="Goodbye"))
    await hold(bus)


async def word() -> None:
    """Wait for a line."""
    await anyio.to_thread.run_sync(sys.stdin.readline)


async def burst(bus: Bus, count: str) -> None:
    """Publish beats of 200 bytes as fast as they are taken, and stay until killed."""
    for number in range(1, int(count) + 1):
        beat = StoryBeat(number=number, text="x" * 200)
        if number % 256 and number < int(count):
            bus.post(beat)
        else:
            await bus.publish(beat)
    await hold(bus)


async def weave(bus: Bus, path: str) -> None:
    """Listen to everybody, and publish beats of several visits and topics until killed.

    Note every number that was given, and every one of which `publish` said that it is kept.
    """
    note = noting(path)
    async with bus.subscribe(StoryBeat, SpeechFinal) as events:
        say("ready")
        number = 0
        while True:
            number += 1
            for event in (*beats(bus, number, number % 20), bus.post(SpeechFinal(text=str(number)))):
                note(f"given {event.id}")
            if number % 10 == 0:
                kept = await bus.publish(SpeechFinal(text="kept"))
                note(f"given {kept.id}")
                note(f"kept {kept.id}")
                await anext(events)
            await anyio.sleep(0.002)


async def brink(bus: Bus, path: str) -> None:
    """Publish for a moment; die when the last event is in the journal and has not been sent."""
    note = noting(path)
    say("ready")
    for number in range(random.randrange(30)):
        for event in beats(bus, number, number % 5):
            note(f"given {event.id}")
        await anyio.sleep(0.001)
    last = beats(bus, 0, random.randrange(1, 20))
    for event in last:
        note(f"given {event.id}")
    await anyio.lowlevel.checkpoint()  # they are on their way to the journal; from here on the loop stands still
    while not history.get(JOURNALS, last[-1].id):
        pass
    os.kill(os.getpid(), signal.SIGKILL)


async def stream(bus: Bus, size: str) -> None:
    """Post previews, a thousand per second, until killed."""
    say("ready")
    preview = bytes(int(size))
    begin, step = time.monotonic(), 0
    while True:
        while step < (time.monotonic() - begin) * 1000:
            step += 1
            bus.post(ImageProgress(step=step, of=0, preview=preview))
        await anyio.sleep(0.001)


async def listen(bus: Bus) -> None:
    """Say the number of every beat."""
    async with bus.subscribe(StoryBeat) as beats:
        say("ready")
        async for beat in beats:
            say(beat.number)


async def hear(bus: Bus, path: str, stall: str = "", seconds: str = "") -> None:
    """Note the id of every event until killed; after the first one stall for a while, in one of two ways."""
    note = noting(path)
    async with bus.subscribe(StoryBeat, SpeechFinal) as events:
        say("ready")
        note((await anext(events)).id)
        if stall == "loop":
            time.sleep(float(seconds))  # noqa: ASYNC251 -- the stall is what is tried
        elif stall == "reader":
            await anyio.sleep(float(seconds))
        async for event in events:
            note(event.id)


async def effect(bus: Bus) -> None:
    """Publish one effect of every beat, durably, until killed."""
    async with bus.subscribe(StoryBeat, durable=True) as beats:
        say("ready")
        handled = 0
        async for beat in beats:
            async with bus.handling(beat):
                bus.post(because(beat, SpeechFinal(text="heard")))
            handled += 1
            if handled == 1:
                say("handled")


async def forget(bus: Bus, visit: str) -> None:
    """Forget a visit, at a word."""
    say("ready")
    await word()
    await bus.forget([visit])
    await hold(bus)


async def ask(bus: Bus) -> None:
    """Ask for pictures until killed."""
    say("ready")
    while True:
        for _ in range(random.randrange(1, 4)):
            bus.post(ImageRequest(scene="a fox"))
        await anyio.sleep(0.01)


async def paint(bus: Bus) -> None:
    """Answer requests until killed, those from before first."""
    async with bus.subscribe(ImageRequest) as requests, anyio.create_task_group() as tasks:
        say("ready")
        for request in await bus.outstanding(ImageRequest):
            tasks.start_soon(answer, bus, request)
        async for request in requests:
            tasks.start_soon(answer, bus, request)


async def answer(bus: Bus, request: ImageRequest) -> None:
    """Answer a request after a while. It may be one that was outstanding and heard, too."""
    await anyio.sleep(random.random() * 0.05)
    try:
        await bus.publish(because(request, ImageReady(asset=NOTHING)))
    except AlreadyAnswered:
        return


async def sing(name: str, count: int) -> None:
    """Join, publish beats in bursts of all sizes, and leave."""
    async with open_bus(name, run=RUN, journals=JOURNALS) as bus:
        said = 0
        while said < count:
            said += len(beats(bus, said, min(random.randrange(1, 100), count - said)))
            await anyio.sleep(random.random() * 0.005)


async def choir(name: str, voices: str, count: str) -> None:
    """Be several participants at once."""
    async with anyio.create_task_group() as tasks:
        for voice in range(int(voices)):
            tasks.start_soon(sing, f"{name}-{voice}", int(count))


async def guest(name: str, folder: str, times: int) -> None:
    """Come, say something, listen for a moment, and go; a few times."""
    for number in range(times):
        note = noting(f"{folder}/{name}.{number}")
        async with open_bus(name, run=RUN, journals=JOURNALS) as bus, bus.subscribe(StoryBeat, SpeechFinal) as events:
            await bus.publish(SpeechFinal(text="Good evening"))
            for _ in range(random.randrange(200)):
                event: Event = await anext(events)
                note(event.id)


async def party(name: str, folder: str, guests: str, times: str) -> None:
    """Be several participants that come and go."""
    async with anyio.create_task_group() as tasks:
        for number in range(int(guests)):
            tasks.start_soon(guest, f"{name}-{number}", folder, int(times))


async def hand(name: str, text: str) -> None:
    """Say one thing and leave."""
    async with open_hand(run=RUN, journals=JOURNALS) as bus:
        await bus.publish(SpeechFinal(text=text))


PARTS = {
    part.__name__: part
    for part in (hold, tell, pour, flood, burst, weave, brink, stream, listen, hear, effect, forget, ask, paint)
}
"""What one participant does."""
OTHERS = {part.__name__: part for part in (choir, party)}
"""What is done without a bus of that name."""


async def main(*arguments: str) -> int:
    """Join and play a part; a hand needs no part."""
    name, *words = arguments
    if name == "hand":
        await hand(name, *words)
    elif words[0] in OTHERS:
        await OTHERS[words[0]](name, *words[1:])
    else:
        try:
            async with open_bus(name, run=RUN, journals=JOURNALS) as bus:
                await PARTS[words[0]](bus, *words[1:])
        except NameTaken as error:
            say(error)
            return 3
    return 0


if __name__ == "__main__":
    sys.exit(anyio.run(main, *sys.argv[3:]))
