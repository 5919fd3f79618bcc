"""What is on its way out on the live lane: the newest counts, and nobody waits long for anybody.

Adding is the hottest path of a publisher, so that it is written out in one piece, and events are encoded by the frame.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from time import monotonic, time
from typing import NamedTuple

import anyio
from msgspec.structs import replace

from bus.api import EventT
from bus.errors import Closed
from bus.parcel import FRAME_BYTES
from bus.said import Said, Speech
from bus.say import warn
from bus.wire import FRAME_EVENTS, START, encode, pack_frame
from schemas import Event

LIVE_FRAMES = 1_024


class Leaving(NamedTuple):
    """A frame that is ready to leave."""

    said: Said
    data: bytes
    events: int


class LiveOutbox:
    """Gathers the events of a loop turn into frames by kind. What finds no room waits a little; the oldest give way."""

    def __init__(
        self, start: int, speech: Speech, send: Callable[[str, bytes], bool], sent: Callable[[], None]
    ) -> None:
        """`send` says whether there was room for a frame of a topic, and leads to a call of `flush` otherwise.

        `sent` is called when all that was possible has left.
        """
        self._name = speech.name
        self._speech = speech
        self._send = send
        self._all_sent = sent
        self._number = start << START
        self._open: list[Said] = []
        self._leaving: deque[Leaving] = deque()
        self._empty = anyio.Event()
        self._loop = asyncio.get_running_loop()
        self._closed = False

    def add(self, event: EventT) -> EventT:
        """Take an event; return it as it will be heard."""
        kind = type(event)
        said = self._speech.find(kind) or self._speech.begin(kind)
        number = self._number = self._number + 1
        stamped = replace(event, id=f"{self._name}~{number}", time=time(), clock=monotonic(), source=self._name)
        gathered = said.gathered
        if not gathered:
            self._begin(said)
        gathered.append(stamped)
        if len(gathered) >= FRAME_EVENTS:
            self._pack(said)
        return stamped

    def _begin(self, said: Said) -> None:
        if self._closed:
            raise Closed("this bus was left already")
        if not self._open:
            self._loop.call_soon(self.flush)
        if said not in self._open:
            self._open.append(said)

    async def left(self) -> None:
        """Return when everything has left, or has given way."""
        while self._open or self._leaving:
            self._empty = anyio.Event()
            await self._empty.wait()

    def flush(self) -> None:
        """Send as much as there is room for."""
        for said in self._open:
            if said.gathered:
                self._pack(said)
        self._open.clear()
        leaving = self._leaving
        while leaving:
            said, data, count = leaving[0]
            if not self._send(said.topic, data):
                break
            leaving.popleft()
            said.count(count, len(data))
        else:
            self._empty.set()
        self._all_sent()

    def close(self) -> None:
        """Let everything leave that finds room, and take nothing more."""
        self._closed = True
        self.flush()

    def _pack(self, said: Said) -> None:
        events = said.gathered.copy()
        said.gathered.clear()
        try:
            document = encode(events)
        except (TypeError, ValueError, OverflowError):
            document = b""
        if document and (len(document) <= FRAME_BYTES or len(events) == 1):
            self._put(said, document, len(events), events[0])
            return
        for event in events:  # too much for one frame, or something among them that cannot be said
            try:
                self._put(said, encode([event]), 1, event)
            except (TypeError, ValueError, OverflowError) as error:
                warn("bus.cannot_be_said", topic=said.topic, error=str(error))

    def _put(self, said: Said, document: bytes, count: int, first: Event) -> None:
        if len(self._leaving) >= LIVE_FRAMES:
            oldest = self._leaving.popleft()
            oldest.said.dropped += oldest.events
        seq = int(first.id.rpartition("~")[2])
        data = pack_frame(said.topic, self._name, seq, said.packed, {}, document)
        said.packed += count
        self._leaving.append(Leaving(said, data, count))
