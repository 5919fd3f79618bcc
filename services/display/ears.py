"""Whether anybody listens to the microphones."""

import time
from collections.abc import Callable

from schemas import Status
from services.display.messages import Ears

SOURCE = "asr"
SILENCE = 6.0
"""Seconds without a word of the listener after which it counts as away."""


class Listener:
    """What is known of the listening service, from its status."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.heard = clock()
        self.ears = Ears(ready=True)

    def note(self, status: Status) -> Ears | None:
        """Take notice of a status; return what pages are to be told when it is news."""
        if status.source != SOURCE:
            return None
        self.heard = self.clock()
        return self._become(ready=status.state == "ready" and not status.message)

    def check(self) -> Ears | None:
        """Return what pages are to be told when the listener has been away for long."""
        return self._become(ready=False) if self.clock() - self.heard > SILENCE else None

    def _become(self, *, ready: bool) -> Ears | None:
        if ready == self.ears.ready:
            return None
        self.ears = Ears(ready=ready)
        return self.ears
