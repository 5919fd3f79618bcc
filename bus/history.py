"""Reading journals: anybody on the machine may, at any time, also while nothing runs.

Everything here blocks for a moment and belongs in a worker thread. Readers never write, and hold nothing open.
"""

import re
import sqlite3
from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from bus.journal import letters as dead_letters
from bus.journal.files import Damaged, pair
from bus.journal.letters import KEPT, Letter
from bus.journal.needles import Needles
from bus.journal.reading import ask, reading
from bus.journal.rows import events_of, unpack_row
from bus.journal.walk import Query, Walk
from bus.names import NAME
from bus.wire import FRAME_EVENTS, KINDS, Frame, Kinds
from schemas import Event, topic_of

__all__ = ["Page", "Query", "reading"]

PAGE_FRAMES = 1_000
PAGE_BYTES = 1_000_000

FRAME_OF = "SELECT crc, body FROM frames WHERE seq <= ? ORDER BY seq DESC LIMIT 1"
MENTIONS = "SELECT crc, body FROM frames WHERE topic IN ({}) AND instr(body, ?) ORDER BY seq DESC LIMIT ?"
REQUESTS = "SELECT seq, count, crc, body FROM frames WHERE topic = ?"
NUMBER = re.compile("[0-9]{1,18}")


class Page(NamedTuple):
    """Frames of one source in their order."""

    frames: list[Frame[Event]]
    position: int
    """Everything up to here was read."""
    more: bool
    bad: int
    """Rows that could not be understood."""
    size: int
    """Bytes of all frames together."""


def sources(folder: Path) -> list[str]:
    """Return who has a journal."""
    return sorted(path.stem for path in folder.glob("*.db") if NAME.fullmatch(path.stem))


def newest(folder: Path) -> dict[str, int]:
    """Return the newest number of every source."""
    return {source: ask(folder, source, _newest) for source in sources(folder)}


def read(folder: Path, query: Query, kinds: Kinds = KINDS) -> list[Event]:
    """Return what was published, oldest first. What is of none of the `kinds` is left out."""
    if query.limit < 1:
        return []
    return Walk(folder, query, kinds).events([query.source] if query.source else sources(folder))


def get(folder: Path, event_id: str) -> Event | None:
    """Return the event of an id, or None."""
    source, _, number = event_id.rpartition(":")
    if not NUMBER.fullmatch(number):
        return None
    row = ask(folder, source, lambda base: base.execute(FRAME_OF, (int(number),)).fetchone())
    found = events_of(row[0], row[1], KINDS) if row else []
    return next((event for event in found if event.id == event_id), None)


def mentions(folder: Path, topics: Sequence[str], text: str, limit: int = 1) -> list[Event]:
    """Return the newest events of some topics whose frames hold a text somewhere, newest first. None is decoded before.

    A frame may hold other events beside the one that is meant.
    """
    question, values = MENTIONS.format(", ".join("?" * len(topics))), (*topics, text.encode(), limit)
    found: list[Event] = []
    for source in sources(folder):
        for crc, body in ask(folder, source, lambda base: base.execute(question, values).fetchall()):
            found += events_of(crc, body, KINDS)
    return sorted(found, key=lambda event: -event.time)


def visits(folder: Path, since: float, until: float) -> set[str]:
    """Return the visits that anything was said of between two moments."""
    return {visit for source in sources(folder) for (visit,) in ask(folder, source, partial(_visits, since, until))}


def held(folder: Path, source: str, texts: Needles, without: Collection[str] = ()) -> set[bytes]:
    """Return which texts stand in what a source's journal holds, its dead letters included, but for some visits."""
    return ask(folder, source, partial(_held, texts, without))


def outstanding(folder: Path, source: str, kind: type[Event]) -> list[Event]:
    """Return the requests of a kind that have no terminal reply in the source's journal, oldest first."""
    topic = topic_of(kind)
    answered = ask(folder, source, _answered)
    found: list[Event] = []
    for asker in sources(folder):
        for seq, count, crc, body in ask(folder, asker, lambda base: base.execute(REQUESTS, (topic,)).fetchall()):
            if not all(f"{asker}:{number}" in answered for number in range(seq, seq + count)):
                found += events_of(crc, body, {topic: kind})
    return sorted((event for event in found if event.id not in answered), key=lambda event: event.time)


def positions(folder: Path, name: str) -> dict[str, int]:
    """Return how far a participant's durable subscription has come in every source."""
    return ask(folder, name, lambda base: _pairs(base, "positions"))


def attempts(folder: Path, name: str) -> dict[str, int]:
    """Return how often a participant has taken events in hand without coming to an end, by their ids."""
    return ask(folder, name, lambda base: _pairs(base, "attempts"))


def letters(folder: Path, name: str = "", limit: int = KEPT) -> list[Letter]:
    """Return the newest dead letters of a participant, or of all, oldest first."""
    found: list[Letter] = []
    for source in [name] if name else sources(folder):
        found += ask(folder, source, lambda base: dead_letters.read(base, limit))
    found.sort(key=lambda letter: letter.time)
    return found[-limit:] if limit > 0 else []


def page(folder: Path, source: str, position: int, kinds: Kinds) -> Page:
    """Read a source's frames of some kinds on from a position."""
    return ask(folder, source, lambda base: _page(base, position, kinds))


def _page(base: sqlite3.Connection, position: int, kinds: Kinds) -> Page:
    marks = ", ".join("?" * len(kinds))
    rows = (
        f"SELECT seq + count - 1, crc, body FROM frames WHERE seq > ? AND seq + count - 1 > ? AND +topic IN ({marks})"  # noqa: S608
        " ORDER BY seq"
    )
    frames: list[Frame[Event]] = []
    count = size = bad = 0
    end = _newest(base)
    for last, crc, body in base.execute(rows, (position - FRAME_EVENTS, position, *kinds)):
        if type(last) is not int or type(body) is not bytes:
            raise Damaged("a row is not what a row has to be")
        frame = unpack_row(crc, body, kinds)
        frames += [frame] if frame else []
        bad += frame is None
        position, count, size = last, count + 1, size + len(body)
        if count >= PAGE_FRAMES or size >= PAGE_BYTES:
            return Page(frames, position, True, bad, size)
    return Page(frames, max(position, end), False, bad, size)


def _newest(base: sqlite3.Connection) -> int:
    row = base.execute("SELECT seq + count - 1 FROM frames ORDER BY seq DESC LIMIT 1").fetchone()
    return row[0] if row else 0


def _visits(since: float, until: float, base: sqlite3.Connection) -> list[tuple[str]]:
    find = "SELECT DISTINCT visit FROM frames WHERE time >= ? AND time <= ? AND visit IS NOT NULL"
    return base.execute(find, (since, until)).fetchall()


def _held(texts: Needles, without: Collection[str], base: sqlite3.Connection) -> set[bytes]:
    rows = base.execute("SELECT visit, body FROM frames UNION ALL SELECT NULL, body FROM letters")
    return texts.among(body for visit, body in rows if visit not in without and isinstance(body, bytes))


def _answered(base: sqlite3.Connection) -> set[str]:
    return {row[0] for row in base.execute("SELECT request FROM answers")}


def _pairs(base: sqlite3.Connection, table: str) -> dict[str, int]:
    rows = base.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608
    return {text: number for text, number, crc in rows if pair(table, text, number)[2] == crc}
