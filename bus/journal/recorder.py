"""The thread that writes the journal: whatever is queued goes into one transaction, and leaves when that is done.

Where the disk does not take it, or does not answer, frames leave all the same, marked as unrecorded. They are owed to
the journal, and written as soon as that is possible.
"""

import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from bus.api import Report
from bus.journal.entry import Batch, Entry
from bus.journal.journal import TROUBLE, Journal, can_stay_open, is_damage
from bus.journal.upkeep import Upkeep
from bus.say import warn

OVERDUE_SECONDS = 1.0
"""A commit that takes longer is not waited for."""
RETRY_SECONDS = 1.0
REOPEN_FAILURES = 10
"""After as many the file is opened anew: a connection that has seen too much may be beyond help."""
RETRY_AT_LAST_SECONDS = 60.0
"""Where trying again is much work, it is done more seldom."""
MEND_SECONDS = 60.0
"""A journal is not mended twice within this time: what then still fails is no damage."""
OWED_BYTES = 32_000_000
"""What is owed to the journal at most. What is older is given up."""
TURN_BYTES = 1_000_000
"""Goes into one transaction when more than that is owed."""


class Recorder:
    """Writes the journal in a thread of its own."""

    def __init__(self, journal: Journal, recorded: Callable[[list[Batch]], None]) -> None:
        """`recorded` is called in the thread with batches that may leave, recorded or marked as unrecorded."""
        self._journal = journal
        self._recorded = recorded
        self._bell: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        """Held for moments only, and never while the disk is waited for."""
        self._queue: deque[Batch] = deque()
        self._entries: deque[Entry] = deque()
        """Everything that is not recorded, in its order."""
        self._in_hand = 0
        """How many of these, from the first, are being written at this moment."""
        self._owed = 0
        """Bytes of those that have left."""
        self._answered: set[str] = set()
        """Requests whose answers are owed to the journal."""
        self._listening = True
        """True while the thread has nothing to do."""
        self._stopping = False
        self._trouble = journal.trouble
        self._retry_at = 0.0
        self._failures = 0
        self._turns = 0
        self._stuck_turn = -1
        self._stuck_since = 0.0
        self._unrecorded = self._given_up = 0
        self._upkeep = Upkeep(journal)
        self._mended_at = -MEND_SECONDS

    def record(self, batch: Batch) -> None:
        """Queue a batch."""
        self._queue.append(batch)
        self._bell.put(None)

    def stop(self) -> None:
        """Let the thread end after what is queued."""
        self._stopping = True
        self._bell.put(None)

    @property
    def waiting(self) -> bool:
        """True while something waits to leave."""
        return bool(self._queue) or any(entry.batch for entry in tuple(self._entries))

    def overdue(self) -> list[Batch]:
        """Return what has to leave now without being recorded, because the thread has not come forward for a second.

        To be called from the loop, a few times in a second: twice at least, before anything is overdue.
        """
        now = time.monotonic()
        if self._turns != self._stuck_turn or self._listening:
            self._stuck_turn, self._stuck_since = self._turns, now
            return []
        if now - self._stuck_since < OVERDUE_SECONDS or not self.waiting:
            return []
        with self._lock:
            self._gather()
            leaving = self._let_go(set())
            self._say(f"the disk has not answered for {now - self._stuck_since:.0f} s")
        return leaving

    def report(self) -> Report:
        """Return what an operator should know."""
        found: Report = {"unrecorded": self._unrecorded}
        if self._given_up:
            found["never_recorded"] = self._given_up
        if self._trouble:
            found["message"] = f"NOT RECORDED: {self._trouble}; {self._unrecorded} events wait for the journal"
        return found

    def run(self) -> None:
        """Write until stopped."""
        try:
            while not (self._stopping and not self._queue):
                self._turn()
            while self._entries and self._attempt():
                pass
            if self._entries:
                warn("journal.lost", journal=self._journal.path.name, events=self._unrecorded, reason=self._trouble)
        finally:
            self._journal.close()

    def _turn(self) -> None:
        idle = not self._listen()
        with self._lock:
            self._gather()
        if time.monotonic() < self._retry_at:
            self._leave_unrecorded()
        elif self._entries or self._trouble:
            self._attempt()
        if not self._trouble:
            self._keep_up(idle)
        self._turns += 1

    def _listen(self) -> bool:
        """Wait for something to do; say whether anything was queued."""
        until = self._retry_at if self._trouble else self._upkeep.due
        self._listening = True
        try:
            self._bell.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            return False
        finally:
            self._listening = False
        while not self._bell.empty():
            self._bell.get_nowait()
        return True

    def _gather(self) -> None:
        """Take what is queued. The lock is held."""
        while self._queue:
            self._entries.append(Entry(self._queue.popleft()))

    def _attempt(self) -> bool:
        """Write everything that is not recorded; say whether that went well."""
        began = time.monotonic()
        entries = self._portion()
        try:
            if not self._journal.is_open:
                self._journal.reopen()
            answered = self._journal.answered(entries)
            with self._lock:
                answered |= self._answered
                for entry in entries:
                    self._journal.prepare(entry, answered)
            self._journal.write(entries, again=bool(self._trouble))
        except TROUBLE as error:
            self._fail(error, time.monotonic() - began)
            return False
        self._succeed(entries)
        return True

    def _portion(self) -> list[Entry]:
        """Return what goes into the next transaction: all of it, unless much is owed."""
        found: list[Entry] = []
        size = 0
        with self._lock:
            for entry in self._entries:
                found.append(entry)
                size += entry.size
                if size > TURN_BYTES:
                    self._bell.put(None)
                    break
            self._in_hand = len(found)
        return found

    def _succeed(self, entries: list[Entry]) -> None:
        leaving = []
        with self._lock:
            self._turns += 1
            self._in_hand = 0
            for entry in entries:
                self._entries.popleft()
                if entry.batch is not None:
                    leaving.append(entry.batch)
                else:
                    self._unrecorded -= entry.events
                    self._owed -= entry.size
                    self._answered.difference_update(request for request, _, _ in entry.answers)
                if entry.wish is not None:
                    self._upkeep.forget(entry.wish)
            caught_up = bool(self._trouble) and not self._unrecorded
            if caught_up:
                self._trouble = ""
                self._failures = 0
        self._upkeep.wrote(sum(entry.size for entry in entries))
        if leaving:
            self._recorded(leaving)
        if caught_up:
            warn("journal.caught_up", journal=self._journal.path.name, given_up=self._given_up)
            self._journal.be_patient(True)

    def _keep_up(self, idle: bool) -> None:
        began = time.monotonic()
        try:
            self._upkeep.step(idle)
        except TROUBLE as error:
            self._fail(error, time.monotonic() - began)

    def _fail(self, error: Exception, took: float) -> None:
        """Go on without the journal for a while; mend it first when it is damaged."""
        if not is_damage(error) or time.monotonic() < self._mended_at + MEND_SECONDS:
            self._suffer(error, took)
            return
        try:
            self._journal.mend(str(error))
        except TROUBLE as another:
            self._suffer(another, time.monotonic() - self._mended_at)
        else:
            self._upkeep.begin()
            self._bell.put(None)
        finally:
            self._mended_at = time.monotonic()

    def _suffer(self, error: Exception, took: float) -> None:
        with self._lock:
            self._in_hand = 0
            self._say(str(error))
        self._failures += 1
        if self._journal.is_open and can_stay_open(error) and self._failures % REOPEN_FAILURES:
            self._journal.be_patient(False)
            self._retry_at = time.monotonic() + RETRY_SECONDS
        else:
            self._journal.close()
            self._retry_at = time.monotonic() + max(RETRY_SECONDS, min(10 * took, RETRY_AT_LAST_SECONDS))
        self._leave_unrecorded()

    def _leave_unrecorded(self) -> None:
        answered: set[str] = set()
        with suppress(*TROUBLE):  # a full disk can be read
            answered = self._journal.answered(tuple(self._entries))
        with self._lock:
            leaving = self._let_go(answered)
        if leaving:
            self._recorded(leaving)

    def _let_go(self, answered: set[str]) -> list[Batch]:
        """Return everything that has not left, marked as unrecorded. The lock is held."""
        leaving = []
        answered |= self._answered
        for entry in self._entries:
            if entry.batch is not None:
                self._journal.prepare(entry, answered)
                self._answered.update(request for request, _, _ in entry.answers)
                leaving.append(entry.leave(self._journal.source))
                self._unrecorded += entry.events
                self._owed += entry.size
        self._give_up()
        return leaving

    def _give_up(self) -> None:
        """Keep what is owed within bounds: the oldest frames are never recorded."""
        place = self._in_hand
        while self._owed > OWED_BYTES and place < len(self._entries):
            entry = self._entries[place]
            self._owed -= entry.size
            self._unrecorded -= entry.events
            self._given_up += entry.events
            entry.rows = []
            if entry.empty:
                del self._entries[place]
            else:
                place += 1

    def _say(self, trouble: str) -> None:
        """Begin to say so, loudly and once."""
        if not self._trouble:
            consequence = "events are sent unrecorded, and recorded later"
            warn("journal.trouble", journal=self._journal.path.name, reason=trouble, consequence=consequence)
        self._trouble = trouble
