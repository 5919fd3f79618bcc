"""The bus over ZeroMQ on one machine: every participant speaks to every other, and nobody stands in the middle."""

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Any

import anyio
import anyio.to_thread
import zmq
from anyio.abc import TaskGroup

from bus import history
from bus.api import EventT, Forgot, Report, Subscription
from bus.errors import Undeclared
from bus.journal.absent import Absent
from bus.journal.entry import Wish
from bus.journal.journal import Batch, Journal
from bus.journal.size import Size
from bus.journals import Journals
from bus.mesh.counts import Counts
from bus.mesh.guard import Guard
from bus.mesh.handling import Durable, Hands
from bus.mesh.lane import Lane
from bus.mesh.peers import Peers
from bus.mesh.recall import Recall
from bus.mesh.routes import Routes
from bus.mesh.said import Role, Speech
from bus.mesh.sending import Sending
from bus.mesh.spoiled import Spoiled
from bus.mesh.subscription import MeshSubscription, Shared, Tally
from bus.names import LANES, Place, remove
from bus.wire import ANYTHING, GARBAGE, HEADS, HELLO, Heads, unpack_heads
from schemas import Event, topic_of

BEAT_SECONDS = 1.0


class MeshBus(Recall):
    """A participant of the mesh. `open_bus` makes it."""

    def __init__(self, place: Place, journal: Journal, journals: Journals, tasks: TaskGroup, role: Role) -> None:
        super().__init__(place.name, journals)
        self.reports: dict[str, Callable[[], Report]] = {"bus": self._report}
        self._place = place
        self._hears = role.hears
        self._tasks = tasks
        self._tally = Tally()
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._lanes = {name: Lane(self._context, name) for name in LANES}
        self._routes = Routes(self._lanes, self._control, self._tally)
        self._speech = Speech(place.name, role)
        self._counts = Counts(self.reports, self._speech, self._routes)
        self._sending = Sending(journal, self._speech, self._lanes, self._routes)
        self._add, self._add_live = self._sending.outbox.add, self._sending.live_outbox.add
        self._hands = Hands(place.name, self._sending.outbox, self._sending.record)
        self._durable = False
        self.reports["journal"] = Size(journals, place.name, tasks).report
        declared = ANYTHING if role.says is None else sorted(topic_of(kind) for kind in role.says)
        self._peers = Peers(place, self._lanes, partial(self._sending.heads, declared))
        self._guard = Guard(place, self._context, self._lanes, lambda: self._peers.places)
        self._starting: dict[int, MeshSubscription[Any]] = {}
        self._absent = Absent()
        self._beating = anyio.CancelScope()
        self._wire_up()

    def _wire_up(self) -> None:
        self._peers.on_heads = self._heads
        self._peers.on_gone = self._routes.read_on
        log_lane, live_lane = self._lanes["log"], self._lanes["live"]
        log_lane.on_message, live_lane.on_message = self._routes.take, self._routes.take_live
        self._routes.on_spoiled = Spoiled(self._sending.record).keep
        live_lane.on_drained = self._routes.drained
        log_lane.on_subscription = live_lane.on_subscription = self._peers.subscribed
        log_lane.on_asked = live_lane.on_asked = self._guard.asked

    async def join(self) -> None:
        """Be found, and meet everybody."""
        self._tasks.start_soon(self._sending.write)
        self._tasks.start_soon(self._guard.run)
        for name in reversed(LANES):  # who sees the log lane's socket finds the other one, too
            self._lanes[name].bind(self._place)
        self._lanes["log"].subscribe(HEADS)
        await self._peers.join()
        self._tasks.start_soon(self._beat)

    async def leave(self) -> None:
        """Record and send what is queued, and say goodbye."""
        self._beating.cancel()
        await self._sending.leave()
        remove(self._place)
        for lane in self._lanes.values():
            lane.close()
        await self._guard.leave()
        await anyio.to_thread.run_sync(self._context.term)

    async def publish(self, event: EventT) -> EventT:
        """Record an event, send it, and return it as it is heard."""
        return await self._sending.publish(event)

    def post(self, event: EventT) -> EventT:
        """Queue an event and return it as it will be heard."""
        return self._add_live(event) if event.lane == "live" else self._add(event)

    async def room(self) -> None:
        """Return when `post` finds room on the log lane."""
        await self._sending.outbox.room()

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

    async def forget(self, visits: Collection[str], ids: Collection[str] = (), *, rewrite: bool = False) -> Forgot:
        """Remove all events of some visits, and those of some ids, from this participant's journal."""
        return await self._sending.forget(Wish(frozenset(visits), frozenset(ids), rewrite))

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

    async def _beat(self) -> None:
        with self._beating:
            while True:
                await anyio.sleep(BEAT_SECONDS)
                self._sending.announce()
                self._peers.look_again()
                for source in await self._journals.ask(self._absent.look, {self.name, *self._peers.names}):
                    self._routes.read_on(source)

    async def _wake_up(self) -> None:
        """Read on everywhere: somebody may have come and gone while this participant was away."""
        for source in await self._journals.ask(history.sources):
            self._routes.read_on(source)

    def _report(self) -> Report:
        return {
            "participants": self._peers.names,
            "silent": self._peers.silent,
            "waiting": self._sending.outbox.waiting,
            "dropped": self._speech.dropped,
            "bad_frames": self._tally.bad + self._peers.bad,
            "undeclared": self._tally.undeclared,
            "repairs": self._tally.repairs,
            "lost": self._tally.lost,
            "answered_twice": self._sending.refused,
            "set_aside": self._hands.set_aside,
            "cut": self._guard.cut,
            **self._sending.recorder.report(),
        }
