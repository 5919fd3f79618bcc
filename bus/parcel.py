"""A frame in the making."""

import anyio
import msgspec

from bus.wire import Marks, pack_events, pack_frame
from schemas import Event

FRAME_BYTES = 64_000
UNRECORDED = Marks(unrecorded=True)


class Parcel(msgspec.Struct):
    """Encoded events that will travel together, and what becomes of them."""

    kind: type[Event]
    topic: str
    seq: int
    events: list[bytes]
    size: int
    """Bytes of the encoded events."""
    visit: str = ""
    cause: str = ""
    time: float = 0.0
    group: object = None
    """Those that share one are recorded together or not at all; they share no frame with others."""
    request: str = ""
    """The request that this answers. Such a frame holds one event: it is accepted or refused as a whole."""
    data: bytes = b""
    """The finished frame, once its place among the others is known."""
    refused: bool = False
    unrecorded: bool = False
    """True when it leaves before it is in the journal."""
    done: anyio.Event | None = None

    @property
    def count(self) -> int:
        """How many events it holds."""
        return len(self.events)

    @property
    def last(self) -> int:
        """Number of the last event."""
        return self.seq + len(self.events) - 1

    def pack(self, source: str, before: dict[str, int]) -> None:
        """Finish the frame."""
        marks = UNRECORDED if self.unrecorded else None
        self.data = pack_frame(self.topic, source, self.seq, 0, before, pack_events(self.events), marks)

    async def wait(self) -> None:
        """Return when the frame has left, or was refused."""
        if self.done is None:
            self.done = anyio.Event()
        await self.done.wait()

    def settle(self) -> None:
        """Wake those who wait."""
        if self.done is not None:
            self.done.set()
