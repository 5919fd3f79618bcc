"""Reading journals: anybody on the machine may, at any time, also while nothing runs.

Everything here blocks for a moment and belongs in a worker thread. Readers never write, and hold nothing open.
"""

import re
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TypeVar, TypeVarTuple, Unpack
from urllib.parse import quote

import anyio
import anyio.to_thread
import msgspec

from bus.journal import journal_path
from bus.names import NAME
from bus.wire import FRAME_EVENTS, GARBAGE, KINDS, Frame, Kinds, prefix_in, unpack_frame
from schemas import Event, topic_of

PAGE_FRAMES = 1_000
PAGE_BYTES = 1_000_000
SLACK = 1.0
"""Seconds that the events of one frame may lie apart."""

FRAME_OF = "SELECT crc, body FROM frames WHERE seq <= ? ORDER BY seq DESC LIMIT 1"
REQUESTS = "SELECT seq, count, crc, body FROM frames WHERE topic = ? ORDER BY seq"
NUMBER = re.compile("[0-9]{1,18}")
EMPTY = "CREATE TABLE frames (seq, count, topic, visit, cause, time, crc, body); CREATE TABLE answers (request)"

T = TypeVar("T")
Args = TypeVarTuple("Args")


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for. Empty or zero means any."""

    topics: Sequence[str] = ()
    source: str = ""
    visit: str = ""
    cause: str = ""
    since: float = 0.0
    until: float = 0.0
    limit: int = 1000
    newest: bool = False
    """True to keep the newest `limit` events instead of the oldest. The order is always oldest first."""


class Page(NamedTuple):
    """Frames of one source in their order."""

    frames: list[Frame[Event]]
    position: int
    """Everything up to here was read."""
    more: bool
    bad: int
    """Rows that could not be understood."""


class Journals:
    """The journals of a folder, asked from an event loop: every question is put in a worker thread."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._limit = anyio.CapacityLimiter(4)

    def hold(self, source: str) -> bool:
        """Say whether a source has a journal. Who has none is no participant, whatever a message says."""
        return NAME.fullmatch(source) is not None and journal_path(self.folder, source).exists()

    async def ask(self, question: Callable[[Path, Unpack[Args]], T], *args: *Args) -> T:
        """Return what one of this module's functions finds."""
        return await anyio.to_thread.run_sync(question, self.folder, *args, limiter=self._limit)


def sources(folder: Path) -> list[str]:
    """Return who has a journal."""
    return sorted(path.stem for path in folder.glob("*.db") if NAME.fullmatch(path.stem))


def newest(folder: Path) -> dict[str, int]:
    """Return the newest number of every source."""
    found = {}
    for source in sources(folder):
        with reading(folder, source) as base:
            found[source] = _newest(base)
    return found


def read(folder: Path, query: Query, kinds: Kinds = KINDS) -> list[Event]:
    """Return what was published, oldest first. What is of none of the `kinds` is left out."""
    found: list[Event] = []
    if query.limit < 1:
        return found
    for source in [query.source] if query.source else sources(folder):
        found += _read_source(folder, source, query, kinds)
    found.sort(key=lambda event: event.time)
    return found[-query.limit :] if query.newest else found[: query.limit]


def get(folder: Path, event_id: str) -> Event | None:
    """Return the event of an id, or None."""
    source, _, number = event_id.rpartition(":")
    if not NUMBER.fullmatch(number):
        return None
    with reading(folder, source) as base:
        row = base.execute(FRAME_OF, (int(number),)).fetchone()
    return next((event for event in _events(*row, KINDS) if event.id == event_id), None) if row else None


def outstanding(folder: Path, source: str, kind: type[Event]) -> list[Event]:
    """Return the requests of a kind that have no terminal reply in the source's journal, oldest first."""
    with reading(folder, source) as base:
        answered = {row[0] for row in base.execute("SELECT request FROM answers")}
    found: list[Event] = []
    for asker in sources(folder):
        with reading(folder, asker) as base:
            for seq, count, crc, body in base.execute(REQUESTS, (topic_of(kind),)):
                if not all(f"{asker}:{number}" in answered for number in range(seq, seq + count)):
                    found += _events(crc, body, {topic_of(kind): kind})
    return sorted((event for event in found if event.id not in answered), key=lambda event: event.time)


def positions(folder: Path, name: str) -> dict[str, int]:
    """Return how far a participant's durable subscription has come in every source."""
    with reading(folder, name) as base:
        return dict(base.execute("SELECT source, seq FROM positions"))


def attempts(folder: Path, name: str) -> dict[str, int]:
    """Return how often a participant has taken events in hand without coming to an end, by their ids."""
    with reading(folder, name) as base:
        return dict(base.execute("SELECT event, tries FROM attempts"))


def page(folder: Path, source: str, position: int, kinds: Kinds) -> Page:
    """Read a source's frames of some kinds on from a position."""
    marks = ", ".join("?" * len(kinds))
    rows = (
        f"SELECT seq + count - 1, crc, body FROM frames WHERE seq > ? AND seq + count - 1 > ? AND +topic IN ({marks})"  # noqa: S608
        " ORDER BY seq"
    )
    frames: list[Frame[Event]] = []
    count = size = bad = 0
    with reading(folder, source) as base:
        end = _newest(base)
        for last, crc, body in base.execute(rows, (position - FRAME_EVENTS, position, *kinds)):
            frame = unpack_row(crc, body, kinds)
            frames += [frame] if frame else []
            bad += frame is None
            position, count, size = last, count + 1, size + len(body)
            if count >= PAGE_FRAMES or size >= PAGE_BYTES:
                return Page(frames, position, True, bad)
    return Page(frames, max(position, end), False, bad)


def unpack_row(crc: int, row: bytes, kinds: Kinds) -> Frame[Event] | None:
    """Decode a row; None when it is damaged, or of a topic that nobody here knows."""
    if zlib.crc32(row) != crc:
        return None
    kind = kinds.get(prefix_in(row)[2:].decode(errors="replace"))
    if kind is None:
        return None
    try:
        return unpack_frame(kind, row)
    except GARBAGE:
        return None


@contextmanager
def reading(folder: Path, source: str) -> Iterator[sqlite3.Connection]:
    """Yield a connection that can only read; an empty journal where there is none yet."""
    path = journal_path(folder, source)
    there = NAME.fullmatch(source) and path.exists()
    base = sqlite3.connect(f"file:{quote(str(path))}?mode=ro" if there else ":memory:", uri=True)
    try:
        if not base.execute("SELECT 1 FROM sqlite_master WHERE name = 'facts'").fetchone():
            base.close()
            base = sqlite3.connect(":memory:")
            base.executescript(EMPTY)
        yield base
    finally:
        base.close()


def _newest(base: sqlite3.Connection) -> int:
    row = base.execute("SELECT seq + count - 1 FROM frames ORDER BY seq DESC LIMIT 1").fetchone()
    return row[0] if row else 0


def _read_source(folder: Path, source: str, query: Query, kinds: Kinds) -> list[Event]:
    found: list[Event] = []
    with reading(folder, source) as base:
        for topics in _passes(query):
            found += _read_rows(base, query, topics, kinds)
    return found


def _passes(query: Query) -> list[Sequence[str]]:
    """Return the topics of each walk: where only topics are asked for, one at a time keeps every walk short."""
    by_topic_only = not (query.visit or query.cause or query.since or query.until)
    return [[topic] for topic in query.topics] if by_topic_only and query.topics else [query.topics]


def _read_rows(base: sqlite3.Connection, query: Query, topics: Sequence[str], kinds: Kinds) -> list[Event]:
    where, values, order = _where(query, topics)
    found: list[Event] = []
    for crc, body in base.execute(f"SELECT crc, body FROM frames{where} ORDER BY {order}", values):  # noqa: S608
        events = [event for event in _events(crc, body, kinds) if _fits(event, query)]
        found += reversed(events) if query.newest else events
        if len(found) >= query.limit:
            break
    del found[query.limit :]
    return found[::-1] if query.newest else found


def _where(query: Query, topics: Sequence[str]) -> tuple[str, list[str | float], str]:
    """Return the conditions, their values, and the order. A plus keeps all but the first from choosing the index."""
    terms = [
        (f"{column} {relation}", value)
        for column, relation, value, used in (
            ("visit", "= ?", [query.visit], query.visit),
            ("cause", "= ?", [query.cause], query.cause),
            ("time", ">= ?", [query.since - SLACK], query.since),
            ("time", "<= ?", [query.until], query.until),
            ("topic", f"IN ({', '.join('?' * len(topics))})", list(topics), topics),
        )
        if used
    ]
    order = "time" if terms and terms[0][0].startswith("time") else "seq"
    where = " AND ".join(
        term if place == 0 or term.startswith(order) else f"+{term}" for place, (term, _) in enumerate(terms)
    )
    values = [value for _, values in terms for value in values]
    return f" WHERE {where}" if where else "", values, f"{order} DESC" if query.newest else order


def _fits(event: Event, query: Query) -> bool:
    return event.time >= query.since and (not query.until or event.time <= query.until)


def _events(crc: int, body: bytes, kinds: Kinds) -> list[Event]:
    frame = unpack_row(crc, body, kinds)
    return frame.events if frame else []
