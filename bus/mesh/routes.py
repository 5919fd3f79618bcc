"""From messages to subscriptions: each message is decoded once, here, and anything that cannot be is counted."""

import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec

from bus.mesh.inbox import STALE_SECONDS
from bus.mesh.lane import COST, LIVE_FRAMES, Lane
from bus.mesh.subscription import MeshSubscription, Tally
from bus.wire import ANYTHING, GARBAGE, SHORT_TEXT, Frame, Heads, decoder_of, prefix_of
from schemas import Event

Held = MeshSubscription[Any]

OVERRUN_FRAMES = LIVE_FRAMES // 2
"""A pipe that holds as many frames may have been full: it is told of what was read in halves of its size."""
SOURCES = 1_000
"""So many sources can be late at the same time. Whoever invents names shall not fill the memory."""


class Route(NamedTuple):
    """Where the frames of a topic go."""

    topic: str
    kind: type[Event]
    decoder: msgspec.msgpack.Decoder[Frame[Event]]
    subscriptions: list[Held]


def is_consistent(frame: Frame[Event]) -> bool:
    """Say whether the events of a log lane frame have the names that their places in it give them."""
    source = frame.source
    number = frame.seq
    for event in frame.events:
        if event.source != source or event.id != f"{source}:{number}":
            return False
        number += 1
    return True


class Routes:
    """The subscriptions of one bus, by topic."""

    def __init__(self, lanes: dict[str, Lane], control: Callable[[str, bytes], None], tally: Tally) -> None:
        """`control` gets every message that belongs to no topic."""
        self.on_spoiled: Callable[[str, bytes], None]
        """Gets what could not be decoded of a topic of the log lane."""
        self.says: dict[str, frozenset[str]] = {}
        """By participant: the topics that it declared, where it did."""
        self._tally = tally
        self._lanes = lanes
        self._control = control
        self._routes: dict[bytes, Route] = {}
        self._late: dict[str, int] = {}

    def __iter__(self) -> Iterator[Held]:
        return iter({id(one): one for route in self._routes.values() for one in route.subscriptions}.values())

    def __contains__(self, topic: str) -> bool:
        return prefix_of(topic) in self._routes

    def add(self, subscription: Held) -> None:
        """Ask for the topics of a subscription."""
        for topic, kind in subscription.kinds.items():
            prefix = prefix_of(topic)
            if prefix not in self._routes:
                self._routes[prefix] = Route(topic, kind, decoder_of(kind), [])
                self._lanes[kind.lane].subscribe(prefix)
            self._routes[prefix].subscriptions.append(subscription)

    def remove(self, subscription: Held) -> None:
        """Ask no longer for what nobody else here wants."""
        for topic, kind in subscription.kinds.items():
            prefix = prefix_of(topic)
            route = self._routes[prefix]
            route.subscriptions.remove(subscription)
            if not route.subscriptions:
                del self._routes[prefix]
                self._lanes[kind.lane].unsubscribe(prefix)

    def take(self, message: bytes) -> int:
        """Hand on a message of the log lane; return what it cost of a turn."""
        # The prefix is found here and not in a function of its own: this line runs for every frame.
        route = self._routes.get(message[: message[1] - SHORT_TEXT + 2]) if len(message) > 1 else None
        frame = self._unpack("log", route, message)
        if route is None or frame is None:
            return COST
        for subscription in route.subscriptions:
            subscription.take(frame, len(message))
        return COST * len(frame.events)

    def take_live(self, message: bytes, blob: bytes | None = None) -> int:
        """Hand on a message of the live lane; return what it cost of a turn: next to nothing when it is old.

        `blob` is its second part; None when that is still in the socket.
        """
        route = self._routes.get(message[: message[1] - SHORT_TEXT + 2]) if len(message) > 1 else None
        frame = self._unpack("live", route, message)
        if route is None or frame is None:
            return COST
        source, events = frame.source, frame.events
        if frame.marks.blob and not self._put_back(frame, self._lanes["live"].rest() if blob is None else blob):
            return COST
        says = self.says.get(source)
        if says is not None and route.topic not in says:
            self._tally.undeclared += len(events)
            return COST
        for subscription in route.subscriptions:
            subscription.take_live(route.kind, frame)
        if time.monotonic() - events[-1].clock > STALE_SECONDS:
            if len(self._late) < SOURCES:
                self._late[source] = self._late.get(source, 0) + 1
            return 1
        if self._late:
            self._late.pop(source, None)
        return COST * len(events)

    def _put_back(self, frame: Frame[Event], blob: bytes) -> bool:
        """Give a frame's event the bytes that travelled behind it; say whether it has a field for them."""
        event, name = frame.events[0], frame.marks.blob
        if len(frame.events) > 1 or not isinstance(getattr(event, name, None), bytes):
            self._tally.bad += 1
            return False
        msgspec.structs.force_setattr(event, name, blob)
        return True

    def _unpack(self, lane: str, route: Route | None, message: bytes) -> Frame[Event] | None:
        if route is None:
            self._control(lane, message)
            return None
        try:
            frame = route.decoder.decode(message)
        except GARBAGE:
            frame = None
        if frame is None or not frame.events or (lane == "log" and not is_consistent(frame)):
            self._tally.bad += 1
            if lane == "log":
                self.on_spoiled(route.topic, message)
            return None
        return frame

    def drained(self) -> None:
        """Drop what stood in a full pipe: such a pipe holds the oldest, and the newest never got in."""
        overrun = {source for source, count in self._late.items() if count >= OVERRUN_FRAMES}
        if overrun:
            now = time.monotonic()
            for subscription in self:
                subscription.inbox.drop_stale(now, overrun)

    def note(self, heads: Heads, starting: Held | None) -> None:
        """Compare all subscriptions with a source's newest numbers; the one that is just starting begins there."""
        if heads.says == ANYTHING:
            self.says.pop(heads.source, None)
        elif heads.says is not None:
            self.says[heads.source] = frozenset(heads.says)
        for subscription in self:
            if subscription is starting:
                subscription.skip(heads)
            else:
                subscription.note(heads)

    def read_on(self, source: str) -> None:
        """Read a source's journal on for all subscriptions."""
        for subscription in self:
            subscription.read_on(source)
