"""Another process on the mesh, for the tests: `player.py <run> <journals> <name> <part> <words…>`."""

import sys
import time
from pathlib import Path

import anyio

from bus import Bus, NameTaken, open_bus, open_hand
from schemas import ImageProgress, SpeechFinal, StoryBeat


def say(line: object) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


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


async def weave(bus: Bus) -> None:
    """Listen to everybody, and post beats of several visits and topics until killed."""
    async with bus.subscribe(StoryBeat, SpeechFinal) as events:
        say("ready")
        number = 0
        while True:
            number += 1
            for visit in range(number % 5):
                bus.post(StoryBeat(number=number, text="And then?", visit=f"v{visit}"))
            bus.post(SpeechFinal(text=str(number)))
            await anyio.sleep(0.002)
            if number % 10 == 0:
                await anext(events)


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


PARTS = {part.__name__: part for part in (hold, tell, pour, weave, stream, listen)}


async def main(*arguments: str) -> int:
    """Join and play a part; a hand says one thing and leaves."""
    run, journals, name, *words = arguments
    places = {"run": Path(run), "journals": Path(journals)}
    if name == "hand":
        async with open_hand(**places) as bus:
            await bus.publish(SpeechFinal(text=words[0]))
        return 0
    try:
        async with open_bus(name, **places) as bus:
            await PARTS[words[0]](bus, *words[1:])
    except NameTaken as error:
        say(error)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(anyio.run(main, *sys.argv[1:]))
