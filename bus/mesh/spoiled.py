"""What came on the log lane and could not be decoded is kept as a dead letter, so that somebody can look at it.

One that comes now and then is kept whole. A flood is counted, and a few of it are kept.
"""

import time
from collections.abc import Callable

from bus.journal.journal import Batch
from bus.journal.letters import Letter, letter
from bus.parcel import FRAME_BYTES

REASON = "could not be decoded"
BURST = 10
"""So many are kept at once."""
SECONDS = 1.0
"""And then one each."""


class Spoiled:
    """Writes dead letters, a few at a time."""

    def __init__(self, record: Callable[[Batch], None]) -> None:
        self._record = record
        self._next = 0.0
        """When all that was kept has been paid for, at one in `SECONDS`."""

    def keep(self, topic: str, message: bytes) -> None:
        """Keep a message, unless too many were kept a moment ago."""
        now = time.monotonic()
        if self._next > now + (BURST - 1) * SECONDS:
            return
        self._next = max(self._next, now) + SECONDS
        self._record(Batch(letters=[_letter(topic, message)]))


def _letter(topic: str, message: bytes) -> Letter:
    if len(message) <= FRAME_BYTES:
        return letter(REASON, message, topic=topic, lane="log")
    return Letter(reason=f"{REASON}; too long to be kept", topic=topic, size=len(message), time=time.time())
