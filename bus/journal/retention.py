"""How long a journal remembers, and how it forgets: in small steps, without holding anybody up, and for good."""

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bus.journal import reading
from bus.journal.files import PAGE_BYTES, remove, set_aside
from bus.wire import START

MEGABYTE = 1_000_000
DAY = 86_400.0
STEP_ROWS = 200
STEP_BYTES = 200_000
"""What one step deletes at most, or one row."""
STEP_PAGES = 50
"""What one step gives back to the disk."""
SPARE_PAGES = 500
"""What is left free in the file for what comes next."""
STEP_NOTES = 500

OLD = "SELECT seq, length(body) FROM frames WHERE time < ? LIMIT ?"
OLDEST = "SELECT seq, length(body) FROM frames ORDER BY seq LIMIT ?"
OLD_LETTERS = "DELETE FROM letters WHERE time < ?"


class Keep(NamedTuple):
    """How much of a journal is kept; 0 keeps it for ever."""

    days: float = 0.0
    megabytes: float = 0.0


FOR_EVER = Keep()


class Retention:
    """Deletes what is too old or too much from one journal. Every step is one short transaction."""

    def __init__(self, path: Path, keep: Keep) -> None:
        self.deleted = 0
        self._path = path
        self._keep = keep

    def steps(self, base: sqlite3.Connection, *, notes: bool) -> Iterator[None]:
        """Do one step each time that this is asked on; `notes` also looks through what is noted of the deleted."""
        before = self.deleted
        yield from self._delete_old(base)
        yield from self._delete_most(base)
        if notes:
            yield from self._delete_notes(base, "answers", "request")
            yield from self._delete_notes(base, "attempts", "event")
        self._remove_asides()
        if self.deleted > before:
            yield from self._shrink(base)
            yield from empty_log(base)

    def _delete_old(self, base: sqlite3.Connection) -> Iterator[None]:
        oldest = time.time() - self._keep.days * DAY
        while self._keep.days and self._delete(base, base.execute(OLD, (oldest, STEP_ROWS)).fetchall()):
            yield
        if self._keep.days:
            self.deleted += base.execute(OLD_LETTERS, (oldest,)).rowcount

    def _delete_most(self, base: sqlite3.Connection) -> Iterator[None]:
        while self._keep.megabytes and used_bytes(base) > self._keep.megabytes * MEGABYTE:
            if not self._delete(base, base.execute(OLDEST, (STEP_ROWS,)).fetchall()):
                return
            yield

    def _delete(self, base: sqlite3.Connection, rows: list[tuple[int, int]]) -> bool:
        """Delete some rows, or as many of them as one step allows."""
        chosen: list[tuple[int]] = []
        size = 0
        for seq, length in rows:
            if chosen and size + length > STEP_BYTES:
                break
            chosen.append((seq,))
            size += length
        base.execute("BEGIN IMMEDIATE")
        base.executemany("DELETE FROM frames WHERE seq = ?", chosen)
        base.execute("COMMIT")
        self.deleted += len(chosen)
        return bool(chosen)

    def _delete_notes(self, base: sqlite3.Connection, table: str, column: str) -> Iterator[None]:
        """Delete notes of events that are in no journal any more: a request without its answer would be done again."""
        beginnings: dict[str, int] = {}
        find = f"SELECT {column} FROM {table} WHERE {column} > ? ORDER BY {column} LIMIT {STEP_NOTES}"  # noqa: S608
        found = [("",)]
        while found := base.execute(find, found[-1]).fetchall():
            gone = [(name,) for (name,) in found if self._is_gone(name, beginnings)]
            if gone:
                base.execute("BEGIN IMMEDIATE")
                base.executemany(f"DELETE FROM {table} WHERE {column} = ?", gone)  # noqa: S608
                base.execute("COMMIT")
            yield

    def _is_gone(self, event_id: str, beginnings: dict[str, int]) -> bool:
        source, _, number = event_id.rpartition(":")
        if source not in beginnings:
            beginnings[source] = reading.ask(self._path.parent, source, _beginning)
        return not number.isdigit() or int(number) < beginnings[source]

    def _shrink(self, base: sqlite3.Connection) -> Iterator[None]:
        """Give back to the disk what is free and will not be needed soon."""
        (free,) = base.execute("PRAGMA freelist_count").fetchone()
        for _ in range(0, free - SPARE_PAGES, STEP_PAGES):
            base.executescript(f"PRAGMA incremental_vacuum({STEP_PAGES})")  # `execute` would stop at the first page
            yield

    def _remove_asides(self) -> None:
        """Remove what was put aside when its oldest words are too old, or when there is too much of it."""
        room = self._keep.megabytes * MEGABYTE - self._path.stat().st_size
        for path in sorted(set_aside(self._path), key=lambda one: one.stat().st_mtime, reverse=True):
            found = path.stat()
            room -= found.st_size
            old = self._keep.days and found.st_mtime < time.time() - self._keep.days * DAY
            if old or (self._keep.megabytes and room < 0):
                remove(path)


def empty_log(base: sqlite3.Connection) -> Iterator[None]:
    """Leave nothing of what was deleted in the log. Those who are just reading in it are let finish."""
    (patience,) = base.execute("PRAGMA busy_timeout").fetchone()
    while True:
        base.execute("PRAGMA busy_timeout=0").fetchall()
        busy, _, _ = base.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        base.execute(f"PRAGMA busy_timeout={patience}").fetchall()
        if not busy:
            return
        yield


def used_bytes(base: sqlite3.Connection) -> int:
    """Return how much of the file is in use."""
    (pages,) = base.execute("PRAGMA page_count").fetchone()
    (free,) = base.execute("PRAGMA freelist_count").fetchone()
    return int(pages - free) * PAGE_BYTES


def _beginning(base: sqlite3.Connection) -> int:
    """Return a number that everything in a journal is above, as of now and for good; 0 where nothing is known."""
    (oldest,) = base.execute("SELECT min(seq) FROM frames").fetchone()
    (start,) = base.execute("SELECT max(value) FROM facts WHERE name = 'start'").fetchone()
    return int(oldest if oldest is not None else (start or 0) << START)
