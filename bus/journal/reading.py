"""Opening a journal to read it: anybody may, at any time; nobody who reads ever writes.

A journal that is damaged, or that SQLite cannot open on a disk as full as this, is read without its help: what is whole
in it is copied into memory, and asked instead.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from bus.journal import salvage
from bus.journal.files import SCHEMA, UNREADABLE, check_beginning, is_damage, journal_path, with_log
from bus.names import NAME
from bus.say import warn

T = TypeVar("T")
State = tuple[Path, tuple[tuple[int, int], ...]]
"""A file, with the size and the time of each of its parts."""


def ask(folder: Path, source: str, question: Callable[[sqlite3.Connection], T]) -> T:
    """Return what a question finds in a journal: nothing, where there is none."""
    try:
        with reading(folder, source) as base:
            return question(base)
    except UNREADABLE as error:
        return copies.ask(journal_path(folder, source), error, question)


@contextmanager
def reading(folder: Path, source: str) -> Iterator[sqlite3.Connection]:
    """Yield a connection that can only read; an empty journal where there is none yet."""
    path = journal_path(folder, source)
    there = NAME.fullmatch(source) and path.exists()
    if there:
        check_beginning(path)
    base = sqlite3.connect(f"file:{quote(str(path))}?mode=ro" if there else ":memory:", uri=True)
    try:
        if not base.execute("SELECT 1 FROM sqlite_master WHERE name = 'letters'").fetchone():
            base.close()
            base = sqlite3.connect(":memory:")
            base.executescript(SCHEMA)
        yield base
    finally:
        base.close()


class Copies:
    """A copy of the journal that was asked last of those that are damaged; their owners mend them sooner or later."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._base: sqlite3.Connection | None = None
        self._state: State | None = None

    def ask(self, path: Path, reason: Exception, question: Callable[[sqlite3.Connection], T]) -> T:
        """Return what a question finds in what can be read."""
        with self._lock:
            state = path, tuple(_sizes(path))
            if self._base is None or self._state != state:
                if self._base is not None:
                    self._base.close()
                self._base, self._state = salvage.copy(path), state
                (frames,) = self._base.execute("SELECT count(*) FROM frames").fetchone()
                what = "journal.damaged" if is_damage(reason) else "journal.unreadable"
                warn(what, journal=path.name, reason=str(reason), readable_frames=frames)
            return question(self._base)


def _sizes(path: Path) -> Iterator[tuple[int, int]]:
    for file in with_log(path):
        with suppress(OSError):
            found = file.stat()
            yield found.st_size, found.st_mtime_ns


copies = Copies()
