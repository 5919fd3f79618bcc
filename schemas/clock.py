"""Time that passes faster than it does: for rehearsals."""

from schemas.base import Event


class ClockAdvanced(Event, tag="clock.advanced", frozen=True, kw_only=True):
    """Time has passed: whoever waits for something acts as if it had been waiting so much longer."""

    seconds: float
    """How much time."""
