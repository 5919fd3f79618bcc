"""The visitors of a scenario, each in a task of their own, so that they come and go as they like."""

import anyio
from anyio.abc import TaskGroup, TaskStatus

from services.actor.clock import Clock
from services.console.rehearsal.done import Missed
from services.console.visitors.record import Noted, Seen
from services.console.visitors.visitor import Visitor, at_page

ARRIVING = 15.0
"""Seconds that a page may take to connect."""


class Players:
    """Everybody at the pages of one installation."""

    def __init__(self, address: str, clock: Clock, noted: Noted, tasks: TaskGroup) -> None:
        self.address, self.clock, self.noted, self.tasks = address, clock, noted, tasks
        self.there: dict[str, Visitor] = {}
        self.doors: dict[str, tuple[anyio.Event, anyio.Event]] = {}
        self.seen: list[list[Seen]] = []
        """By page: what was to be seen and heard there."""

    async def arrive(self, name: str) -> None:
        """Let somebody come; return when their page is connected. Raise Missed."""
        await self.tasks.start(self._visit, name)
        with anyio.move_on_after(ARRIVING):
            await self.there[name].arrived()
            return
        raise Missed(f"the page at {self.address} was not connected within {ARRIVING:.0f} s")

    async def _visit(self, name: str, *, task_status: TaskStatus[None]) -> None:
        leaving, gone = self.doors[name] = anyio.Event(), anyio.Event()
        async with at_page(self.address, name, self.clock, self.noted) as self.there[name]:
            self.seen.append(self.there[name].record.seen)
            task_status.started()
            await leaving.wait()
        gone.set()

    async def leave(self, name: str) -> None:
        """Let somebody go, whatever they are doing; return when their page is closed."""
        leaving, gone = self.doors.pop(name)
        leaving.set()
        await gone.wait()
        del self.there[name]

    async def leave_all(self) -> None:
        """Let everybody go; they switch their microphones off before."""
        for name, visitor in [*self.there.items()]:
            visitor.switch(on=False)
            await self.leave(name)
