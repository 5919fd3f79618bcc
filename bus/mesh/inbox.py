"""What has arrived and is not handled yet: everything of the log lane, only the newest of the live lane."""

import asyncio
from collections import deque
from collections.abc import Sequence
from math import inf
from time import monotonic

import anyio

from bus.wire import tag_of
from schemas import Event

LIMIT = 10_000
LIMIT_BYTES = 32_000_000
"""Of the log lane: what is beyond waits in the journals."""
BATCH = 256
STALE_SECONDS = 0.05
DEAD_WEIGHT = 1_000
HEAVY_WEIGHT = 16
"""So many events that are too many may be kept for a while: of all, and of large ones."""


class Shelf:
    """What waits of one live kind."""

    __slots__ = ("dropped", "excess", "waiting")

    def __init__(self) -> None:
        self.waiting = 0
        """Events in the inbox, also those that are too many."""
        self.excess = 0
        """How many of them, the oldest, are to be dropped when their turn comes."""
        self.dropped = 0


class Inbox:
    """Events in the order of their arrival. Of each live topic it holds the newest `keep`, and counts what it drops.

    What is too old is only counted when it is put aside, and left out when its turn comes: that costs a burst nothing.
    Events are handed out in batches, for the same reason; a live event that arrives meanwhile calls a batch back.
    """

    def __init__(self, keep: int) -> None:
        self.keep = keep
        self.batch: deque[Event] = deque()
        """The next events, in good order as long as nothing arrives."""
        self.fresh_until = inf
        """When the first live one of the batch becomes so old that newer ones may be at the door."""
        self._events: deque[Event] = deque()
        self._shelves: dict[type[Event], Shelf] = {}
        self._filled: set[Shelf] = set()
        """All shelves with something waiting, and maybe others: there can be hundreds."""
        self._excess = 0
        self._bytes = 0
        """Roughly what the events of the log lane weighed when they came."""
        self._arrived: asyncio.Future[None] | None = None
        self._taken: anyio.Event | None = None

    def __len__(self) -> int:
        return len(self.batch) + len(self._events) - self._excess

    @property
    def waits(self) -> bool:
        """True when there is something beside the batch."""
        return bool(self._events)

    @property
    def stale(self) -> bool:
        """True when something has waited for so long that newer events may be at the door."""
        return bool(self._events) and monotonic() - self._events[0].clock > STALE_SECONDS

    @property
    def dropped(self) -> dict[str, int]:
        """How many events of each live topic were dropped."""
        return {tag_of(kind): shelf.dropped for kind, shelf in self._shelves.items() if shelf.dropped}

    @property
    def full(self) -> bool:
        """True while nothing more should be put in from the log lane."""
        return self._bytes >= LIMIT_BYTES or (len(self._events) >= LIMIT and len(self._events) - self._live() >= LIMIT)

    def _live(self) -> int:
        return sum(shelf.waiting for shelf in self._filled)

    def put(self, events: Sequence[Event]) -> None:
        """Add events of the log lane."""
        self._events.extend(events)
        if self._arrived is not None:
            self._wake()

    def weigh(self, size: int) -> None:
        """Note how many bytes the log lane has just brought."""
        self._bytes += size

    def put_live(self, kind: type[Event], events: Sequence[Event]) -> None:
        """Add events of one live kind, in the place of its oldest when there are too many."""
        shelf = self._shelves.get(kind)
        if shelf is None:
            shelf = self._shelves[kind] = Shelf()
        if self.batch:
            self.call_back()
        self._events.extend(events)
        if not shelf.waiting:
            self._filled.add(shelf)
        shelf.waiting += len(events)
        more = shelf.waiting - shelf.excess - self.keep
        if more > 0:
            shelf.excess += more
            shelf.dropped += more
            self._excess += more
            if self._excess > DEAD_WEIGHT and self._excess > len(self._events) // 2:
                self._rebuild(())
        if self._arrived is not None:
            self._wake()

    def drop(self, kind: type[Event], count: int) -> None:
        """Count events that never came."""
        self._shelves.setdefault(kind, Shelf()).dropped += count

    def lighten(self) -> None:
        """Throw out what is in excess, before there is much of it: what came last was large."""
        if self._excess > HEAVY_WEIGHT:
            self._rebuild(())

    def drop_stale(self, now: float, sources: set[str]) -> None:
        """Drop what is too old for what this keeps, of live sources of which newer events are known to be missing."""
        self.call_back()
        self._rebuild(sources, now - STALE_SECONDS * self.keep)

    def _rebuild(self, sources: set[str] | tuple[()], oldest: float = 0.0) -> None:
        """Throw out what is in excess, and what is older than `oldest` of some sources."""
        kept: deque[Event] = deque()
        for event in self._events:
            shelf = self._shelves.get(type(event))
            if shelf is None or not self._thrown(event, shelf, sources, oldest):
                kept.append(event)
        self._events = kept

    def _thrown(self, event: Event, shelf: Shelf, sources: set[str] | tuple[()], oldest: float) -> bool:
        if shelf.excess:
            shelf.excess -= 1
            self._excess -= 1
        elif event.clock < oldest and event.source in sources:
            shelf.dropped += 1
        else:
            return False
        shelf.waiting -= 1
        return True

    def call_back(self) -> None:
        """Take a batch back in, unless it is of the log lane alone."""
        if self.fresh_until < inf:
            for event in self.batch:
                shelf = self._shelves.get(type(event))
                if shelf is not None:
                    shelf.waiting += 1
                    self._filled.add(shelf)
            self._events.extendleft(reversed(self.batch))
            self.batch.clear()
            self.fresh_until = inf

    def fill(self) -> bool:
        """Make the next batch; return False when there is nothing."""
        events = self._events
        if len(events) > BATCH or self._excess:
            before = len(events)
            self._pick()
            self._bytes = self._bytes * len(events) // before
        else:
            self.batch, self._events = events, self.batch
            for shelf in self._filled:
                shelf.waiting = 0
            self._filled.clear()
            self._bytes = 0
        self.fresh_until = inf
        if self._shelves:
            first = next((event for event in self.batch if event.lane == "live"), None)
            self.fresh_until = inf if first is None else first.clock + STALE_SECONDS
        if self._taken is not None:
            self._taken.set()
        return bool(self.batch)

    def _pick(self) -> None:
        events, batch, shelves = self._events, self.batch, self._shelves
        while events and len(batch) < BATCH:
            event = events.popleft()
            shelf = shelves.get(type(event))
            if shelf is not None:
                shelf.waiting -= 1
                if shelf.excess:
                    shelf.excess -= 1
                    self._excess -= 1
                    continue
            batch.append(event)

    async def arrival(self) -> None:
        """Return when there is something. A bare future, because every lone event passes here."""
        while not self._events:
            self._arrived = asyncio.get_running_loop().create_future()
            try:
                await self._arrived
            finally:
                self._arrived = None

    def _wake(self) -> None:
        if self._arrived is not None and not self._arrived.done():
            self._arrived.set_result(None)

    async def room(self) -> None:
        """Return when there is room again, and not for one event only."""
        while self._bytes > LIMIT_BYTES // 2 or len(self._events) - self._live() > LIMIT // 2:
            self._taken = anyio.Event()
            await self._taken.wait()
            self._taken = None
