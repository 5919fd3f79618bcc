"""Notices when the event loop stands still. A process that is up but deaf is worse than one that ended."""

import threading
import time
from collections.abc import Callable

import anyio

from services.actor.threads import end_process

BEAT = 0.25
"""Seconds between two beats of the loop."""
LIMIT = 5.0
"""Seconds without a beat after which the loop counts as stuck."""


class Watchdog:
    """Beats on the loop; a thread ends the process when the beats stop."""

    def __init__(self, limit: float = LIMIT, on_stuck: Callable[[float], None] | None = None) -> None:
        self.limit = limit
        self.on_stuck = on_stuck or (lambda late: end_process("loop.stuck", seconds=round(late, 1)))
        self.beat = time.monotonic()
        self.worst = 0.0
        self.stopped = threading.Event()

    async def run(self) -> None:
        """Beat until cancelled."""
        thread = threading.Thread(target=self.watch, name="watchdog", daemon=True)
        thread.start()
        try:
            while True:
                due = time.monotonic() + BEAT
                await anyio.sleep(BEAT)
                self.beat = time.monotonic()
                self.worst = max(self.worst, self.beat - due)
        finally:
            self.stopped.set()

    def watch(self) -> None:
        """Look at the beat from outside the loop."""
        while True:
            asked = time.monotonic()
            if self.stopped.wait(self.limit / 4):
                return
            now = time.monotonic()
            # A process that was itself stopped or starved for a while must not blame its loop for it.
            if now - asked < self.limit / 2 and now - self.beat > self.limit:
                self.on_stuck(now - self.beat)
                return

    def lag(self) -> float:
        """Return by how many seconds the loop was late at most since the last call."""
        worst, self.worst = self.worst, 0.0
        return worst
