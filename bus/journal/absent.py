"""What those said who are not there: they may have come and gone while this process stood still."""

import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from bus.names import NAME

Marks = frozenset[tuple[str, int, int]]
"""The files of a journal, each with its size and when it was written."""


class Absent:
    """Compares the journals of those who are not there with what they were at the last look."""

    def __init__(self) -> None:
        self._marks: dict[str, Marks] = {}
        self._changed: set[str] = set()

    def look(self, folder: Path, present: Collection[str]) -> list[str]:
        """Return whose journal has changed; each twice, because files that are written at one instant look the same."""
        marks = _marks(folder)
        changed = {name for name, found in marks.items() if found != self._marks.get(name)}
        due = (changed | self._changed).difference(present)
        self._marks, self._changed = marks, changed
        return sorted(due)


def _marks(folder: Path) -> dict[str, Marks]:
    found: dict[str, Marks] = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            name, _, ending = entry.name.partition(".")
            if ending in ("db", "db-wal") and NAME.fullmatch(name):
                with suppress(FileNotFoundError):
                    stat = entry.stat()
                    # A reader may leave an empty one behind, which says nothing.
                    seen = {(ending, stat.st_size, stat.st_mtime_ns)} if stat.st_size else set()
                    found[name] = found.get(name, frozenset()) | seen
    return found
