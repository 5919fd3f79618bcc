"""The bus over ZeroMQ on one machine: every participant speaks to every other, and nobody stands in the middle."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import anyio
import anyio.to_thread
import structlog
import zmq
from anyio.abc import TaskGroup

from bus import history
from bus.api import EventT, Report, RequestT, Subscription
from bus.errors import AlreadyAnswered
from bus.history import Journals, Query
from bus.journal import Batch, Journal
from bus.lane import Lane
from bus.names import LANES, Place, remove
from bus.outbox import Outbox, Parcel
from bus.peers import Peers
from bus.recorder import Recorder
from bus.routes import Routes
from bus.subscription import MeshSubscription, Tally
from bus.wire import GARBAGE, HEADS, HELLO, Chain, Heads, pack_heads, unpack_heads
from schemas import Event, topic_of

BEAT_SECONDS = 1.0
QUIET_SECONDS = 0.02

log = structlog.get_logger(__name__)


class MeshBus:
    """A participant of the mesh. `open_bus` makes it."""

    def __init__(self, place: Place, journal: Journal, journals: Journals, tasks: TaskGroup) -> None:
        self.name = place.name
        self.reports: dict[str, Callable[[], Report]] = {"bus": self._report}
        self._place = place
        self._journals = journals
        self._tasks = tasks
        self._tally = Tally()
        self._loop = asyncio.get_running_loop()
        self._chain = Chain(journal.chain.newest)
        self._recorder = Recorder(journal, self._recorded_in_thread)
        self._written = anyio.Event()
        self._outbox = Outbox(place.name, place.start, self._record, self._send_live)
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._lanes = {name: Lane(self._context, name) for name in LANES}
        self._routes = Routes(self._lanes, self._control)
        self._peers = Peers(place, self._lanes, self._chain)
        self._starting: dict[int, MeshSubscription[Any]] = {}
        self._beating = anyio.CancelScope()
        self._quiet: asyncio.TimerHandle | None = None
        self._sent = 0.0
        self._wire_up()

    def _wire_up(self) -> None:
        self._peers.on_heads = self._heads
        self._peers.on_gone = self._routes.read_on
        log_lane, live_lane = self._lanes["log"], self._lanes["live"]
        log_lane.on_message, live_lane.on_message = self._routes.take, self._routes.take_live
        live_lane.on_drained = self._routes.drained
        log_lane.on_subscription = live_lane.on_subscription = self._peers.subscribed

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
        self._outbox.close()
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
        if event.lane == "log":
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
        if not kinds or keep < 1:
            raise ValueError("a subscription is for one kind of event at least, and keeps one of them at least")
        by_topic: dict[str, type[Event]] = {topic_of(kind): kind for kind in kinds}
        subscription: MeshSubscription[EventT] = MeshSubscription(by_topic, keep, self._journals, self._tally)
        await subscription.begin()
        self._routes.add(subscription)
        self._tasks.start_soon(subscription.mend)
        try:
            await self._confirm(subscription)
            yield subscription
        finally:
            self._routes.remove(subscription)
            subscription.close()

    async def _confirm(self, subscription: MeshSubscription[Any]) -> None:
        nonce = self._peers.next_nonce()
        self._starting[nonce] = subscription
        try:
            await self._peers.confirm(nonce)
        finally:
            del self._starting[nonce]

    async def last(self, kind: type[EventT], visit: str = "") -> EventT | None:
        """Return the newest event of a log kind."""
        query = Query(topics=(topic_of(kind),), visit=visit, limit=1, newest=True)
        found = await self._journals.ask(history.read, query, {topic_of(kind): kind})
        return next((event for event in found if isinstance(event, kind)), None)

    async def outstanding(self, kind: type[RequestT]) -> list[RequestT]:
        """Return the requests that wait for this participant."""
        found = await self._journals.ask(history.outstanding, self.name, kind)
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

    def _control(self, lane: str, message: bytes) -> None:
        """Read what belongs to no topic. What was asked for a moment ago may still arrive, and means nothing."""
        if message.startswith(HELLO):
            self._peers.answered(lane, message)
        elif message.startswith(HEADS):
            try:
                heads = unpack_heads(message[len(HEADS) :])
            except GARBAGE:
                self._routes.bad += 1
            else:
                self._peers.heard_from(heads.source)
                self._routes.note(heads, None)

    def _heads(self, heads: Heads, nonce: int) -> None:
        self._routes.note(heads, self._starting.get(nonce))

    def _record(self, parcels: list[Parcel]) -> None:
        self._recorder.record(Batch(parcels=parcels))

    def _recorded_in_thread(self, batches: list[Batch]) -> None:
        self._loop.call_soon_threadsafe(self._recorded, batches)

    def _recorded(self, batches: list[Batch]) -> None:
        """Send what is recorded now."""
        lane = self._lanes["log"]
        parcels = [parcel for batch in batches for parcel in batch.parcels]
        for parcel in parcels:
            if parcel.refused:
                self._refused(parcel)
            else:
                self._chain.move(parcel.topic, parcel.last)
                lane.send(parcel.data)
                self._routes.take(parcel.data)
            parcel.settle()
        self._outbox.recorded(parcels)
        lane.read_subscriptions()
        self._sent = self._loop.time()
        if self._quiet is None:
            self._quiet = self._loop.call_later(QUIET_SECONDS, self._fall_quiet)

    def _refused(self, parcel: Parcel) -> None:
        self._tally.refused += 1
        if parcel.done is None:
            log.warning("bus.answered_twice", request=parcel.request, topic=parcel.topic)

    def _send_live(self, messages: list[bytes]) -> None:
        lane = self._lanes["live"]
        for message in messages:
            lane.send(message)
            self._routes.take_live(message)
        lane.read_subscriptions()

    def _fall_quiet(self) -> None:
        """Say the newest numbers once nothing has followed for a moment: a lost last frame shows in no other way."""
        left = self._sent + QUIET_SECONDS - self._loop.time()
        self._quiet = self._loop.call_later(left, self._fall_quiet) if left > 0 else None
        if self._quiet is None:
            self._announce()

    def _announce(self) -> None:
        self._lanes["log"].send(pack_heads(HEADS, self._peers.heads()))
        self._lanes["log"].read_subscriptions()

    async def _beat(self) -> None:
        with self._beating:
            while True:
                due = self._loop.time() + BEAT_SECONDS
                await anyio.sleep(BEAT_SECONDS)
                self._announce()
                self._peers.look_again()
                if self._loop.time() > due + BEAT_SECONDS:
                    await self._wake_up()

    async def _wake_up(self) -> None:
        """Read on everywhere after having stood still: somebody may have come and gone meanwhile."""
        for source in await self._journals.ask(history.sources):
            self._routes.read_on(source)

    async def _write(self) -> None:
        try:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(self._recorder.run, limiter=anyio.CapacityLimiter(1))
        finally:
            self._written.set()

    def _report(self) -> Report:
        return {
            "participants": self._peers.names,
            "silent": self._peers.silent,
            "waiting": self._outbox.waiting,
            "dropped": self._outbox.dropped,
            "bad_frames": self._routes.bad + self._peers.bad + self._tally.bad,
            "repairs": self._tally.repairs,
            "lost": self._tally.lost,
            "answered_twice": self._tally.refused,
        }
