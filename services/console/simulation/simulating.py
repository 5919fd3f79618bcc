"""A day from opening to closing, on an installation that runs."""

import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

import anyio
import msgspec

from services.audio.config import Config as Audio
from services.console.hand import on_bus
from services.console.installation import Installation
from services.console.simulation.crowd import Visit
from services.console.simulation.day import Conductor, DayClock
from services.console.simulation.house import House
from services.console.simulation.people import People
from services.console.simulation.report import Report, report_of
from services.console.visitors.voices import open_voices


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be simulated."""

    seed: int
    speed: float
    """How much faster than in truth waiting goes at most."""
    speaks: Audio | None
    """The voices with which visitors speak; they write where there are none."""
    recordings: Path | None = None
    """A folder with what they say, if it is not to be spoken by a machine."""
    visits: list[Visit]


class Day:
    """One simulated day; what was found so far can be asked at any time."""

    def __init__(self, installation: Installation, address: str, plan: Plan) -> None:
        """`address` is that of the installation's page."""
        self.installation, self.address, self.plan = installation, address, plan
        self.house = House()
        self.people: People | None = None
        self.began = time.monotonic()

    async def run(self, done: Callable[[Visit], None]) -> Report:
        """Let the crowd come; `done` hears of each visit that is over. Return what came of it."""
        plan, clock = self.plan, DayClock()
        async with AsyncExitStack() as stack:
            voices = await stack.enter_async_context(open_voices(plan.speaks)) if plan.speaks else None
            bus = await stack.enter_async_context(on_bus(self.installation, "simulate"))
            tasks = await stack.enter_async_context(anyio.create_task_group())
            self.people = people = People(self.address, clock, self.house, voices, plan.recordings)
            self.began = time.monotonic()
            await tasks.start(self.house.listen, bus, people.hear)
            tasks.start_soon(Conductor(bus, self.house, clock, plan.speed).run)
            await people.come(plan.visits, done)
            await self.house.settled()
            tasks.cancel_scope.cancel()
        return self.report()

    def report(self) -> Report:
        """Return what has come of it so far."""
        if self.people is None:
            raise ValueError("the day has not begun")
        return report_of(self.people, self.house, time.monotonic() - self.began, self.plan.seed)
