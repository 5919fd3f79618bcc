"""Somebody who never reads costs a publisher no more than a full pipe, and nothing once they are gone."""

import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import pytest

from bus.mesh.inbox import LIMIT_BYTES
from bus.mesh.lane import LIVE_FRAMES, LOG_FRAMES
from schemas import StoryBeat
from tests.bus.mesh import PATIENCE, Mesh, Player, take
from tests.bus.scripts import memory, script

pytestmark = pytest.mark.anyio

SIZE = 200_000
BOUNDS = {"live": 2 * LIVE_FRAMES * SIZE, "log": 2 * LOG_FRAMES * SIZE}
"""By lane: what a publisher may hold for one subscriber that does not read. The allocator takes its share of much."""
SLACK = 40_000_000
"""For all that is on its way at the same time."""
SECONDS = {"live": 1.5, "log": 5.0}
RATE = {"live": 300, "log": 250}
BACK_SECONDS = 20.0


@asynccontextmanager
async def deaf(mesh: Mesh, how: str) -> AsyncIterator[Player]:
    """Start somebody who does not read: a participant that stands still, one whose handler does, or a bare socket."""
    if how == "bare":
        async with script("flooder.py", mesh.run, "deaf") as ear:
            assert await ear.line() == "ready"
            yield ear
        return
    async with script("listener.py", mesh.run, mesh.journals, "display", "not") as ear:
        assert await ear.line() == "ready"
        if how == "stopped":
            ear.process.send_signal(signal.SIGSTOP)
        yield ear


async def highest(player: Player, seconds: float) -> int:
    """Return the most memory that a process uses in the next seconds."""
    until, most = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        most = max(most, memory(player))
        await anyio.sleep(0.02)
    return most


@pytest.mark.parametrize("how", ["stopped", "bare", "handler"])
@pytest.mark.parametrize("lane", ["live", "log"])
async def test_who_never_reads_costs_a_publisher_a_full_pipe(mesh: Mesh, lane: str, how: str) -> None:
    words = ["image", lane, str(RATE[lane]), str(SIZE), "1", "0"]
    async with (
        script("streamer.py", mesh.run, mesh.journals, *words) as image,
        script("listener.py", mesh.run, mesh.journals, "ui", "reads") as ui,
    ):
        assert await image.line() == await ui.line() == "ready"
        (mesh.run.parent / "go").touch()
        before = await highest(image, 1.0)
        async with deaf(mesh, how) as ear:
            most = await highest(image, SECONDS[lane])
            assert most < before + BOUNDS[lane] + SLACK
            if lane == "live" and how == "handler":
                assert memory(ear) < before + BOUNDS[lane] + SLACK
            ear.process.kill()
        (mesh.run.parent / "hush").touch()
        until = time.monotonic() + BACK_SECONDS
        while memory(image) > before + SLACK and time.monotonic() < until:
            await anyio.sleep(0.1)
        assert memory(image) < before + SLACK


async def test_a_reader_that_does_not_come_round_holds_no_more_than_it_can_carry(mesh: Mesh) -> None:
    """Two hundred large events: most of them wait in the journal, and all of them are handed on in the end."""
    large = "x" * 400_000
    async with mesh.open("story") as story, mesh.open("display") as display, display.subscribe(StoryBeat) as beats:
        for number in range(200):
            await story.publish(StoryBeat(number=number, text=large))
        held = beats.inbox  # type: ignore[attr-defined]
        with anyio.fail_after(PATIENCE):
            while not held.full:
                await anyio.sleep(0.01)
        assert len(held) * len(large) < 1.2 * LIMIT_BYTES
        assert [beat.number for beat in await take(beats, 200)] == list(range(200))
