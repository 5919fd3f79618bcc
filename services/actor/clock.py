"""The clock by which a service waits. Rehearsals put it forward, so that nobody has to sit through the night."""

import time

import anyio

from schemas import ClockAdvanced


class Clock:
    """The machine's monotonic clock, and what was added to it since this process began."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self.moved = anyio.Event()

    def now(self) -> float:
        """Return the time, in seconds."""
        return time.monotonic() + self.ahead

    def until(self, due: float) -> float:
        """Return the seconds until a time."""
        return due - self.now()

    async def reach(self, due: float) -> None:
        """Return when it is that time, at once when the clock is put forward beyond it."""
        while self.until(due) > 0:
            with anyio.move_on_after(self.until(due)):
                await self.moved.wait()

    def note(self, event: ClockAdvanced) -> None:
        """Let time pass; it never goes back."""
        self.ahead += max(0.0, event.seconds)
        self.moved.set()
        self.moved = anyio.Event()
