"""What a journal needs beside its rows: syncs, a look at all of it after each start, and the forgetting.

Everything is done in small steps by the thread that records, so that nobody waits for long.
"""

import time
from collections import deque
from collections.abc import Iterator

from bus.journal.entry import Wish
from bus.journal.files import WAL_BYTES
from bus.journal.forgetting import Forgetting
from bus.journal.inspection import inspect
from bus.journal.journal import Journal
from bus.journal.retention import Retention
from bus.wire import START

SYNC_SECONDS = 5.0
IDLE_SECONDS = 1.0
BUSY_STEP_SECONDS = 0.1
"""Between two steps while events flow."""
IDLE_STEP_SECONDS = 0.005
PAGES_BYTES = 20_000
"""What a transaction of one small row adds to the log: a page for the row, and for every index."""
STEP_BYTES = 500_000
"""What a step of forgetting does."""
INSPECT_SECONDS = 3.0
"""After a start there is more urgent work."""
LOOK_SECONDS = 60.0
"""Between two looks for what is old."""
WISH_SECONDS = 1.0
"""Until a wish is tried again that could not be fulfilled."""
NOTES_SECONDS = 3_600.0


class Upkeep:
    """Says when something is due, and does a little of it."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._retention = Retention(journal.path, journal.keep)
        self._dirty_since = self._written = 0.0
        self._dirty_bytes = 0
        self._wishes: deque[Wish] = deque()
        self.begin()

    def begin(self) -> None:
        """Look at everything from the beginning."""
        self._work: Iterator[None] | None = None
        self._forgetting: Iterator[None] | None = None
        self._inspected = False
        self._next_step = time.monotonic() + INSPECT_SECONDS
        self._next_notes = 0.0

    @property
    def due(self) -> float:
        """When there is something to do, on the monotonic clock."""
        if not self._dirty_since:
            return self._next_step
        return min(self._next_step, self._written + IDLE_SECONDS, self._dirty_since + SYNC_SECONDS)

    def forget(self, wish: Wish) -> None:
        """Fulfil a wish as soon as that is possible."""
        self._wishes.append(wish)
        self._next_step = min(self._next_step, time.monotonic())

    def wrote(self, size: int) -> None:
        """Note what was written a moment ago."""
        self._written = time.monotonic()
        self._note(PAGES_BYTES + 2 * size)

    def _note(self, size: int) -> None:
        self._dirty_since = self._dirty_since or time.monotonic()
        self._dirty_bytes += size

    def step(self, idle: bool) -> None:
        """Do what is due, or a part of it."""
        now = time.monotonic()
        quiet, late = self._written + IDLE_SECONDS, self._dirty_since + SYNC_SECONDS
        if self._dirty_bytes > WAL_BYTES or (self._dirty_since and now >= min(quiet, late)):
            self._sync()
        elif now >= self._next_step:
            # Where this fails, it is not tried again at once.
            self._next_step = now + (WISH_SECONDS if self._wishes else LOOK_SECONDS)
            self._next_step = time.monotonic() + (self._forget(idle) if self._wishes else self._walk(idle))

    def _sync(self) -> None:
        self._dirty_since, self._dirty_bytes = 0.0, 0
        self._journal.checkpoint()

    def _forget(self, idle: bool) -> float:
        """Go on with the first wish; return when to come back."""
        steps = self._forgetting or Forgetting(self._journal, self._wishes[0]).steps()
        self._forgetting = None  # where a step fails, everything is looked for again
        for _ in steps:
            self._forgetting = steps
            self._note(STEP_BYTES)
            return IDLE_STEP_SECONDS if idle else BUSY_STEP_SECONDS
        self._wishes.popleft().done()
        if not self._inspected:
            self._work = None  # what has changed meanwhile would be taken for damage
        return IDLE_STEP_SECONDS

    def _walk(self, idle: bool) -> float:
        """Go on with what is in hand, or begin with what comes next; return when to come back."""
        if self._work is None:
            self._work = self._next_work()
        for _ in self._work:
            return IDLE_STEP_SECONDS if idle else BUSY_STEP_SECONDS
        self._work = None
        return LOOK_SECONDS

    def _next_work(self) -> Iterator[None]:
        base = self._journal.base
        if not self._inspected:
            yield from inspect(base, self._journal.start << START)
            self._inspected = True
        if any(self._journal.keep):
            notes = time.monotonic() >= self._next_notes
            if notes:
                self._next_notes = time.monotonic() + NOTES_SECONDS
            for _ in self._retention.steps(base, notes=notes):
                self._note(STEP_BYTES)
                yield
