"""A frame in the making."""

import anyio
import msgspec

from bus.wire import FRAME_EVENTS, Marks, pack_frame
from schemas import Event, Reply

FRAME_BYTES = 64_000
UNRECORDED = Marks(unrecorded=True)


class Parcel(msgspec.Struct):
    """Encoded events that will travel together, and what becomes of them."""

    kind: type[Event]
    topic: str
    visit: str
    cause: str
    time: float
    seq: int
    events: list[bytes]
    size: int
    """Bytes of the encoded events."""
    request: str = ""
    """The request that this answers. Such a frame holds one event: it is accepted or refused as a whole."""
    group: object = None
    """Those that share one are recorded together or not at all; they share no frame with others."""
    sealed: bool = False
    """True when no other event may join."""
    data: bytes = b""
    """The finished frame, once its place among the others is known."""
    refused: bool = False
    unrecorded: bool = False
    """True when it leaves before it is in the journal."""
    done: anyio.Event | None = None

    def takes(self, event: Event, size: int) -> bool:
        """Say whether an event can travel in this frame."""
        return (
            self.kind is type(event)
            and self.visit == event.visit
            and self.cause == event.cause
            and not self.sealed
            and len(self.events) < FRAME_EVENTS
            and self.size + size <= FRAME_BYTES
        )

    def add(self, data: bytes) -> None:
        """Put one more encoded event in."""
        self.events.append(data)
        self.size += len(data)

    @property
    def count(self) -> int:
        """How many events it holds."""
        return len(self.events)

    @property
    def last(self) -> int:
        """Number of the last event."""
        return self.seq + len(self.events) - 1

    def pack(self, source: str, before: dict[str, int]) -> None:
        """Finish a frame of the log lane."""
        self.data = pack_frame(
            self.topic, source, self.seq, 0, before, self.events, UNRECORDED if self.unrecorded else None
        )

    def pack_live(self, source: str, sent: int) -> None:
        """Finish a frame of the live lane."""
        self.data = pack_frame(self.topic, source, self.seq, sent, {}, self.events)

    async def wait(self) -> None:
        """Return when the frame has left, or was refused."""
        if self.done is None:
            self.done = anyio.Event()
        await self.done.wait()

    def settle(self) -> None:
        """Wake those who wait."""
        if self.done is not None:
            self.done.set()


def answered_by(event: Event) -> str:
    """Return the request that an event is the terminal reply to; empty for any other event."""
    return event.cause if isinstance(event, Reply) else ""
