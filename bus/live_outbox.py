"""What is on its way out on the live lane: the newest counts, and nobody waits long for anybody."""

import asyncio
from collections import deque
from collections.abc import Callable
from time import monotonic, time

from msgspec.structs import replace

from bus.api import EventT
from bus.errors import Closed
from bus.parcel import FRAME_BYTES, Parcel
from bus.said import Speech
from bus.wire import FRAME_EVENTS, START, encode

LIVE_FRAMES = 1_024


class LiveOutbox:
    """Gathers the events of one loop turn into frames. Frames that find no room wait a little; the oldest give way."""

    def __init__(self, start: int, speech: Speech, send: Callable[[Parcel], bool], sent: Callable[[], None]) -> None:
        """`send` says whether there was room for a frame, and leads to a call of `flush` otherwise.

        `sent` is called when all that was possible has left.
        """
        self.newest: Parcel
        """The frame that the last added event travels in."""
        self._name = speech.name
        self._speech = speech
        self._send = send
        self._all_sent = sent
        self._number = start << START
        self._parcels: deque[Parcel] = deque()
        self._loop = asyncio.get_running_loop()
        self._flushing = False
        self._closed = False

    def add(self, event: EventT) -> EventT:
        """Take an event; return it as it will be heard."""
        kind = type(event)
        said = self._speech.find(kind) or self._speech.begin(kind)
        if self._closed:
            raise Closed("this bus was left already")
        number = self._number = self._number + 1
        stamped = replace(event, id=f"{self._name}~{number}", time=time(), clock=monotonic(), source=self._name)
        data = encode(stamped)
        size = len(data)
        parcels = self._parcels
        parcel = parcels[-1] if parcels else None
        if (
            parcel is not None
            and parcel.kind is kind
            and not parcel.data
            and len(parcel.events) < FRAME_EVENTS
            and parcel.size + size <= FRAME_BYTES
        ):
            parcel.events.append(data)
            parcel.size += size
        else:
            if len(parcels) >= LIVE_FRAMES:
                self._drop(parcels.popleft())
            parcel = Parcel(kind, said.topic, number, [data], size)
            parcels.append(parcel)
        self.newest = parcel
        if not self._flushing:
            self._flushing = True
            self._loop.call_soon(self.flush)
        return stamped

    def flush(self) -> None:
        """Send as much as there is room for."""
        self._flushing = False
        parcels = self._parcels
        while parcels:
            parcel = parcels[0]
            if not parcel.data:
                parcel.pack_live(self._name, self._sent(parcel))
            if not self._send(parcel):
                break
            parcels.popleft()
            parcel.count_in(self._speech)
            parcel.settle()
        self._all_sent()

    def close(self) -> None:
        """Let everything leave that finds room, and take nothing more."""
        self._closed = True
        self.flush()

    def _sent(self, parcel: Parcel) -> int:
        said = self._speech.find(parcel.kind)
        return said.events + said.dropped if said else 0

    def _drop(self, parcel: Parcel) -> None:
        said = self._speech.find(parcel.kind)
        if said is not None:
            said.dropped += len(parcel.events)
        parcel.settle()
