"""What is on its way out: numbered, encoded once, gathered into frames, and bounded."""

import asyncio
import contextvars
import time
from collections import deque
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

import anyio
import msgspec

from bus.api import EventT
from bus.errors import Closed, Full, Undeclared
from bus.parcel import Parcel, answered_by
from bus.wire import START, check_event, pack_event, prefix_of, tag_of
from schemas import Event

LOG_EVENTS = 32_768
LOG_BYTES = 32_000_000
LIVE_FRAMES = 1_024


class Said:
    """What this participant has said of one topic."""

    __slots__ = ("bytes", "dropped", "events", "frames", "kind", "log", "topic")

    def __init__(self, kind: type[Event]) -> None:
        self.kind = kind
        self.topic = tag_of(kind)
        self.log = kind.lane == "log"
        self.events = self.frames = self.bytes = self.dropped = 0
        prefix_of(self.topic)  # refuses a topic that no frame has room for


class Outbox:
    """Numbers events and gathers those of one loop turn into frames; a lone event never waits for company."""

    def __init__(
        self,
        source: str,
        start: int,
        record: Callable[[list[Parcel]], None],
        send_live: Callable[[list[Parcel]], None],
        says: Collection[type[Event]] | None = None,
    ) -> None:
        """`says` are the kinds that may be published; None for any."""
        self.source = source
        self.said: dict[type[Event], Said] = {}
        self.on_new: Callable[[type[Event]], None]
        self.waiting = 0
        """Events of the log lane that are not recorded yet."""
        self._says = says
        self._bytes = 0
        self._room = anyio.Event()
        self._record = record
        self._send_live = send_live
        self._next_log = self._next_live = start << START
        self._log: list[Parcel] = []
        self._live: deque[Parcel] = deque()
        self._loop = asyncio.get_running_loop()
        self._flushing = False
        self._closed = False
        self._group: contextvars.ContextVar[object] = contextvars.ContextVar("group", default=None)
        self._held: object = None

    @property
    def full(self) -> bool:
        """True while an event of the log lane has to wait."""
        return self.waiting >= LOG_EVENTS or self._bytes >= LOG_BYTES

    @property
    def dropped(self) -> int:
        """Live events that never left, because newer ones came before there was time."""
        return sum(said.dropped for said in self.said.values())

    async def room(self) -> None:
        """Return when the outbox is no longer full."""
        while self.full:
            if self._room.is_set():
                self._room = anyio.Event()
            await self._room.wait()

    def add(self, event: EventT) -> tuple[EventT, Parcel]:
        """Take an event; return it as it will be heard, with the frame that it travels in."""
        said = self.said.get(type(event)) or self._declare(type(event))
        if self._closed:
            raise Closed("this bus was left already")
        return self._add_log(event, said) if said.log else self._add_live(event, said)

    def _declare(self, kind: type[Event]) -> Said:
        if self._says is not None and kind not in self._says:
            raise Undeclared(f"`{self.source}` does not say `{tag_of(kind)}`: it is not among what it declared")
        said = self.said[kind] = Said(kind)
        self.on_new(kind)
        return said

    def _add_log(self, event: EventT, said: Said) -> tuple[EventT, Parcel]:
        if self.full:
            raise Full(f"{self.waiting} events wait to be recorded")
        number = self._next_log + 1
        stamped = self._stamp(event, f"{self.source}:{number}")
        data = pack_event(stamped)
        check_event(stamped, data)
        self._next_log = number
        self.waiting += 1
        self._bytes += len(data)
        group = self._group.get()
        parcel = self._log[-1] if self._log else None
        if parcel is not None and parcel.group is group and parcel.takes(stamped, len(data)):
            parcel.add(data)
        else:
            parcel = self._parcel(said, stamped, number, data)
            parcel.group, parcel.request = group, answered_by(stamped)
            parcel.sealed = bool(parcel.request)
            self._log.append(parcel)
        self._schedule()
        return stamped, parcel

    def _add_live(self, event: EventT, said: Said) -> tuple[EventT, Parcel]:
        number = self._next_live = self._next_live + 1
        stamped = self._stamp(event, f"{self.source}~{number}")
        data = pack_event(stamped)
        live = self._live
        if live and live[-1].takes(stamped, len(data)):
            parcel = live[-1]
            parcel.add(data)
            return stamped, parcel
        if len(live) >= LIVE_FRAMES:
            self._drop(live.popleft())
        parcel = self._parcel(said, stamped, number, data)
        live.append(parcel)
        self._schedule()
        return stamped, parcel

    def _stamp(self, event: EventT, name: str) -> EventT:
        return msgspec.structs.replace(event, id=name, time=time.time(), clock=time.monotonic(), source=self.source)

    def _parcel(self, said: Said, event: Event, number: int, data: bytes) -> Parcel:
        return Parcel(said.kind, said.topic, event.visit, event.cause, event.time, number, [data], len(data))

    @property
    def grouped(self) -> bool:
        """True for a task inside `group`."""
        return self._group.get() is not None

    @contextmanager
    def group(self, release: Callable[[list[Parcel]], None]) -> Iterator[None]:
        """Hold the log lane back; then release what was added, all at once. An error throws away what came from inside.

        Numbers are the order of the journal, so that what others add meanwhile has to wait, too.
        """
        if self._held is not None:
            raise RuntimeError("one event is handled at a time")
        self._held = held = object()
        token = self._group.set(held)
        try:
            yield
        except BaseException:
            thrown = [parcel for parcel in self._log if parcel.group is held]
            self._log = [parcel for parcel in self._log if parcel.group is not held]
            self.recorded(thrown)
            raise
        else:
            release(self._take_log())
        finally:
            self._group.reset(token)
            self._held = None
            self._schedule()

    def recorded(self, parcels: list[Parcel]) -> None:
        """Make room for more."""
        self.waiting -= sum(len(parcel.events) for parcel in parcels)
        self._bytes -= sum(parcel.size for parcel in parcels)
        if not self.full:
            self._room.set()

    def flush(self) -> None:
        """Let everything leave now: the live lane to the socket, the log lane to the journal first."""
        self._flushing = False
        if self._live:
            live, self._live = self._live, deque()
            self._send_live([self._count(parcel) for parcel in live])
            for parcel in live:
                parcel.settle()
        if self._log and self._held is None:
            self._record(self._take_log())

    def close(self) -> None:
        """Let everything leave, and take nothing more."""
        self._closed = True
        self.flush()

    def _take_log(self) -> list[Parcel]:
        parcels, self._log = self._log, []
        return [self._count(parcel) for parcel in parcels]

    def _count(self, parcel: Parcel) -> Parcel:
        said = self.said[parcel.kind]
        if not said.log:
            parcel.pack_live(self.source, said.events + said.dropped)
        said.events += len(parcel.events)
        said.bytes += parcel.size
        said.frames += 1
        return parcel

    def _drop(self, parcel: Parcel) -> None:
        self.said[parcel.kind].dropped += len(parcel.events)
        parcel.settle()

    def _schedule(self) -> None:
        if not self._flushing:
            self._flushing = True
            self._loop.call_soon(self.flush)
