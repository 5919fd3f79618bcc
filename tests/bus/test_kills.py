"""Killed at any moment, nobody loses, doubles or reorders anything, and no number is used twice."""

import random
from pathlib import Path

import anyio
import pytest

from bus import Bus, history
from schemas import ImageReady, ImageRequest, SpeechFinal, StoryBeat, topic_of
from tests.bus.ledger import (
    BEATS,
    check_piece,
    compare,
    kill,
    lines,
    live_and_die,
    lost,
    note,
    notes,
    recorded,
    same,
    talk,
    until,
)
from tests.bus.mesh import Mesh

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("kills", [10, pytest.param(100, marks=pytest.mark.trial)]),
]

VICTIMS = ("story", "image")


async def test_killed_publishers_lose_nothing_double_nothing_and_use_no_number_twice(mesh: Mesh, kills: int) -> None:
    await kill_publishers(mesh, kills, "weave")


async def test_what_was_recorded_and_not_sent_when_its_publisher_died_is_heard(mesh: Mesh, kills: int) -> None:
    await kill_publishers(mesh, kills, "brink")


async def kill_publishers(mesh: Mesh, kills: int, part: str) -> None:
    """Let publishers die, and compare what they were given, what is recorded, and what two others heard."""
    heard: list[str] = []
    away = notes(mesh, "away")
    async with (
        mesh.player("away", "hear", str(away)) as ear,
        mesh.open("display") as display,
        display.subscribe(StoryBeat, SpeechFinal) as events,
    ):
        assert await ear.line() == "ready"
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(note, events, heard)
            async with anyio.create_task_group() as stage:
                for name in VICTIMS:
                    stage.start_soon(die_often, mesh, name, part, kills // len(VICTIMS))
            said = recorded(mesh)
            await same(lambda: heard, said)
            await same(lambda: lines(away), said)
            tasks.cancel_scope.cancel()
        assert lost(display) == 0
    for name in VICTIMS:
        given, kept = lines(notes(mesh, name), "given"), lines(notes(mesh, name), "kept")
        assert len(set(given)) == len(given), "a number was given twice"
        assert set(kept) <= set(said[name]), "`publish` returned, and the event is in no journal"
        numbers = [int(one.partition(":")[2]) for one in said[name]]
        assert numbers == sorted(set(numbers))


async def die_often(mesh: Mesh, name: str, part: str, times: int) -> None:
    """Start a process, again and again, and kill it at some moment, unless it does so itself."""
    dice = random.Random(f"{name} {part}")
    for _ in range(times):
        async with mesh.player(name, part, str(notes(mesh, name))) as victim:
            if part == "brink":
                assert await victim.end() == -9
            else:
                await live_and_die(victim, dice, 0.3)


async def test_a_killed_listener_heard_everything_while_it_lived_and_so_did_the_others(mesh: Mesh, kills: int) -> None:
    dice = random.Random("listener")
    said: list[str] = []
    beside: list[str] = []
    async with (
        mesh.open("story") as story,
        mesh.open("display") as display,
        display.subscribe(StoryBeat) as events,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(note, events, beside)
        async with anyio.create_task_group() as talking:
            talking.start_soon(talk, story, said)
            for number in range(kills):
                await listen_and_die(mesh, notes(mesh, f"ear.{number}"), dice, said)
            talking.cancel_scope.cancel()
        await same(lambda: beside, {"story": said})
        tasks.cancel_scope.cancel()


async def listen_and_die(mesh: Mesh, path: Path, dice: random.Random, said: list[str]) -> None:
    """Kill a listener, and look at what it heard: a piece without a hole that begins when it was ready."""
    before = len(said)
    async with mesh.player("ear", "hear", str(path)) as ear:
        assert await ear.line() == "ready"
        ready = len(said)
        await anyio.sleep(dice.random() * 0.3)
        await kill(ear)
    heard = lines(path)
    if heard:
        check_piece(heard, said)
        assert before <= said.index(heard[0]) <= ready


async def test_a_durable_listener_has_one_effect_of_each_event_whenever_it_is_killed(mesh: Mesh, kills: int) -> None:
    """Look at what it journaled: what it was called with may repeat. It has work in hand at every death."""
    dice = random.Random("durable")
    async with mesh.player("image", "effect") as image:
        assert await image.line() == "ready"  # from here on it misses nothing, alive or dead
    async with mesh.open("story") as story:
        for _ in range(kills):
            await work(story, 300)
            async with mesh.player("image", "effect") as image:
                assert await image.line() == "ready"
                assert await image.line() == "handled"  # an event that is in hand at two deaths would be set aside
                await anyio.sleep(dice.random() * 0.1)
                await kill(image)
    said = recorded(mesh, BEATS)
    async with mesh.player("image", "effect"):
        await until(lambda: len(recorded(mesh).get("image", ())), kills * 300)
    effects = history.read(mesh.journals, history.Query(source="image", limit=10_000_000))
    compare({"story": [one.cause for one in effects]}, said)


async def work(bus: Bus, count: int) -> None:
    """Publish some beats."""
    for number in range(count - 1):
        bus.post(StoryBeat(number=number, text="x", visit=f"v{number // 5}"))
    await bus.publish(StoryBeat(number=count, text="x"))


async def test_every_request_is_answered_once_whoever_is_killed(mesh: Mesh, kills: int) -> None:
    dice = random.Random("requests")
    for _ in range(kills // 2):
        async with mesh.player("story", "ask") as story, mesh.player("image", "paint") as image:
            for victim in dice.sample([story, image], 2):
                await live_and_die(victim, dice, 0.2)
    async with mesh.player("image", "paint"):
        await until(lambda: -len(history.outstanding(mesh.journals, "image", ImageRequest)), 0)
    asked = recorded(mesh, topic_of(ImageRequest))["story"]
    answers = history.read(mesh.journals, history.Query(topics=[topic_of(ImageReady)], limit=10_000_000))
    assert sorted(one.cause for one in answers) == sorted(asked)
