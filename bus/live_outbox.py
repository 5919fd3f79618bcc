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
from bus.wire import FRAME_EVENTS, START, Marks, encode, pack_frame
from schemas import Event

LIVE_FRAMES = 1_024
BLOB_BYTES = 32_000
"""A field with more bytes than this is not copied into a frame, but travels behind it."""


class Leaving(NamedTuple):
    """A frame that is ready to leave."""

    said: Said
    data: bytes
    events: int
    blob: bytes = b""


class LiveOutbox:
    """Gathers the events of a loop turn into frames by kind. What finds no room waits a little; the oldest give way."""

    def __init__(self, start: int, speech: Speech, send: Callable[[Leaving], bool], sent: Callable[[], None]) -> None:
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
            frame = leaving[0]
            if not self._send(frame):
                break
            leaving.popleft()
            frame.said.count(frame.events, len(frame.data) + len(frame.blob))
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
        large = said.blobs and any(_blob(said, event) for event in events)
        try:
            document = b"" if large else encode(events)
        except (TypeError, ValueError, OverflowError):
            document = b""
        if document and (len(document) <= FRAME_BYTES or len(events) == 1):
            self._put(said, events, document)
            return
        for event in events:  # too much for one frame, or something among them that cannot be said
            try:
                self._put_alone(said, event)
            except (TypeError, ValueError, OverflowError) as error:
                warn("bus.cannot_be_said", topic=said.topic, error=str(error))

    def _put_alone(self, said: Said, event: Event) -> None:
        name = _blob(said, event)
        if name:
            document = encode([replace(event, **{name: b""})])
            self._put(said, [event], document, Marks(blob=name), getattr(event, name))
        else:
            self._put(said, [event], encode([event]))

    def _put(
        self, said: Said, events: list[Event], document: bytes, marks: Marks | None = None, blob: bytes = b""
    ) -> None:
        if len(self._leaving) >= LIVE_FRAMES:
            oldest = self._leaving.popleft()
            oldest.said.dropped += oldest.events
        seq = int(events[0].id.rpartition("~")[2])
        data = pack_frame(said.topic, self._name, seq, said.packed, {}, document, marks)
        said.packed += len(events)
        self._leaving.append(Leaving(said, data, len(events), blob))


def _blob(said: Said, event: Event) -> str:
    """Return the name of the field that is too large for a frame; empty when there is none."""
    return next((name for name in said.blobs if len(getattr(event, name)) > BLOB_BYTES), "")
