"""The clock by which a service waits. Rehearsals put it forward, so that nobody has to sit through the night."""

import time

from schemas import ClockAdvanced


class Clock:
    """The machine's monotonic clock, and what was added to it since this process began."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> float:
        """Return the time, in seconds."""
        return time.monotonic() + self.ahead

    def until(self, due: float) -> float:
        """Return the seconds until a time."""
        return due - self.now()

    def note(self, event: ClockAdvanced) -> None:
        """Let time pass; it never goes back."""
        self.ahead += max(0.0, event.seconds)
