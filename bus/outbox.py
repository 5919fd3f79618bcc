"""What is on its way out: numbered, encoded once, gathered into frames, and bounded."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, MutableSequence

import anyio
import msgspec

from bus.api import EventT
from bus.errors import Closed, Full
from bus.wire import FRAME_EVENTS, START, check_event, pack_event, pack_frame, tag_of
from schemas import Event, Reply

FRAME_BYTES = 64_000
LOG_EVENTS = 32_768
LOG_BYTES = 32_000_000
LIVE_FRAMES = 1_024


class Parcel:
    """A frame in the making."""

    def __init__(self, event: Event, seq: int) -> None:
        self.kind = type(event)
        self.topic = tag_of(self.kind)
        self.visit = event.visit
        self.cause = event.cause
        self.time = event.time
        self.seq = seq
        self.request = event.cause if isinstance(event, Reply) else ""
        """The request that this answers. Such a frame holds one event: it is accepted or refused as a whole."""
        self.events: list[bytes] = []
        self.size = 0
        self.open = not self.request
        self.data = b""
        """The finished frame, once it is numbered in the chain."""
        self.refused = False
        self.done: anyio.Event | None = None

    def takes(self, event: Event, size: int) -> bool:
        """Say whether an event can travel in this frame."""
        return (
            self.kind is type(event)
            and self.open
            and len(self.events) < FRAME_EVENTS
            and self.size + size <= FRAME_BYTES
            and self.visit == event.visit
            and self.cause == event.cause
        )

    def add(self, data: bytes) -> None:
        """Put one more encoded event in."""
        self.events.append(data)
        self.size += len(data)

    @property
    def last(self) -> int:
        """Number of the last event."""
        return self.seq + len(self.events) - 1

    def pack(self, source: str, before: dict[str, int]) -> None:
        """Finish the frame."""
        self.data = pack_frame(self.topic, source, self.seq, before, self.events)

    async def wait(self) -> None:
        """Return when the frame has left, or was refused."""
        if self.done is None:
            self.done = anyio.Event()
        await self.done.wait()

    def settle(self) -> None:
        """Wake those who wait."""
        if self.done is not None:
            self.done.set()


class Outbox:
    """Numbers events and gathers those of one loop turn into frames; a lone event never waits for company."""

    def __init__(
        self, source: str, start: int, record: Callable[[list[Parcel]], None], send_live: Callable[[list[bytes]], None]
    ) -> None:
        self.source = source
        self.dropped = 0
        self.waiting = 0
        """Events of the log lane that are not recorded yet."""
        self._bytes = 0
        self._room = anyio.Event()
        self._record = record
        self._send_live = send_live
        self._next = {"log": start << START, "live": start << START}
        self._log: list[Parcel] = []
        self._live: deque[Parcel] = deque()
        self._sent_live: dict[str, int] = {}
        self._loop = asyncio.get_running_loop()
        self._flushing = False
        self._closed = False

    @property
    def full(self) -> bool:
        """True while an event of the log lane has to wait."""
        return self.waiting >= LOG_EVENTS or self._bytes >= LOG_BYTES

    async def room(self) -> None:
        """Return when the outbox is no longer full."""
        while self.full:
            if self._room.is_set():
                self._room = anyio.Event()
            await self._room.wait()

    def add(self, event: EventT) -> tuple[EventT, Parcel]:
        """Take an event; return it as it will be heard, with the frame that it travels in."""
        if self._closed:
            raise Closed("this bus was left already")
        log = event.lane == "log"
        if log and self.full:
            raise Full(f"{self.waiting} events wait to be recorded")
        number = self._next[event.lane] + 1
        stamped = msgspec.structs.replace(
            event,
            id=f"{self.source}{':' if log else '~'}{number}",
            time=time.time(),
            clock=time.monotonic(),
            source=self.source,
        )
        data = pack_event(stamped)
        if log:
            check_event(stamped, data)
            self.waiting += 1
            self._bytes += len(data)
        elif len(self._live) >= LIVE_FRAMES:
            self._drop(self._live.popleft())
        self._next[event.lane] = number
        queue: MutableSequence[Parcel] = self._log if log else self._live
        if not (queue and queue[-1].takes(stamped, len(data))):
            queue.append(Parcel(stamped, number))
        parcel = queue[-1]
        parcel.add(data)
        self._schedule()
        return stamped, parcel

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
            self._send_live([self._pack_live(parcel) for parcel in live])
            for parcel in live:
                parcel.settle()
        if self._log:
            parcels, self._log = self._log, []
            self._record(parcels)

    def close(self) -> None:
        """Let everything leave, and take nothing more."""
        self._closed = True
        self.flush()

    def _pack_live(self, parcel: Parcel) -> bytes:
        sent = self._sent_live.get(parcel.topic, 0)
        parcel.pack(self.source, {parcel.topic: sent})
        self._sent_live[parcel.topic] = sent + len(parcel.events)
        return parcel.data

    def _drop(self, parcel: Parcel) -> None:
        self.dropped += len(parcel.events)
        self._sent_live[parcel.topic] = self._sent_live.get(parcel.topic, 0) + len(parcel.events)
        parcel.settle()

    def _schedule(self) -> None:
        if not self._flushing:
            self._flushing = True
            self._loop.call_soon(self.flush)
