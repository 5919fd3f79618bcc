"""Some events of a journal are forgotten for good, in small steps; their neighbours and all numbers stay.

What is left of a frame is its place in the chain, without an event: a hole would be taken for a loss by everybody who
has not come so far.
"""

import zlib
from collections.abc import Callable, Iterator
from itertools import chain

import msgspec

from bus.journal.entry import Wish
from bus.journal.files import Damaged, Row, draft_path, remove, set_aside, transaction, with_log
from bus.journal.journal import Journal
from bus.journal.needles import Needles
from bus.journal.retention import STEP_BYTES, STEP_ROWS, empty_log
from bus.journal.salvage import columns_of
from bus.wire import Frame, Marks, encode, pack_events, pack_frame

OF_VISIT = "SELECT * FROM frames WHERE visit = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT 50"
OF_NUMBER = "SELECT * FROM frames WHERE seq <= ? ORDER BY seq DESC LIMIT 1"
WRITE = "REPLACE INTO frames VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
LETTERS = "SELECT number, body FROM letters WHERE number > ? ORDER BY number LIMIT 50"

DIGITS = 18
"""A number of more is none of ours, and more than SQLite takes."""

Choice = Callable[[str], bool]
"""Says whether the event of an id goes."""


class Named(msgspec.Struct, gc=False):
    """An event, as far as it matters here."""

    id: str = ""


_frames = msgspec.msgpack.Decoder(Frame[msgspec.Raw])
_names = msgspec.msgpack.Decoder(Named)


class Forgetting:
    """Fulfils one wish in one journal, and in what was put aside of it."""

    def __init__(self, journal: Journal, wish: Wish) -> None:
        self._journal = journal
        self._wish = wish

    def steps(self) -> Iterator[None]:
        """Do one step each time that this is asked on. Raise `Damaged` for a row that cannot be understood."""
        yield from self._remove(self._of_visits(), lambda _: True)
        yield from self._remove(self._of_ids(), self._wish.ids.__contains__)
        yield from self._forget_letters()
        yield from self._remove_asides()
        if self._wish.rewrite:
            self._journal.base.execute("VACUUM")
        yield from empty_log(self._journal.base)

    def _of_visits(self) -> Iterator[Row]:
        """Yield every row of the visits that is there now."""
        (newest,) = self._journal.base.execute("SELECT max(seq) FROM frames").fetchone()
        for visit in sorted(self._wish.visits):
            last = 0
            while rows := self._journal.base.execute(OF_VISIT, (visit, last, newest)).fetchall():
                yield from rows
                last = rows[-1][0]

    def _of_ids(self) -> Iterator[Row]:
        """Yield every row with one of the ids, once."""
        last = 0
        for number in sorted({number_of(one, self._journal.source) for one in self._wish.ids} - {0}):
            for row in self._journal.base.execute(OF_NUMBER, (number,)).fetchall():
                if row[0] > last:
                    yield row
                last = row[0]

    def _remove(self, rows: Iterator[Row], goes: Choice) -> Iterator[None]:
        """Take the events that go out of some rows. Those of a frame that are not meant stay in it."""
        while some := portion(rows):
            less = [one for row in some if (one := without(row, self._journal.source, goes))]
            with transaction(self._journal.base):
                self._journal.base.executemany(WRITE, [row for row, _ in less])
            self._wish.forgot.events += sum(count for _, count in less)
            yield

    def _forget_letters(self) -> Iterator[None]:
        """Remove the dead letters that name a visit or an id: as events, as frames, or as what is left of either."""
        names = Needles(encode(name) for name in (*self._wish.visits, *self._wish.ids))
        last = 0
        while found := self._journal.base.execute(LETTERS, (last,)).fetchall():
            gone = [(number,) for number, body in found if names.found(body)]
            with transaction(self._journal.base):
                self._journal.base.executemany("DELETE FROM letters WHERE number = ?", gone)
            self._wish.forgot.letters += len(gone)
            last = found[-1][0]
            yield

    def _remove_asides(self) -> Iterator[None]:
        """Remove what was put aside and holds some of it, and what is left of an attempt to mend."""
        needles = Needles(name.encode() for name in (*self._wish.visits, *self._wish.ids))
        for aside in set_aside(self._journal.path):
            files = (file for file in with_log(aside) if file.exists())
            for piece in chain.from_iterable(needles.pieces(file) for file in files):
                if needles.found(piece):
                    remove(aside)
                    self._wish.forgot.files.append(aside.name)
                    break
                yield
        for file in with_log(draft_path(self._journal.path)):
            file.unlink(missing_ok=True)


def portion(rows: Iterator[Row]) -> list[Row]:
    """Return the next rows, as many as one step allows."""
    some, size = [], 0
    for row in rows:
        some.append(row)
        size += len(row[-1])
        if len(some) >= STEP_ROWS or size > STEP_BYTES:
            break
    return some


def number_of(event_id: str, source: str) -> int:
    """Return the number of an event of a source; 0, which is none, for the others."""
    asked, _, number = event_id.rpartition(":")
    return int(number) if asked == source and number.isdecimal() and len(number) <= DIGITS else 0


def without(row: Row, source: str, goes: Choice) -> tuple[Row, int] | None:
    """Return a row without the events that go, and how many these are; None when there are none."""
    seq, count, topic, _, _, time, crc, body = row
    if columns_of(crc, body) != row:
        raise Damaged("a row that is to be forgotten does not say what was written")
    frame = _frames.decode(body)
    kept = [bytes(event) for event in frame.events if not goes(_names.decode(event).id)]
    marks = Marks(forgotten=count - len(kept), time=0.0 if kept else time)
    less = pack_frame(topic, source, seq, 0, frame.before, pack_events(kept), marks)
    left = columns_of(zlib.crc32(less), less)
    return (left, len(frame.events) - len(kept)) if left and len(kept) < len(frame.events) else None
