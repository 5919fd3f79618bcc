"""A batch on its way into the journal: what the transaction needs of it, and what becomes of it meanwhile."""

import zlib
from collections.abc import Callable

import msgspec

from bus.api import Forgot
from bus.journal.files import Pair, Row
from bus.journal.letters import Letter
from bus.parcel import Parcel


class Wish(msgspec.Struct, eq=False):
    """What is to be forgotten, and what became of that."""

    visits: frozenset[str]
    ids: frozenset[str]
    rewrite: bool = False
    """True to write the file anew, too."""
    done: Callable[[], object] = lambda: None
    """Called in the thread that records, when nothing is left."""
    forgot: Forgot = msgspec.field(default_factory=Forgot)


class Batch(msgspec.Struct, eq=False):
    """What belongs together: all of it is recorded, or nothing."""

    parcels: list[Parcel] = []
    position: tuple[str, int] | None = None
    """The source of an event that was handled, and its number."""
    positions: dict[str, int] = {}
    """Several at once, by source."""
    begun: str = ""
    """The id of an event that is taken in hand."""
    ended: str = ""
    """The id of an event that is in hand no longer."""
    letters: list[Letter] = []
    wish: Wish | None = None
    """What is to be forgotten, once all that was queued before is recorded."""
    tries: int = 0
    """How often the event of `begun` has been taken in hand: known once this is recorded."""
    done: Callable[[], None] | None = None
    """For whoever made this; nobody here calls it."""


class Entry:
    """One batch, and all that the journal's transaction needs of it. It can be written again after a failure."""

    __slots__ = (
        *("answers", "batch", "befores", "begun", "ended", "letters"),
        *("positions", "ready", "rows", "sent", "wish"),
    )

    def __init__(self, batch: Batch) -> None:
        self.batch: Batch | None = batch
        """None once it has left: from then on only the rows are kept."""
        self.ready = False
        """True when it has its place in the chain."""
        self.sent = False
        """True when it left without being recorded."""
        self.rows: list[Row] = []
        self.answers: list[Pair] = []
        self.positions: list[Pair] = []
        self.begun: Pair | None = None
        self.ended: list[tuple[str]] = []
        self.letters: list[Letter] = []
        self.wish = batch.wish
        self.befores: list[dict[str, int]] = []

    @property
    def empty(self) -> bool:
        """True when there is nothing to be done."""
        notes = self.answers or self.positions or self.begun or self.ended or self.letters
        return not (self.rows or notes or self.wish)

    @property
    def size(self) -> int:
        """Bytes of its frames."""
        return sum(len(row[-1]) for row in self.rows)

    @property
    def events(self) -> int:
        """How many events it holds."""
        return sum(row[1] for row in self.rows)

    def add(self, parcel: Parcel, source: str, before: dict[str, int]) -> None:
        """Finish a frame and make a row of it."""
        parcel.pack(source, before)
        self.befores.append(before)
        data = parcel.data
        visit, cause = parcel.visit or None, parcel.cause or None
        row = (parcel.seq, len(parcel.events), parcel.topic, visit, cause, parcel.time, zlib.crc32(data), data)
        self.rows.append(row)

    def leave(self, source: str) -> Batch:
        """Mark every frame as unrecorded and return the batch, which can be sent now. The rows stay as they were."""
        batch, self.batch, self.sent = self.batch, None, True
        if batch is None:
            raise ValueError("it left already")
        accepted = (parcel for parcel in batch.parcels if not parcel.refused)
        for parcel, before in zip(accepted, self.befores, strict=True):
            parcel.unrecorded = True
            parcel.pack(source, before)
        self.befores = []
        return batch
