"""From messages to subscriptions: each message is decoded once, here, and anything that cannot be is counted."""

import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from bus.inbox import STALE_SECONDS
from bus.lane import LIVE_FRAMES, Lane
from bus.subscription import MeshSubscription
from bus.wire import END, GARBAGE, Frame, Heads, unpack_frame
from schemas import Event

Held = MeshSubscription[Any]

OVERRUN_FRAMES = LIVE_FRAMES // 2
"""A pipe that holds as many frames may have been full: it is told of what was read in halves of its size."""


class Route(NamedTuple):
    """Where the frames of a topic go."""

    topic: str
    kind: type[Event]
    subscriptions: list[Held]


class Routes:
    """The subscriptions of one bus, by topic."""

    def __init__(self, lanes: dict[str, Lane], control: Callable[[str, bytes], None]) -> None:
        """`control` gets every message that belongs to no topic."""
        self.bad = 0
        self._lanes = lanes
        self._control = control
        self._routes: dict[bytes, Route] = {}
        self._late: dict[str, int] = {}

    def __iter__(self) -> Iterator[Held]:
        return iter({id(one): one for route in self._routes.values() for one in route.subscriptions}.values())

    def add(self, subscription: Held) -> None:
        """Ask for the topics of a subscription."""
        for topic, kind in subscription.kinds.items():
            key = topic.encode()
            if key not in self._routes:
                self._routes[key] = Route(topic, kind, [])
                self._lanes[kind.lane].subscribe(key + END)
            self._routes[key].subscriptions.append(subscription)

    def remove(self, subscription: Held) -> None:
        """Ask no longer for what nobody else here wants."""
        for topic, kind in subscription.kinds.items():
            key = topic.encode()
            route = self._routes[key]
            route.subscriptions.remove(subscription)
            if not route.subscriptions:
                del self._routes[key]
                self._lanes[kind.lane].unsubscribe(key + END)

    def take(self, message: bytes) -> None:
        """Hand on a message of the log lane."""
        found = self._unpack("log", message)
        if found is not None:
            route, frame = found
            for subscription in route.subscriptions:
                subscription.take(frame)

    def take_live(self, message: bytes) -> None:
        """Hand on a message of the live lane."""
        found = self._unpack("live", message)
        if found is not None:
            route, frame = found
            self._note_age(frame)
            for subscription in route.subscriptions:
                subscription.take_live(route.topic, frame)

    def drained(self) -> None:
        """Drop what stood in a full pipe: such a pipe holds the oldest, and the newest never got in."""
        overrun = {source for source, count in self._late.items() if count >= OVERRUN_FRAMES}
        if overrun:
            now = time.monotonic()
            for subscription in self:
                subscription.inbox.drop_stale(now, overrun)

    def _note_age(self, frame: Frame[Event]) -> None:
        if time.monotonic() - frame.events[-1].clock > STALE_SECONDS:
            self._late[frame.source] = self._late.get(frame.source, 0) + 1
        else:
            self._late.pop(frame.source, None)

    def note(self, heads: Heads, starting: Held | None) -> None:
        """Compare all subscriptions with a source's newest numbers; the one that is just starting begins there."""
        for subscription in self:
            if subscription is starting:
                subscription.skip(heads)
            else:
                subscription.note(heads)

    def read_on(self, source: str) -> None:
        """Read a source's journal on for all subscriptions."""
        for subscription in self:
            subscription.read_on(source)

    def _unpack(self, lane: str, message: bytes) -> tuple[Route, Frame[Event]] | None:
        topic, _, body = message.partition(END)
        route = self._routes.get(topic)
        if route is None:
            self._control(lane, message)
            return None
        try:
            return route, unpack_frame(route.kind, body)
        except GARBAGE:
            self.bad += 1
            return None
