"""A process of the same user that does harm stops nobody, and takes no memory or descriptor with it for long."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import anyio
import pytest

from bus import history
from bus.history import Query
from bus.mesh.guard import Evidence
from schemas import ImageProgress, StoryBeat
from tests.bus.mesh import PATIENCE, Mesh, Player, take
from tests.bus.scripts import memory, script

pytestmark = pytest.mark.anyio

GOOD = ("story", "display")
CAP = 512_000_000
"""So much more memory than before may a flood cost, until it is cut off."""
BACK = 40_000_000
"""So much may be left of that afterwards."""
RECOVERY_SECONDS = 20.0
SILENCE_SECONDS = 10.0


def files(player: Player) -> int:
    """Return how many files a process has open."""
    return len(list(Path(f"/proc/{player.process.pid}/fd").iterdir()))


class Scene:
    """Two participants who talk to each other while somebody does harm."""

    def __init__(self, mesh: Mesh, players: dict[str, Player]) -> None:
        self.mesh = mesh
        self.players = players
        self.memory = {name: memory(player) for name, player in players.items()}
        self.files = {name: files(player) for name, player in players.items()}
        self.peaks: dict[str, dict[str, int]] = {}
        self.longest = 0.0
        """Seconds for which somebody heard nothing."""
        self.log: list[str] = []
        self.reports: dict[str, dict[str, object]] = {}

    async def endure(self, part: str, seconds: float) -> None:
        """Let somebody do harm for a while, and look what that costs."""
        peaks = self.peaks[part] = dict(self.memory)
        async with script("flooder.py", self.mesh.run, *part.split()) as flooder:
            assert await flooder.line() == "ready"
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                for name, player in self.players.items():
                    peaks[name] = max(peaks[name], memory(player))
                    self.longest = max(self.longest, time.time() - self.notes(name).stat().st_mtime)
                await anyio.sleep(0.02)

    def notes(self, name: str) -> Path:
        """Return where a participant writes down what it hears."""
        return self.mesh.run.parent / f"heard-{name}"

    def recovered(self) -> bool:
        """Say whether memory and descriptors are as they were."""
        return all(
            memory(player) < self.memory[name] + BACK and files(player) <= self.files[name] + 4
            for name, player in self.players.items()
        )

    def heard(self, name: str) -> list[str]:
        """Return what a participant has heard of the other one."""
        other = next(one for one in GOOD if one != name)
        lines = self.notes(name).read_text(encoding="ascii").splitlines()
        return [line for line in lines if line.startswith(f"{other}:")]

    def said(self, name: str) -> list[str]:
        """Return what the other one has said."""
        other = next(one for one in GOOD if one != name)
        return [event.id for event in history.read(self.mesh.journals, Query(source=other, limit=1_000_000))]

    async def finish(self) -> None:
        """See that all is as before, and that nothing was lost."""
        until = time.monotonic() + RECOVERY_SECONDS
        while not self.recovered() and time.monotonic() < until:
            await anyio.sleep(0.1)
        assert self.recovered(), self.account()
        (self.mesh.run.parent / "hush").touch()
        for player in self.players.values():
            await self.line(player, "hushed")
        for name in GOOD:
            await self.catch_up(name)
        (self.mesh.run.parent / "over").touch()
        self.reports = {name: json.loads(await self.line(player, "{")) for name, player in self.players.items()}
        assert self.longest < SILENCE_SECONDS
        for peaks in self.peaks.values():
            assert all(peak < self.memory[name] + CAP for name, peak in peaks.items()), self.account()

    async def line(self, player: Player, start: str) -> str:
        """Return the next line that begins like that; keep what is logged before."""
        while not (line := await player.line()).startswith(start):
            self.log.append(line)
        return line

    async def catch_up(self, name: str) -> None:
        """See that a participant has heard all that the other one said, once and in order."""
        said = self.said(name)
        with anyio.move_on_after(PATIENCE):
            while len(self.heard(name)) < len(said):
                await anyio.sleep(0.05)
        assert self.heard(name) == said
        assert len(said) > 20

    def account(self) -> str:
        """Say what became of everybody, in megabytes."""
        now = {name: (memory(player) >> 20, files(player)) for name, player in self.players.items()}
        peaks = {part: [peak >> 20 for peak in peaks.values()] for part, peaks in self.peaks.items()}
        return f"before: {self.memory}, {self.files}; at most: {peaks}; now: {now}"


@asynccontextmanager
async def scene(mesh: Mesh) -> AsyncIterator[Scene]:
    """Let two participants meet."""
    async with AsyncExitStack() as stack:
        players = {}
        for name in GOOD:
            players[name] = await stack.enter_async_context(script("bystander.py", mesh.run, mesh.journals, name))
            assert await players[name].line() == "ready"
        (mesh.run.parent / "go").touch()
        await anyio.sleep(0.5)
        yield Scene(mesh, players)


PUBLISHERS = ("endless log 1000", "endless live 1", "oversized log", "large live", "garbage log")
SUBSCRIBERS = ("prefixes 8", "prefixes 200", "huge", "hellos", "callers 600", "deaf")


async def test_a_publisher_that_does_harm_stops_nobody_and_leaves_nothing_behind(mesh: Mesh) -> None:
    async with scene(mesh) as stage:
        for part in PUBLISHERS:
            await stage.endure(part, 1.0)
        await stage.finish()
        assert all(report["cut"] for report in stage.reports.values())


async def test_a_subscriber_that_does_harm_stops_nobody_and_leaves_nothing_behind(mesh: Mesh) -> None:
    async with scene(mesh) as stage:
        for part in SUBSCRIBERS:
            await stage.endure(part, 1.0)
        await stage.finish()
        assert all(report["cut"] for report in stage.reports.values())


@pytest.mark.parametrize(("lane", "rate", "size"), [("log", 400, 200_000), ("live", 20_000, 0)])
async def test_an_honest_flood_is_not_cut_off_also_while_nobody_reads(
    mesh: Mesh, lane: str, rate: int, size: int
) -> None:
    words = ["image", lane, str(rate), str(size), "1", "0"]
    async with (
        mesh.open("display") as display,
        display.subscribe(StoryBeat, ImageProgress) as events,
        script("streamer.py", mesh.run, mesh.journals, *words) as image,
    ):
        assert await image.line() == "ready"
        (mesh.run.parent / "go").touch()
        await take(events, 50)
        time.sleep(2)  # noqa: ASYNC251 -- that nobody reads is what is tried here
        await take(events, 100)
        assert display.reports["bus"]()["cut"] == 0
        assert display.reports["bus"]()["lost"] == 0


def test_bytes_that_lie_unread_and_unmoved_are_no_flood() -> None:
    for amounts, flood in (([200_000] * 40, False), ([0] * 36 + [9_000] * 4, False), (range(5_000, 5_040), True)):
        evidence = Evidence()
        for amount in amounts:
            evidence.note(amount)
        assert evidence.floods(was_called=False) == flood
    assert not Evidence().floods(was_called=True)


@pytest.mark.trial
@pytest.mark.parametrize("part", [*PUBLISHERS, "trickle live 40", "trickle log 5", *SUBSCRIBERS])
async def test_a_long_flood_costs_no_more_than_a_short_one(mesh: Mesh, part: str) -> None:
    async with scene(mesh) as stage:
        await stage.endure(part, 40.0)
        await stage.finish()
