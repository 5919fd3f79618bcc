"""From messages to subscriptions: each message is decoded once, here, and anything that cannot be is counted."""

import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from bus.lane import Lane
from bus.subscription import MeshSubscription
from bus.wire import END, GARBAGE, Frame, Heads, unpack_frame
from schemas import Event

Held = MeshSubscription[Any]

PIPE_FRAMES = 64
"""What the two ends of a live pipe hold: whoever reads as many at once may have missed newer ones."""


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
            for subscription in route.subscriptions:
                subscription.take_live(route.topic, frame)

    def drained(self, count: int) -> None:
        """Drop what waited too long, when so much of the live lane was read at once that newer events never got in."""
        if count >= PIPE_FRAMES:
            now = time.monotonic()
            for subscription in self:
                subscription.inbox.drop_stale(now)

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
