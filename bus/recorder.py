"""The thread that writes the journal: whatever is queued goes into one transaction, and leaves when that is done."""

import queue
import time
from collections.abc import Callable

from bus.api import Report
from bus.journal import WAL_BYTES, Batch, Journal

SYNC_SECONDS = 5.0
IDLE_SECONDS = 1.0


class Recorder:
    """Writes the journal in a thread of its own."""

    def __init__(self, journal: Journal, recorded: Callable[[list[Batch]], None]) -> None:
        """`recorded` is called in the thread, after each commit."""
        self._journal = journal
        self._recorded = recorded
        self._queue: queue.SimpleQueue[Batch | None] = queue.SimpleQueue()
        self._dirty_since = 0.0
        self._dirty_bytes = 0

    def record(self, batch: Batch) -> None:
        """Queue a batch."""
        self._queue.put(batch)

    def stop(self) -> None:
        """Let the thread end after what is queued."""
        self._queue.put(None)

    def overdue(self) -> list[Batch]:
        """Return what has to leave now without being recorded, because a commit does not come back."""
        return []

    def report(self) -> Report:
        """Return what an operator should know."""
        return {"unrecorded": 0}

    def run(self) -> None:
        """Write until stopped."""
        try:
            while self._write(self._wait()):
                pass
        finally:
            self._journal.close()

    def _wait(self) -> list[Batch | None]:
        """Return everything that is queued; an empty list when there was nothing for a while."""
        timeout = None
        if self._dirty_since:
            timeout = max(0.0, min(IDLE_SECONDS, self._dirty_since + SYNC_SECONDS - time.monotonic()))
        try:
            found = [self._queue.get(timeout=timeout)]
        except queue.Empty:
            return []
        while not self._queue.empty():
            found.append(self._queue.get_nowait())
        return found

    def _write(self, found: list[Batch | None]) -> bool:
        batches = [batch for batch in found if batch is not None]
        if batches:
            self._journal.record(batches)
            self._dirty_since = self._dirty_since or time.monotonic()
            self._dirty_bytes += sum(len(parcel.data) for batch in batches for parcel in batch.parcels)
            self._recorded(batches)
        if self._dirty_since and (not found or self._due()):
            self._journal.checkpoint()
            self._dirty_since, self._dirty_bytes = 0.0, 0
        return None not in found

    def _due(self) -> bool:
        return time.monotonic() - self._dirty_since > SYNC_SECONDS or self._dirty_bytes > WAL_BYTES
