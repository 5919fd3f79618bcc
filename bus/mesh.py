"""The bus over ZeroMQ on one machine: every participant speaks to every other, and nobody stands in the middle."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import anyio
import anyio.to_thread
import zmq
from anyio.abc import TaskGroup

from bus import history
from bus.absent import Absent
from bus.api import EventT, Report, RequestT, Subscription
from bus.counts import Counts
from bus.errors import AlreadyAnswered, Undeclared
from bus.guard import Guard
from bus.handling import Durable, Hands
from bus.history import Journals, Query
from bus.journal import Batch, Journal
from bus.lane import Lane
from bus.live_outbox import LiveOutbox
from bus.names import LANES, Place, remove
from bus.outbox import Outbox
from bus.parcel import Parcel
from bus.peers import Peers
from bus.recorder import Recorder
from bus.routes import Routes
from bus.said import Declared, Speech
from bus.say import warn
from bus.size import Size
from bus.subscription import MeshSubscription, Shared, Tally
from bus.wire import ANYTHING, GARBAGE, HEADS, HELLO, Chain, Heads, pack_heads, unpack_heads
from schemas import Event, topic_of

BEAT_SECONDS = 1.0
QUIET_SECONDS = 0.02
OVERDUE_SECONDS = 0.25


class MeshBus:
    """A participant of the mesh. `open_bus` makes it."""

    def __init__(  # noqa: PLR0913, PLR0917 -- everything that a participant consists of
        self, place: Place, journal: Journal, journals: Journals, tasks: TaskGroup, says: Declared, hears: Declared
    ) -> None:
        self.name = place.name
        self.reports: dict[str, Callable[[], Report]] = {"bus": self._report}
        self._place = place
        self._hears = hears
        self._journals = journals
        self._tasks = tasks
        self._tally = Tally()
        self._loop = asyncio.get_running_loop()
        self._chain = Chain(journal.chain.newest)
        self._recorder = Recorder(journal, self._recorded_in_thread)
        self._written = anyio.Event()
        self._speech = Speech(place.name, says)
        self._outbox = Outbox(place.start, self._speech, self._record_parcels)
        self._live_outbox = LiveOutbox(place.start, self._speech, self._send_live, self._live_sent)
        self._hands = Hands(place.name, self._outbox, self._record)
        self._durable = False
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._lanes = {name: Lane(self._context, name) for name in LANES}
        self._routes = Routes(self._lanes, self._control, self._tally)
        self._counts = Counts(self.reports, self._speech, self._routes)
        self.reports["journal"] = Size(journals, place.name, tasks).report
        self._peers = Peers(
            place, self._lanes, self._chain, ANYTHING if says is None else sorted(topic_of(kind) for kind in says)
        )
        self._guard = Guard(place, self._lanes, lambda: self._peers.places)
        self._starting: dict[int, MeshSubscription[Any]] = {}
        self._absent = Absent()
        self._beating = anyio.CancelScope()
        self._quiet: asyncio.TimerHandle | None = None
        self._overdue: asyncio.TimerHandle | None = None
        self._sent = 0.0
        self._wire_up()

    def _wire_up(self) -> None:
        self._peers.on_heads = self._heads
        self._peers.on_gone = self._routes.read_on
        log_lane, live_lane = self._lanes["log"], self._lanes["live"]
        log_lane.on_message, live_lane.on_message = self._routes.take, self._routes.take_live
        live_lane.on_drained = self._routes.drained
        live_lane.on_room = self._live_outbox.flush
        log_lane.on_subscription = live_lane.on_subscription = self._peers.subscribed
        log_lane.on_asked = live_lane.on_asked = self._guard.asked

    async def join(self) -> None:
        """Be found, and meet everybody."""
        self._tasks.start_soon(self._write)
        for name in reversed(LANES):  # who sees the log lane's socket finds the other one, too
            self._lanes[name].bind(self._place)
        self._lanes["log"].subscribe(HEADS)
        await self._peers.join()
        self._tasks.start_soon(self._beat)
        self._tasks.start_soon(self._guard.run)

    async def leave(self) -> None:
        """Record and send what is queued, and say goodbye."""
        self._beating.cancel()
        self._live_outbox.close()
        self._outbox.close()
        self._recorder.stop()
        await self._written.wait()
        for timer in (self._quiet, self._overdue):
            if timer is not None:
                timer.cancel()
        remove(self._place)
        for lane in self._lanes.values():
            lane.close()
        await anyio.to_thread.run_sync(self._context.term)

    async def publish(self, event: EventT) -> EventT:
        """Record an event, send it, and return it as it is heard."""
        if event.lane == "live":
            sent = self._live_outbox.add(event)
            await self._live_outbox.left()
            return sent
        if self._outbox.grouped:
            return self._outbox.add(event)
        await self._outbox.room()
        sent, parcel = self._outbox.add(event), self._outbox.newest
        await parcel.wait()
        if parcel.refused:
            raise AlreadyAnswered(f"{event.cause} has its terminal reply already")
        return sent

    def post(self, event: EventT) -> EventT:
        """Queue an event and return it as it will be heard."""
        return self._live_outbox.add(event) if event.lane == "live" else self._outbox.add(event)

    @asynccontextmanager
    async def subscribe(
        self, *kinds: type[EventT], keep: int = 1, durable: bool = False
    ) -> AsyncIterator[Subscription[EventT]]:
        """Hear every event of some kinds."""
        if not kinds or keep < 1:
            raise ValueError("a subscription is for one kind of event at least, and keeps one of them at least")
        unheard = [topic_of(kind) for kind in kinds if self._hears is not None and kind not in self._hears]
        if unheard:
            raise Undeclared(f"`{self.name}` does not hear `{unheard[0]}`: it is not among what it declared")
        by_topic: dict[str, type[Event]] = {topic_of(kind): kind for kind in kinds}
        shared = Shared(self._journals, self._tally, self._routes.says)
        subscription: MeshSubscription[EventT] = MeshSubscription(by_topic, keep, shared)
        events = await self._resume(subscription) if durable else await self._start(subscription)
        self._routes.add(subscription)
        self._counts.begin(subscription)
        self._tasks.start_soon(subscription.mend)
        try:
            await self._confirm(None if durable else subscription)
            if durable:
                await self._wake_up()
            yield events
        finally:
            self._durable = self._durable and not durable
            self._routes.remove(subscription)
            self._counts.end(subscription)
            subscription.close()

    async def _start(self, subscription: MeshSubscription[EventT]) -> Subscription[EventT]:
        """Begin with what comes from now on."""
        subscription.begin(await self._journals.ask(history.newest))
        return subscription

    async def _resume(self, subscription: MeshSubscription[EventT]) -> Subscription[EventT]:
        """Begin where the last life stopped; the very first one begins now, and remembers that."""
        if self._durable:
            raise ValueError("a participant has one durable subscription: its position is one number per source")
        self._durable = True
        positions = await self._journals.ask(history.positions, self.name)
        if self.name not in positions:
            positions = {self.name: 0} | await self._journals.ask(history.newest)
            await self._hands.commit(Batch(positions=positions))
        subscription.begin(positions)
        return Durable(subscription, self._hands, await self._journals.ask(history.attempts, self.name))

    async def _confirm(self, starting: MeshSubscription[Any] | None) -> None:
        nonce = self._peers.next_nonce()
        if starting is not None:
            self._starting[nonce] = starting
        try:
            await self._peers.confirm(nonce)
        finally:
            self._starting.pop(nonce, None)

    def handling(self, event: Event) -> AbstractAsyncContextManager[int]:
        """Handle an event of the durable subscription."""
        return self._hands.handling(event)

    def attempting(self, event: Event) -> AbstractAsyncContextManager[int]:
        """Note that an event is in hand."""
        return self._hands.attempting(event)

    async def set_aside(self, event: Event, reason: str) -> None:
        """Keep an event that cannot be handled as a dead letter."""
        await self._hands.put_away(event, reason)

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
                self._tally.bad += 1
            else:
                self._peers.heard_from(heads.source)
                self._heads(heads)

    def _heads(self, heads: Heads, nonce: int = 0) -> None:
        if self._journals.hold(heads.source):
            self._routes.note(heads, self._starting.get(nonce))
        else:
            self._tally.bad += 1

    def _record_parcels(self, parcels: list[Parcel]) -> None:
        self._record(Batch(parcels=parcels))

    def _record(self, batch: Batch) -> None:
        self._recorder.record(batch)
        if self._overdue is None:
            self._overdue = self._loop.call_later(OVERDUE_SECONDS, self._look_for_overdue)

    def _look_for_overdue(self) -> None:
        """Let out what a journal that does not answer would hold back."""
        self._overdue = None
        overdue = self._recorder.overdue()
        if overdue:
            self._recorded(overdue)
        if self._outbox.waiting:
            self._overdue = self._loop.call_later(OVERDUE_SECONDS, self._look_for_overdue)

    def _recorded_in_thread(self, batches: list[Batch]) -> None:
        self._loop.call_soon_threadsafe(self._recorded, batches)

    def _recorded(self, batches: list[Batch]) -> None:
        """Send what is recorded now."""
        lane = self._lanes["log"]
        for batch in batches:
            for parcel in batch.parcels:
                if parcel.refused:
                    self._refused(parcel)
                else:
                    self._chain.move(parcel.topic, parcel.last)
                    lane.send(parcel.data)
                    if parcel.topic in self._routes:
                        self._routes.take(parcel.data)
                parcel.settle()
            self._outbox.recorded(batch.parcels)
            if batch.done is not None:
                batch.done()
        lane.read_subscriptions()
        self._sent = self._loop.time()
        if self._quiet is None:
            self._quiet = self._loop.call_later(QUIET_SECONDS, self._fall_quiet)

    def _refused(self, parcel: Parcel) -> None:
        self._tally.refused += 1
        if parcel.done is None:
            warn("bus.answered_twice", request=parcel.request, topic=parcel.topic)

    def _send_live(self, topic: str, data: bytes) -> bool:
        room = self._lanes["live"].offer(data)
        if room and topic in self._routes:
            self._routes.take_live(data)
        return room

    def _live_sent(self) -> None:
        self._lanes["live"].read_subscriptions()

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
                await anyio.sleep(BEAT_SECONDS)
                self._announce()
                self._peers.look_again()
                for source in await self._journals.ask(self._absent.look, {self.name, *self._peers.names}):
                    self._routes.read_on(source)

    async def _wake_up(self) -> None:
        """Read on everywhere: somebody may have come and gone while this participant was away."""
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
            "dropped": self._speech.dropped,
            "bad_frames": self._tally.bad + self._peers.bad,
            "undeclared": self._tally.undeclared,
            "repairs": self._tally.repairs,
            "lost": self._tally.lost,
            "answered_twice": self._tally.refused,
            "set_aside": self._hands.set_aside,
            "cut": self._guard.cut,
            **self._recorder.report(),
        }
