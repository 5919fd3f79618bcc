"""What is on its way out on the log lane: numbered, encoded once, gathered into frames, and bounded.

Adding is the hottest path of a publisher, so that it is written out in one piece.
"""

import asyncio
import contextvars
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, time

import anyio
from msgspec.structs import replace

from bus.api import EventT
from bus.errors import Closed, Full
from bus.mesh.said import Speech
from bus.parcel import FRAME_BYTES, Parcel
from bus.wire import FRAME_EVENTS, START, encode
from schemas import Reply

LOG_EVENTS = 32_768
LOG_BYTES = 32_000_000


class Outbox:
    """Gathers the events of one loop turn into frames; a lone event never waits for company."""

    def __init__(self, start: int, speech: Speech, record: Callable[[list[Parcel]], None]) -> None:
        self.waiting = 0
        """Events that are not recorded yet."""
        self.newest: Parcel
        """The frame that the last added event travels in."""
        self._name, self._hand = speech.name, speech.hand
        self._speech = speech
        self._bytes = 0
        self._room = anyio.Event()
        self._record = record
        self._number = start << START
        self._parcels: list[Parcel] = []
        self._loop = asyncio.get_running_loop()
        self._flushing = False
        self._closed = False
        self._group: contextvars.ContextVar[object] = contextvars.ContextVar("group", default=None)
        self._held: object = None

    @property
    def full(self) -> bool:
        """True while an event has to wait."""
        return self.waiting >= LOG_EVENTS or self._bytes >= LOG_BYTES

    async def room(self) -> None:
        """Return when the outbox is no longer full."""
        while self.full:
            if self._room.is_set():
                self._room = anyio.Event()
            await self._room.wait()

    def add(self, event: EventT) -> EventT:
        """Take an event; return it as it will be heard."""
        kind = type(event)
        said = self._speech.find(kind) or self._speech.begin(kind)
        if self.waiting >= LOG_EVENTS or self._bytes >= LOG_BYTES or self._closed:
            raise Closed("this bus was left already") if self._closed else Full(f"{self.waiting} events wait")
        number = self._number + 1
        stamped = replace(
            event, id=f"{self._name}:{number}", time=time(), clock=monotonic(), source=self._name, hand=self._hand
        )
        data = encode(stamped)
        said.check(data)
        size = len(data)
        self._number = number
        self.waiting += 1
        self._bytes += size
        group = self._group.get()
        parcel = self._parcels[-1] if self._parcels else None
        if (
            parcel is not None
            and parcel.kind is kind
            and parcel.visit == stamped.visit
            and parcel.cause == stamped.cause
            and parcel.group is group
            and not parcel.request
            and len(parcel.events) < FRAME_EVENTS
            and parcel.size + size <= FRAME_BYTES
        ):
            parcel.events.append(data)
            parcel.size += size
        else:
            parcel = Parcel(kind, said.topic, number, [data], size, stamped.visit, stamped.cause, stamped.time, group)
            parcel.request = stamped.cause if isinstance(stamped, Reply) else ""
            self._parcels.append(parcel)
        self.newest = parcel
        if not self._flushing:
            self._flushing = True
            self._loop.call_soon(self.flush)
        return stamped

    @property
    def grouped(self) -> bool:
        """True for a task inside `group`."""
        return self._group.get() is not None

    @contextmanager
    def group(self, release: Callable[[list[Parcel]], None]) -> Iterator[None]:
        """Hold everything back; then release what was added, all at once. An error throws away what came from inside.

        Numbers are the order of the journal, so that what others add meanwhile has to wait, too.
        """
        if self._held is not None:
            raise RuntimeError("one event is handled at a time")
        self._held = held = object()
        token = self._group.set(held)
        try:
            yield
        except BaseException:
            thrown = [parcel for parcel in self._parcels if parcel.group is held]
            self._parcels = [parcel for parcel in self._parcels if parcel.group is not held]
            self.recorded(thrown)
            raise
        else:
            release(self._take())
        finally:
            self._group.reset(token)
            self._held = None
            self.flush()

    def recorded(self, parcels: list[Parcel]) -> None:
        """Make room for more."""
        self.waiting -= sum(len(parcel.events) for parcel in parcels)
        self._bytes -= sum(parcel.size for parcel in parcels)
        if not self.full:
            self._room.set()

    def flush(self) -> None:
        """Let everything go to the journal now."""
        self._flushing = False
        if self._parcels and self._held is None:
            self._record(self._take())

    def close(self) -> None:
        """Let everything go, and take nothing more."""
        self._closed = True
        self.flush()

    def _take(self) -> list[Parcel]:
        parcels, self._parcels = self._parcels, []
        for parcel in parcels:
            said = self._speech.find(parcel.kind)
            if said is not None:
                said.count(len(parcel.events), parcel.size)
        return parcels
