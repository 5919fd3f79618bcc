"""The bus over ZeroMQ on one machine: every participant speaks to every other, and nobody stands in the middle."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import anyio
import anyio.to_thread
import structlog
import zmq
from anyio.abc import TaskGroup

from bus import history
from bus.api import EventT, Report, RequestT, Subscription
from bus.errors import AlreadyAnswered
from bus.history import Journals, Query
from bus.journal import Journal, Recorder
from bus.lane import Lane
from bus.names import LANES, Place, remove
from bus.outbox import Outbox, Parcel
from bus.peers import Peers
from bus.subscription import MeshSubscription, Tally
from bus.wire import END, GARBAGE, HEADS, HELLO, Chain, Heads, pack_heads, unpack_frame, unpack_heads
from schemas import Event, topic_of

BEAT_SECONDS = 1.0
QUIET_SECONDS = 0.02
PIPE_FRAMES = 64
"""What the two ends of a live pipe hold: whoever reads as many at once may have missed newer ones."""

log = structlog.get_logger(__name__)


class Route(NamedTuple):
    """Where the frames of a topic go."""

    topic: str
    kind: type[Event]
    subscriptions: list[MeshSubscription[Any]]


class MeshBus:
    """A participant of the mesh. `open_bus` makes it."""

    def __init__(self, place: Place, journal: Journal, journals: Journals, tasks: TaskGroup) -> None:
        self.name = place.name
        self.reports: dict[str, Callable[[], Report]] = {"bus": self._report}
        self._place = place
        self._journals = journals
        self._tasks = tasks
        self._tally = Tally()
        self._refused = 0
        self._routes: dict[bytes, Route] = {}
        self._starting: dict[int, MeshSubscription[Any]] = {}
        self._loop = asyncio.get_running_loop()
        self._chain = Chain(journal.chain.newest)
        self._recorder = Recorder(journal, self._recorded_elsewhere)
        self._written = anyio.Event()
        self._outbox = Outbox(place.name, place.start, self._recorder.record, self._send_live)
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._lanes = {name: Lane(self._context, name) for name in LANES}
        self._peers = Peers(place, self._lanes, self._chain)
        self._quiet: asyncio.TimerHandle | None = None
        self._sent = 0.0
        self._beating = anyio.CancelScope()
        self._wire_up()

    def _wire_up(self) -> None:
        self._peers.on_heads = self._heads
        self._peers.on_gone = self._gone
        self._lanes["log"].on_message = self._take
        self._lanes["live"].on_message = self._take_live
        self._lanes["log"].on_drained = lambda _: None
        self._lanes["live"].on_drained = self._drained
        for lane in self._lanes.values():
            lane.on_subscription = self._peers.subscribed

    async def join(self) -> None:
        """Be found, and meet everybody."""
        self._tasks.start_soon(self._write)
        for name in reversed(LANES):  # who sees the log lane's socket finds the other one, too
            self._lanes[name].bind(self._place)
        self._lanes["log"].subscribe(HEADS)
        await self._peers.join()
        self._tasks.start_soon(self._beat)

    async def leave(self) -> None:
        """Record and send what is queued, and say goodbye."""
        self._beating.cancel()
        self._outbox.flush()
        self._recorder.stop()
        await self._written.wait()
        if self._quiet is not None:
            self._quiet.cancel()
        remove(self._place)
        for lane in self._lanes.values():
            lane.close()
        await anyio.to_thread.run_sync(self._context.term)

    async def publish(self, event: EventT) -> EventT:
        """Record an event, send it, and return it as it is heard."""
        while event.lane == "log" and self._outbox.full:
            await self._outbox.room()
        sent, parcel = self._outbox.add(event)
        await parcel.wait()
        if parcel.refused:
            raise AlreadyAnswered(f"{event.cause} has its terminal reply already")
        return sent

    def post(self, event: EventT) -> EventT:
        """Queue an event and return it as it will be heard."""
        return self._outbox.add(event)[0]

    @asynccontextmanager
    async def subscribe(self, *kinds: type[EventT], keep: int = 1) -> AsyncIterator[Subscription[EventT]]:
        """Hear every event of some kinds."""
        by_topic = {topic_of(kind): kind for kind in kinds}
        subscription: MeshSubscription[EventT] = MeshSubscription(dict(by_topic), keep, self._journals, self._tally)
        await subscription.begin()
        self._tasks.start_soon(subscription.mend)
        nonce = self._peers.nonce()
        self._starting[nonce] = subscription
        try:
            self._route(subscription)
            await self._peers.confirm(nonce)
            del self._starting[nonce]
            yield subscription
        finally:
            self._starting.pop(nonce, None)
            self._unroute(subscription)
            subscription.close()

    async def last(self, kind: type[EventT], visit: str = "") -> EventT | None:
        """Return the newest event of a log kind."""
        query = Query(topics=(topic_of(kind),), visit=visit, limit=1, newest=True)
        found = await self._journals.ask(history.read, query)
        return next((event for event in found if isinstance(event, kind)), None)

    async def outstanding(self, kind: type[RequestT]) -> list[RequestT]:
        """Return the requests that wait for this participant."""
        found = await self._journals.ask(history.outstanding, self.name, topic_of(kind))
        return [request for request in found if isinstance(request, kind)]

    async def get(self, event_id: str) -> Event | None:
        """Return the event of an id."""
        return await self._journals.ask(history.get, event_id)

    async def history(  # noqa: PLR0913
        self,
        *,
        topics: Sequence[str] = (),
        source: str = "",
        visit: str = "",
        cause: str = "",
        since: float = 0.0,
        until: float = 0.0,
        limit: int = 1000,
        newest: bool = False,
    ) -> list[Event]:
        """Return what was published on the log lane, oldest first."""
        query = Query(
            topics=topics, source=source, visit=visit, cause=cause, since=since, until=until, limit=limit, newest=newest
        )
        return await self._journals.ask(history.read, query)

    def _route(self, subscription: MeshSubscription[Any]) -> None:
        for topic, kind in subscription.kinds.items():
            key = topic.encode()
            if key not in self._routes:
                self._routes[key] = Route(topic, kind, [])
                self._lanes[kind.lane].subscribe(key + END)
            self._routes[key].subscriptions.append(subscription)

    def _unroute(self, subscription: MeshSubscription[Any]) -> None:
        for topic, kind in subscription.kinds.items():
            key = topic.encode()
            route = self._routes.get(key)
            if route is not None and subscription in route.subscriptions:
                route.subscriptions.remove(subscription)
                if not route.subscriptions:
                    del self._routes[key]
                    self._lanes[kind.lane].unsubscribe(key + END)

    def _unpack(self, lane: str, message: bytes) -> tuple[Route, Any] | None:
        topic, _, body = message.partition(END)
        route = self._routes.get(topic)
        if route is None:
            self._control(lane, topic, body, message)
            return None
        try:
            return route, unpack_frame(route.kind, body)
        except GARBAGE:
            self._tally.bad += 1
            return None

    def _take(self, message: bytes) -> None:
        found = self._unpack("log", message)
        if found:
            route, frame = found
            for subscription in route.subscriptions:
                subscription.take(frame)

    def _take_live(self, message: bytes) -> None:
        found = self._unpack("live", message)
        if found:
            route, frame = found
            for subscription in route.subscriptions:
                subscription.take_live(route.topic, frame)

    def _control(self, lane: str, topic: bytes, body: bytes, message: bytes) -> None:
        if topic.startswith(HELLO):
            self._peers.answered(lane, message)
        elif topic + END == HEADS:
            try:
                heads = unpack_heads(body)
            except GARBAGE:
                self._tally.bad += 1
            else:
                self._peers.heard_from(heads.source)
                self._heads(heads, -1)

    def _heads(self, heads: Heads, nonce: int) -> None:
        for subscription in self._subscriptions():
            if subscription is self._starting.get(nonce):
                subscription.skip(heads)
            else:
                subscription.note(heads)

    def _gone(self, source: str) -> None:
        for subscription in self._subscriptions():
            subscription.gone(source)

    def _drained(self, count: int) -> None:
        if count >= PIPE_FRAMES:
            now = time.monotonic()
            for subscription in self._subscriptions():
                subscription.inbox.drop_stale(now)

    def _subscriptions(self) -> list[MeshSubscription[Any]]:
        return list({id(one): one for route in self._routes.values() for one in route.subscriptions}.values())

    def _recorded_elsewhere(self, parcels: list[Parcel]) -> None:
        self._loop.call_soon_threadsafe(self._recorded, parcels)

    def _recorded(self, parcels: list[Parcel]) -> None:
        """Send what is recorded now."""
        lane = self._lanes["log"]
        for parcel in parcels:
            if parcel.refused:
                self._refused += 1
                log.warning("bus.answered_twice", request=parcel.request, topic=parcel.topic)
            else:
                self._chain.move(parcel.topic, parcel.last)
                lane.send(parcel.data)
                self._take(parcel.data)
            parcel.settle()
        self._outbox.recorded(parcels)
        lane.read_subscriptions()
        self._sent = self._loop.time()
        if self._quiet is None:
            self._quiet = self._loop.call_later(QUIET_SECONDS, self._fall_quiet)

    def _send_live(self, messages: list[bytes]) -> None:
        lane = self._lanes["live"]
        for message in messages:
            lane.send(message)
            self._take_live(message)
        lane.read_subscriptions()

    def _fall_quiet(self) -> None:
        """Say the newest numbers once nothing has followed for a moment: a lost last frame shows in no other way."""
        self._quiet = None
        left = self._sent + QUIET_SECONDS - self._loop.time()
        if left > 0:
            self._quiet = self._loop.call_later(left, self._fall_quiet)
        else:
            self._announce()

    def _announce(self) -> None:
        self._lanes["log"].send(pack_heads(HEADS, self._peers.heads()))
        self._lanes["log"].read_subscriptions()

    async def _beat(self) -> None:
        with self._beating:
            while True:
                await anyio.sleep(BEAT_SECONDS)
                self._announce()
                self._peers.look_again()

    async def _write(self) -> None:
        try:
            await anyio.to_thread.run_sync(self._recorder.run, limiter=anyio.CapacityLimiter(1))
        finally:
            self._written.set()

    def _report(self) -> Report:
        return {
            "participants": self._peers.names,
            "silent": self._peers.silent,
            "waiting": self._outbox.waiting,
            "bad_frames": self._tally.bad + self._peers.bad,
            "repairs": self._tally.repairs,
            "lost": self._tally.lost,
            "dropped": self._outbox.dropped,
            "answered_twice": self._refused,
        }
