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
from bus.mesh.said import Said, Speech
from bus.parcel import FRAME_BYTES
from bus.say import warn
from bus.wire import FRAME_EVENTS, NOTHING, START, Marks, assemble, encode
from schemas import Event

LIVE_FRAMES = 1_024
BLOB_BYTES = 32_000
"""A field with more bytes than this is not copied into a frame, but travels behind it."""

UNSAYABLE = (TypeError, ValueError, OverflowError)
"""What encoding an event can raise."""


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
        self._name, self._hand = speech.name, speech.hand
        self._speech = speech
        self._send = send
        self._all_sent = sent
        self._number = start << START
        self._turning = False
        """True from the first event of a turn of the loop to its end."""
        self._open: list[Said] = []
        self._leaving: deque[Leaving] = deque()
        self._empty = anyio.Event()
        self._loop = asyncio.get_running_loop()
        self._closed = False

    def add(self, event: EventT) -> EventT:
        """Take an event; return it as it will be heard. The first of a turn leaves at once."""
        kind = type(event)
        said = self._speech.find(kind) or self._speech.begin(kind)
        number = self._number = self._number + 1
        stamped = replace(
            event, id=f"{self._name}~{number}", time=time(), clock=monotonic(), source=self._name, hand=self._hand
        )
        if not self._turning:
            self._begin_turn()
            self._pack_alone(said, stamped, number)
            return stamped
        gathered = said.gathered
        if not gathered:
            self._open.append(said)
            said.first = number
        gathered.append(stamped)
        if len(gathered) >= FRAME_EVENTS:
            self._pack(said)
        return stamped

    def _begin_turn(self) -> None:
        if self._closed:
            raise Closed("this bus was left already")
        self._turning = True
        self._loop.call_soon(self.flush)

    async def left(self) -> None:
        """Return when everything has left, or has given way."""
        while self._turning or self._leaving:
            self._empty = anyio.Event()
            await self._empty.wait()

    def flush(self) -> None:
        """Send as much as there is room for."""
        self._turning = False
        leaving = self._leaving
        while leaving and self._send(leaving[0]):
            frame = leaving.popleft()
            frame.said.count(frame.events, len(frame.data) + len(frame.blob))
        for said in self._open:
            if said.gathered:
                self._pack(said)
        self._open.clear()
        if not leaving:
            self._empty.set()
        self._all_sent()

    def close(self) -> None:
        """Let everything leave that finds room, and take nothing more."""
        self._closed = True
        self.flush()

    def _pack(self, said: Said) -> None:
        events, first = said.gathered, said.first
        said.gathered = []
        if len(events) > 1 and not (said.blobs and any(_blob(said, event) for event in events)):
            try:
                document = encode(events)
            except UNSAYABLE:
                document = b""  # found out below, which of them it was
            if 0 < len(document) <= FRAME_BYTES:
                self._leave(said, first, len(events), document)
                return
        for event in events:
            self._pack_alone(said, event, int(event.id.rpartition("~")[2]) if len(events) > 1 else first)

    def _pack_alone(self, said: Said, event: Event, number: int) -> None:
        try:
            name = _blob(said, event) if said.blobs else ""
            if name:
                document = encode([replace(event, **{name: b""})])
                self._leave(said, number, 1, document, Marks(blob=name), getattr(event, name))
            else:
                self._leave(said, number, 1, encode([event]))
        except UNSAYABLE as error:
            warn("bus.cannot_be_said", topic=said.topic, error=str(error))

    def _leave(  # noqa: PLR0913, PLR0917 -- what a frame is made of
        self, said: Said, first: int, count: int, document: bytes, marks: Marks | None = None, blob: bytes = b""
    ) -> None:
        data = assemble(said.head, first, encode(said.packed) + NOTHING, document, marks)
        said.packed += count
        frame = Leaving(said, data, count, blob)
        if not self._leaving and self._send(frame):
            said.count(count, len(data) + len(blob))
            return
        if len(self._leaving) >= LIVE_FRAMES:
            oldest = self._leaving.popleft()
            oldest.said.dropped += oldest.events
        self._leaving.append(frame)


def _blob(said: Said, event: Event) -> str:
    """Return the name of the field that is too large for a frame; empty when there is none."""
    return next((name for name in said.blobs if len(getattr(event, name)) > BLOB_BYTES), "")
