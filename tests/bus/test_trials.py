"""The same promises, tried for minutes."""

import random

import anyio
import pytest

from bus import Bus, Subscription, history
from bus.history import Query
from schemas import Event, SpeechFinal, StoryBeat
from tests.bus.mesh import Mesh

pytestmark = [pytest.mark.anyio, pytest.mark.trial]

VICTIMS = ("story", "image", "audio", "asr")
KILLS = 100


async def test_a_hundred_kills_lose_nothing_double_nothing_and_keep_the_order(mesh: Mesh) -> None:
    heard: dict[str, list[str]] = {name: [] for name in VICTIMS}
    async with mesh.open("display") as display, display.subscribe(StoryBeat, SpeechFinal) as events:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(note, events, heard)
            async with anyio.create_task_group() as stage:
                for name in VICTIMS:
                    stage.start_soon(live_and_die, mesh, name, KILLS // len(VICTIMS))
            recorded = await anyio.to_thread.run_sync(recorded_ids, mesh)
            with anyio.fail_after(60):
                while {name: len(ids) for name, ids in heard.items()} != {
                    name: len(ids) for name, ids in recorded.items()
                }:
                    await anyio.sleep(0.1)
            tasks.cancel_scope.cancel()
        assert heard == recorded
        assert lost(display) == 0


async def note(events: Subscription[Event], heard: dict[str, list[str]]) -> None:
    """Keep the ids of all events, by source."""
    async for event in events:
        heard[event.source].append(event.id)


async def live_and_die(mesh: Mesh, name: str, times: int) -> None:
    """Start a process, again and again, and kill it at some moment."""
    dice = random.Random(name)
    for _ in range(times):
        async with mesh.player(name, "weave") as victim:
            if dice.random() < 0.9:
                await victim.line()
                await anyio.sleep(dice.random() * 0.5)
            else:
                await anyio.sleep(dice.random() * 0.3)
            victim.process.kill()
            await victim.end()


def recorded_ids(mesh: Mesh) -> dict[str, list[str]]:
    """Return what the journals hold, by source."""
    return {
        name: [event.id for event in history.read(mesh.journals, Query(source=name, limit=10_000_000))]
        for name in VICTIMS
    }


def lost(bus: Bus) -> int:
    """Return how often something was gone for good."""
    return int(str(bus.reports["bus"]()["lost"]))
