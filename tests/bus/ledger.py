"""What was given out, kept, recorded and heard: by id, on both sides, and whether it is the same."""

import random
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path

import anyio
import anyio.to_thread

from bus import Bus, Subscription, history
from bus.journal.journal import journal_path
from schemas import Event, StoryBeat, topic_of
from tests.bus.mesh import Mesh, Player

PATIENCE = 20.0
"""Seconds without any progress until what is missing will not come."""

Ids = dict[str, list[str]]
"""By source, in their order."""


def notes(mesh: Mesh, name: str) -> Path:
    """Return where a player writes down what it lived through."""
    folder = mesh.run.parent / "notes"
    folder.mkdir(exist_ok=True)
    return folder / name


def lines(path: Path, word: str = "") -> list[str]:
    """Return what was written down, all of it or what stands behind a word; not the line that a kill cut off."""
    found = path.read_text(encoding="ascii").split("\n")[:-1] if path.exists() else []
    return [line.removeprefix(f"{word} ") for line in found if line.startswith(word)]


def by_source(ids: Iterable[str]) -> Ids:
    """Sort ids by their sources."""
    found: Ids = {}
    for one in ids:
        found.setdefault(one.partition(":")[0], []).append(one)
    return found


def recorded(mesh: Mesh, *topics: str) -> Ids:
    """Return what the journals hold, of some topics or of all."""
    found: Ids = {}
    for source in history.sources(mesh.journals):
        base = sqlite3.connect(f"file:{journal_path(mesh.journals, source)}?mode=ro", uri=True)
        rows = base.execute("SELECT seq, count, topic FROM frames ORDER BY seq").fetchall()
        base.close()
        wanted = [row[:2] for row in rows if not topics or row[2] in topics]
        if wanted:
            found[source] = [f"{source}:{number}" for seq, count in wanted for number in range(seq, seq + count)]
    return found


async def note(events: Subscription[Event], heard: list[str]) -> None:
    """Keep the ids of all events, until cancelled."""
    async for event in events:
        heard.append(event.id)


async def until(reached: Callable[[], int], goal: int) -> None:
    """Return when a count has reached its goal, or has stood still for too long."""
    count, idle = -1, 0.0
    while idle < PATIENCE:
        found = await anyio.to_thread.run_sync(reached)
        if found >= goal:
            return
        idle = idle + 0.1 if found == count else 0.0
        count = found
        await anyio.sleep(0.1)


async def same(heard: Callable[[], list[str]], said: Ids) -> None:
    """Wait until as much was heard as was said; raise unless it is the same, in the order of each source."""
    await until(lambda: len(heard()), sum(len(ids) for ids in said.values()))
    await anyio.sleep(0.1)
    compare(by_source(heard()), said)


def compare(heard: Ids, said: Ids) -> None:
    """Raise unless two lists of ids are the same, naming the first that is not."""
    assert heard.keys() == said.keys()
    for source, ids in said.items():
        found = heard[source]
        wrong = next((place for place, pair in enumerate(zip(found, ids, strict=False)) if pair[0] != pair[1]), None)
        assert wrong is None, f"{source}: {found[wrong : wrong + 3]} was heard where {ids[wrong : wrong + 3]} was said"
        assert len(found) == len(ids), f"{source}: {len(found)} heard, {len(ids)} said"


def check_piece(heard: list[str], said: list[str]) -> None:
    """Raise unless what was heard of one source is a piece of what it said, without a hole."""
    first = said.index(heard[0])
    compare({"": heard}, {"": said[first : first + len(heard)]})


def lost(bus: Bus) -> object:
    """Return how often something was gone for good."""
    return bus.reports["bus"]()["lost"]


async def live_and_die(victim: Player, dice: random.Random, seconds: float) -> None:
    """Kill a process at some moment of its life, now and then before it has joined."""
    if dice.random() < 0.9:
        assert await victim.line() == "ready"  # its name was free at once
        await anyio.sleep(dice.random() * seconds)
    else:
        await anyio.sleep(dice.random() * 0.3)
    await kill(victim)


async def kill(victim: Player) -> None:
    """Kill a process, and wait until it is gone."""
    victim.process.kill()
    await victim.end()


async def tell(player: Player, word: str = "go") -> None:
    """Give a process the word that it waits for."""
    assert player.process.stdin is not None
    await player.process.stdin.send(f"{word}\n".encode())


async def talk(bus: Bus, said: list[str], pause: float = 0.002) -> None:
    """Post beats of several visits, now many and now few, until cancelled."""
    number = 0
    while True:
        number += 1
        said += [bus.post(StoryBeat(number=number, text="x", visit=f"v{visit}")).id for visit in range(number % 20)]
        await anyio.sleep(pause)


async def all_recorded(bus: Bus) -> None:
    """Return when everything that was posted is in the journal."""
    with anyio.fail_after(PATIENCE):
        while bus.reports["bus"]()["waiting"]:
            await anyio.sleep(0.01)


BEATS = topic_of(StoryBeat)
