"""What is whole in a damaged journal: every row that its own checksum vouches for.

A damaged byte costs the row that it lies in, or the rows of one page, and nothing else. Rows of frames change only when
they are forgotten, and the newest version of a page is met first: where that is harmed, an old one is as good as any.
"""

import os
import sqlite3
import zlib
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import msgspec

from bus.journal.files import PAIRS, SCHEMA, Row, connect, draft_path, pair, put_aside, with_log
from bus.journal.pages import Pages, Record
from bus.wire import Marks

FRAME = "INSERT OR IGNORE INTO frames VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
LETTER = (
    "INSERT INTO letters (time, reason, source, topic, size, sha256, body)"
    " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE NOT EXISTS (SELECT 1 FROM letters WHERE time = ?1 AND sha256 = ?6)"
)


class Rescued(NamedTuple):
    """How a rescue went."""

    frames: int
    bad: int
    """Rows that were there and could not be read."""


class First(msgspec.Struct, gc=False):
    """An event, as far as the columns of a row say the same."""

    time: float = 0.0
    visit: str = ""
    cause: str = ""


class Head(msgspec.Struct, array_like=True, gc=False):
    """A frame, as far as the columns of a row say the same."""

    topic: str
    source: str
    seq: int
    sent: int
    before: dict[str, int]
    events: list[First]
    marks: Marks


_heads = msgspec.msgpack.Decoder(Head)


def mend(path: Path) -> tuple[str, Rescued]:
    """Put a journal aside and make a new one of what is whole in it; return the old one's new name."""
    draft = draft_path(path)
    for file in with_log(draft):
        file.unlink(missing_ok=True)
    base = connect(draft)
    try:
        base.executescript(f"PRAGMA synchronous=OFF; {SCHEMA}")
        found = rescue(path, base)
        base.execute("PRAGMA synchronous=FULL").fetchall()
        base.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        (oldest,) = base.execute("SELECT min(time) FROM frames").fetchone()
    finally:
        base.close()
    if oldest:
        os.utime(path, (oldest, oldest))  # retention removes it together with the oldest words that are in it
    aside = put_aside(path, "damaged")
    draft.rename(path)
    return aside, found


def copy(path: Path) -> sqlite3.Connection:
    """Return a copy in memory of what is whole in a journal, for those who only read."""
    base = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    base.executescript(SCHEMA)
    with suppress(OSError):
        rescue(path, base)
    base.execute("PRAGMA query_only=ON").fetchall()
    return base


def rescue(path: Path, base: sqlite3.Connection) -> Rescued:
    """Put what is whole in a journal into another one. Raise OSError when it cannot be read at all."""
    bad = 0
    pages = Pages(path)
    base.execute("BEGIN")
    for record in pages.records():
        bad += record is None or not _take(base, record)
    (frames,) = base.execute("SELECT count(*) FROM frames").fetchone()
    base.execute("COMMIT")
    return Rescued(frames, bad)


def _take(base: sqlite3.Connection, record: Record) -> bool:
    """Put one record where it belongs; say whether it was understood."""
    match record:
        case [_, _, _, _, _, _, int() as crc, bytes() as body]:
            return _take_frame(base, crc, body)
        case [None, int() | float(), str(), str(), str(), int(), str() as digest, bytes() as body]:
            whole = not body or sha256(body).hexdigest() == digest
            if whole:
                base.execute(LETTER, record[1:])
            return whole
        case [str() as text, int() as number, int()]:
            return any(_take_pair(base, table, record) for table in PAIRS if pair(table, text, number)[2] == record[2])
        case _:
            return len(record) in (2, 5) or type(record[0]) is float  # an index, or SQLite's own table of tables


def _take_pair(base: sqlite3.Connection, table: str, record: Record) -> bool:
    base.execute(f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?)", record)  # noqa: S608
    return True


def _take_frame(base: sqlite3.Connection, crc: int, body: bytes) -> bool:
    row = columns_of(crc, body)
    if row is not None:
        base.execute(FRAME, row)
    return row is not None


def columns_of(crc: int, body: bytes) -> Row | None:
    """Return the row that a frame makes; None when it is not what was written. The checksum is of the frame alone."""
    if type(body) is not bytes or zlib.crc32(body) != crc:
        return None
    try:
        head = _heads.decode(body)
    except ValueError:
        return None
    count = len(head.events) + head.marks.forgotten
    if not count:
        return None
    first = head.events[0] if head.events else First(time=head.marks.time)
    return head.seq, count, head.topic, first.visit or None, first.cause or None, first.time, crc, body
