"""How events leave: those of the live lane at once, those of the log lane when they are in the journal."""

import asyncio
from functools import partial

import anyio
import anyio.to_thread

from bus.api import EventT, Forgot
from bus.errors import AlreadyAnswered
from bus.journal.entry import Wish
from bus.journal.journal import Batch, Journal
from bus.journal.recorder import Recorder
from bus.mesh.lane import Lane
from bus.mesh.live_outbox import Leaving, LiveOutbox
from bus.mesh.outbox import Outbox
from bus.mesh.routes import Routes
from bus.mesh.said import Speech
from bus.parcel import Parcel
from bus.say import warn
from bus.wire import HEADS, Chain, Heads, pack_heads

QUIET_SECONDS = 0.02
OVERDUE_SECONDS = 0.25


class Sending:
    """The way out of one participant."""

    def __init__(self, journal: Journal, speech: Speech, lanes: dict[str, Lane], routes: Routes) -> None:
        self.outbox = Outbox(journal.start, speech, self._record_parcels)
        self.recorder = Recorder(journal, self._recorded_in_thread)
        self.refused = 0
        """Second answers to one request."""
        self._name = speech.name
        self._start = journal.start
        self._chain = Chain(journal.chain.newest)
        self.live_outbox = LiveOutbox(journal.start, speech, self._send_live, self._live_sent)
        self._lanes = lanes
        self._routes = routes
        self._written = anyio.Event()
        self._loop = asyncio.get_running_loop()
        self._quiet: asyncio.TimerHandle | None = None
        self._overdue: asyncio.TimerHandle | None = None
        self._pending = 0
        """Batches that are not recorded yet."""
        self._sent = 0.0
        lanes["live"].on_room = self.live_outbox.flush

    async def publish(self, event: EventT) -> EventT:
        """Record an event, send it, and return it as it is heard."""
        if event.lane == "live":
            sent = self.live_outbox.add(event)
            await self.live_outbox.left()
            return sent
        if self.outbox.grouped:
            return self.outbox.add(event)
        await self.outbox.room()
        sent, parcel = self.outbox.add(event), self.outbox.newest
        await parcel.wait()
        if parcel.refused:
            raise AlreadyAnswered(f"{event.cause} has its terminal reply already")
        return sent

    def record(self, batch: Batch) -> None:
        """Queue something for the journal."""
        self._pending += 1
        self.recorder.record(batch)
        if self._overdue is None:
            self._overdue = self._loop.call_later(OVERDUE_SECONDS, self._look_for_overdue)

    async def forget(self, wish: Wish) -> Forgot:
        """Let the journal forget, once it holds all that was said before."""
        forgotten = anyio.Event()
        wish.done = partial(self._loop.call_soon_threadsafe, forgotten.set)
        self.outbox.flush()
        self.record(Batch(wish=wish))
        await forgotten.wait()
        return wish.forgot

    async def write(self) -> None:
        """Write the journal until `leave`, in a thread."""
        try:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(self.recorder.run, limiter=anyio.CapacityLimiter(1))
        finally:
            self._written.set()

    async def leave(self) -> None:
        """Record and send what is queued, and take nothing more."""
        self.live_outbox.close()
        self.outbox.close()
        self.recorder.stop()
        await self._written.wait()
        for timer in (self._quiet, self._overdue):
            if timer is not None:
                timer.cancel()

    def heads(self, says: list[str] | None = None) -> Heads:
        """Return the newest numbers that have left."""
        return Heads(self._name, self._start, self._chain.newest, says)

    def announce(self) -> None:
        """Tell everybody the newest numbers."""
        self._lanes["log"].send(pack_heads(HEADS, self.heads()))
        self._lanes["log"].read_subscriptions()

    def _record_parcels(self, parcels: list[Parcel]) -> None:
        self.record(Batch(parcels=parcels))

    def _look_for_overdue(self) -> None:
        """Let out what a journal that does not answer would hold back."""
        self._overdue = None
        overdue = self.recorder.overdue()
        if overdue:
            self._recorded(overdue)
        if self._pending:
            self._overdue = self._loop.call_later(OVERDUE_SECONDS, self._look_for_overdue)

    def _recorded_in_thread(self, batches: list[Batch]) -> None:
        self._loop.call_soon_threadsafe(self._recorded, batches)

    def _recorded(self, batches: list[Batch]) -> None:
        """Send what is recorded now."""
        self._pending -= len(batches)
        for batch in batches:
            for parcel in batch.parcels:
                if parcel.refused:
                    self._refuse(parcel)
                else:
                    self._send(parcel)
                parcel.settle()
            self.outbox.recorded(batch.parcels)
            if batch.done is not None:
                batch.done()
        self._lanes["log"].read_subscriptions()
        self._sent = self._loop.time()
        if self._quiet is None:
            self._quiet = self._loop.call_later(QUIET_SECONDS, self._fall_quiet)

    def _send(self, parcel: Parcel) -> None:
        self._chain.move(parcel.topic, parcel.last)
        self._lanes["log"].send(parcel.data)
        if parcel.topic in self._routes:
            self._routes.take(parcel.data)

    def _refuse(self, parcel: Parcel) -> None:
        self.refused += 1
        if parcel.done is None:
            warn("bus.answered_twice", request=parcel.request, topic=parcel.topic)

    def _fall_quiet(self) -> None:
        """Say the newest numbers once nothing has followed for a moment: a lost last frame shows in no other way."""
        left = self._sent + QUIET_SECONDS - self._loop.time()
        self._quiet = self._loop.call_later(left, self._fall_quiet) if left > 0 else None
        if self._quiet is None:
            self.announce()

    def _send_live(self, frame: Leaving) -> bool:
        room = self._lanes["live"].offer(frame.data, frame.blob)
        if room and frame.said.topic in self._routes:
            self._routes.take_live(frame.data, frame.blob)
        return room

    def _live_sent(self) -> None:
        self._lanes["live"].read_subscriptions()
