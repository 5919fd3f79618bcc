"""Too much at once: it waits in journals and outboxes, which have bounds, and arrives whole and in order."""

import signal
from contextlib import AsyncExitStack
from pathlib import Path

import anyio
import pytest

from bus import Bus, Full
from bus.mesh.outbox import LOG_BYTES, LOG_EVENTS
from schemas import SpeechFinal, StoryBeat
from tests.bus.ledger import compare, kill, lines, note, notes, recorded, same, tell, until
from tests.bus.mesh import Mesh, Player

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("seconds", [2, pytest.param(10, marks=pytest.mark.trial)])
async def test_who_stalls_while_others_say_all_they_can_gets_everything_in_order(mesh: Mesh, seconds: int) -> None:
    """Stall in all ways: a busy loop, a handler that waits, a stopped process; and one that keeps up."""
    async with AsyncExitStack() as stack:
        for stall in ("loop", "reader", "none"):
            await listener(stack, mesh, stall, stall, str(seconds))
        stopped = await listener(stack, mesh, "stopped")
        story = await speaker(stack, mesh, "flood", str(seconds))
        stopped.process.send_signal(signal.SIGSTOP)
        await tell(story)
        await anyio.sleep(seconds)
        stopped.process.send_signal(signal.SIGCONT)
        count = int(await story.line())
        said = recorded(mesh)
        assert len(said["story"]) == count
        for name in ("none", "loop", "reader", "stopped"):
            await heard_the_same(notes(mesh, name), said)


async def speaker(stack: AsyncExitStack, mesh: Mesh, *part: str) -> Player:
    """Let a process join as `story`."""
    found = await stack.enter_async_context(mesh.player("story", *part))
    assert await found.line() == "ready"
    return found


async def listener(stack: AsyncExitStack, mesh: Mesh, name: str, *stall: str) -> Player:
    """Let a process listen, which notes what it hears under its name."""
    found = await stack.enter_async_context(mesh.player(name, "hear", str(notes(mesh, name)), *stall))
    assert await found.line() == "ready"
    return found


async def heard_the_same(path: Path, said: dict[str, list[str]]) -> None:
    """Raise unless a process heard all that was said."""
    await same(lambda: lines(path), said)


@pytest.mark.parametrize("end", ["silence", "death", "one more word"])
async def test_the_last_words_are_heard_by_one_whose_pipe_was_full(mesh: Mesh, end: str) -> None:
    """Say more frames than the pipes hold: the first ones arrive whole, and the end is missing."""
    async with AsyncExitStack() as stack:
        ear = await listener(stack, mesh, "ear")
        story = await speaker(stack, mesh, "flood", "0.3", "1")
        await until(lambda: len(lines(notes(mesh, "ear"))), 1)
        ear.process.send_signal(signal.SIGSTOP)
        await tell(story)
        count = int(await story.line())
        if end == "death":
            await kill(story)
        ear.process.send_signal(signal.SIGCONT)
        if end == "one more word":
            await tell(story)
            await until(lambda: len(recorded(mesh)["story"]), count + 1)
        await heard_the_same(notes(mesh, "ear"), recorded(mesh))


@pytest.mark.parametrize("end", ["death", "leaving"])
async def test_whole_lives_are_heard_by_one_who_stood_still_meanwhile(mesh: Mesh, end: str) -> None:
    async with AsyncExitStack() as stack:
        ear = await listener(stack, mesh, "ear")
        ear.process.send_signal(signal.SIGSTOP)
        if end == "death":
            await kill(await speaker(stack, mesh, "flood", "0"))
        else:
            hand = await stack.enter_async_context(mesh.player("hand", "Here I was"))
            assert await hand.end() == 0
        ear.process.send_signal(signal.SIGCONT)
        await heard_the_same(notes(mesh, "ear"), recorded(mesh))


@pytest.mark.parametrize("runs", [1, pytest.param(5, marks=pytest.mark.trial)])
async def test_a_burst_of_60_000_reaches_three_processes_whole(mesh: Mesh, runs: int) -> None:
    names = ("display", "image", "audio")
    async with AsyncExitStack() as stack:
        for name in names:
            await listener(stack, mesh, name)
        for run in range(1, runs + 1):
            async with mesh.player("story", "burst", "60000") as story:
                assert await story.line() == "ready"
            said = recorded(mesh)
            assert len(said["story"]) == 60_000 * run
            for name in names:
                await heard_the_same(notes(mesh, name), said)


async def test_publishing_is_never_refused_however_many_want_to_and_each_keeps_its_order(mesh: Mesh) -> None:
    heard: list[str] = []
    said: dict[str, list[str]] = {f"v{visit}": [] for visit in range(40)}
    async with mesh.open("story") as story, mesh.open("image") as image, image.subscribe(StoryBeat) as events:
        fill(story)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(note, events, heard)
            async with anyio.create_task_group() as tellers:
                for visit, ids in said.items():
                    tellers.start_soon(publish_often, story, visit, ids)
            everything = recorded(mesh)
            await same(lambda: heard, everything)
            tasks.cancel_scope.cancel()
    numbers = {one: place for place, one in enumerate(heard)}
    for ids in said.values():
        assert len(ids) == 50
        assert [numbers[one] for one in ids] == sorted(numbers[one] for one in ids)


async def publish_often(bus: Bus, visit: str, said: list[str]) -> None:
    """Publish beats of a visit, one after the other, while the outbox is full again and again."""
    for number in range(50):
        said.append((await bus.publish(StoryBeat(number=number, text="x", visit=visit))).id)
        assert waiting(bus) <= LOG_EVENTS
        if number % 25 == 0:
            fill(bus)


def fill(bus: Bus, most: int = LOG_EVENTS, text: str = "x") -> list[str]:
    """Post until nothing more is taken; return the ids of what was."""
    sent: list[str] = []
    try:
        while len(sent) <= most:
            sent.append(bus.post(StoryBeat(number=len(sent), text=text, visit="crowd")).id)
    except Full:
        return sent
    raise AssertionError("an outbox without an end")


def waiting(bus: Bus) -> int:
    """Return how many events wait to be recorded."""
    return int(str(bus.reports["bus"]()["waiting"]))


async def test_an_outbox_is_full_of_a_few_large_events_too(mesh: Mesh) -> None:
    async with mesh.open("story") as story:
        sent = fill(story, LOG_BYTES // 1_000_000, "x" * 1_000_000)
        sent.append((await story.publish(SpeechFinal(text="There is room again"))).id)
        compare(recorded(mesh), {"story": sent})
