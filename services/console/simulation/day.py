"""The clock of a simulated day: while nobody is waiting for anything but time, it is put forward."""

import math
import time

import anyio

from bus import Bus
from schemas import ClockAdvanced, RollCall
from services.actor.clock import Clock
from services.console.simulation.house import House

SETTLE = 0.03
"""Seconds without news after which there is none on its way."""
LEAST = 0.05
"""Seconds that are not worth skipping."""
ANSWER = 1.0
"""Seconds that the story may take to say how long it waits."""


class DayClock(Clock):
    """Knows until when everybody waits."""

    def __init__(self) -> None:
        super().__init__()
        self.dues: list[float] = []
        self.opened = self.now()

    @property
    def hour(self) -> float:
        """Seconds since opening."""
        return self.now() - self.opened

    @property
    def next(self) -> float:
        """When the first of those who wait has waited long enough."""
        return min(self.dues, default=math.inf)

    async def reach(self, due: float) -> None:
        """Return when it is that time."""
        self.dues.append(due)
        try:
            await super().reach(due)
        finally:
            self.dues.remove(due)


class Conductor:
    """Skips what would only be waited for; whatever takes work takes its real time."""

    def __init__(self, bus: Bus, house: House, clock: DayClock, speed: float) -> None:
        """`speed`: how much faster than in truth waiting goes at most; 1 skips nothing."""
        self.bus, self.house, self.clock, self.speed = bus, house, clock, speed
        self.skipped = 0.0

    async def run(self) -> None:
        """Put the clock forward whenever that is possible, until cancelled."""
        while self.speed > 1:
            await anyio.sleep(SETTLE)
            if self.house.quiet(SETTLE):
                await self.skip()

    async def skip(self) -> None:
        """Skip to the next thing that anybody waits for, unless something happens meanwhile."""
        due = min(self.clock.next, await self.story_goes_on())
        left = self.clock.until(due)
        if not LEAST < left < math.inf:
            return
        await anyio.sleep(left / self.speed)
        left = self.clock.until(due)
        if left > 0 and self.house.quiet(SETTLE):
            advanced = await self.bus.publish(ClockAdvanced(seconds=left))
            self.clock.note(advanced)
            self.house.advanced += left
            self.skipped += left

    async def story_goes_on(self) -> float:
        """Return when the story does something by itself: at the end of time while nobody is on stage."""
        asked = time.monotonic()
        self.bus.post(RollCall())
        with anyio.move_on_after(ANSWER):
            while not self.house.story_heard(asked):
                await self.house.news()
        return self.clock.now() + self.house.story_waits(asked)
