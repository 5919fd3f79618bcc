"""What has arrived and is not handled yet: everything of the log lane, only the newest of the live lane."""

import time
from collections import OrderedDict, deque

import anyio

from bus.wire import tag_of
from schemas import Event

LIMIT = 10_000
STALE_SECONDS = 0.05


class Inbox:
    """Events in the order of their arrival. Of each live topic it holds the newest `keep`, and counts what it drops."""

    def __init__(self, keep: int) -> None:
        self.keep = keep
        self.dropped: dict[str, int] = {}
        self._events: OrderedDict[int, Event] = OrderedDict()
        self._live: dict[str, deque[int]] = {}
        self._count = 0
        self._arrived = anyio.Event()
        self._taken = anyio.Event()

    def __len__(self) -> int:
        return len(self._events)

    @property
    def full(self) -> bool:
        """True while nothing more should be put in from the log lane."""
        return len(self._events) >= LIMIT

    def put(self, event: Event) -> None:
        """Add an event of the log lane."""
        self._count += 1
        self._events[self._count] = event
        self._arrived.set()

    def put_live(self, event: Event) -> None:
        """Add an event of the live lane, in the place of the oldest of its topic when there are too many."""
        topic = tag_of(type(event))
        numbers = self._live.get(topic)
        if numbers is None:
            numbers = self._live[topic] = deque()
        elif len(numbers) >= self.keep:
            del self._events[numbers.popleft()]
            self.drop(topic, 1)
        self.put(event)
        numbers.append(self._count)

    def drop(self, topic: str, count: int) -> None:
        """Count events that will not be handled."""
        self.dropped[topic] = self.dropped.get(topic, 0) + count

    def drop_stale(self, now: float, sources: set[str]) -> None:
        """Drop what is too old for what this keeps, of live sources of which newer events are known to be missing."""
        oldest = now - STALE_SECONDS * self.keep
        for topic, numbers in self._live.items():
            for number in list(numbers):
                event = self._events[number]
                if event.clock < oldest and event.source in sources:
                    numbers.remove(number)
                    del self._events[number]
                    self.drop(topic, 1)

    def stale(self) -> bool:
        """Say whether the next event is a live one that has waited for so long that newer ones may be at the door."""
        event = next(iter(self._events.values()), None)
        return event is not None and event.lane == "live" and time.monotonic() - event.clock > STALE_SECONDS

    def take(self) -> Event:
        """Return the oldest."""
        _, event = self._events.popitem(last=False)
        if event.lane == "live":
            self._live[tag_of(type(event))].popleft()
        self._taken.set()
        return event

    async def arrival(self) -> None:
        """Return when there is something."""
        while not self._events:
            self._arrived = anyio.Event()
            await self._arrived.wait()

    async def room(self) -> None:
        """Return when there is room again, and not for one event only."""
        while len(self._events) > LIMIT // 2:
            self._taken = anyio.Event()
            await self._taken.wait()
