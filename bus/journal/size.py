"""How much a journal holds: looked up in a worker thread, because the loop has better to do, and seldom."""

import sqlite3
import time
from pathlib import Path
from typing import Any

import msgspec
from anyio.abc import TaskGroup

from bus.api import Report
from bus.history import reading
from bus.journal.files import TROUBLE, journal_path, with_log
from bus.journals import Journals

EVERY_SECONDS = 5.0
SHARE = 100
"""Looking takes no more than this part of the time, however long a journal has become."""

FRAMES = "SELECT count(*) FROM frames"
LETTERS = "SELECT count(*) FROM letters"
LETTER = "SELECT time FROM letters ORDER BY number DESC LIMIT 1"
OLDEST = "SELECT time FROM frames ORDER BY seq LIMIT 1"
NEWEST = "SELECT time FROM frames ORDER BY seq DESC LIMIT 1"


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """What a journal holds."""

    bytes: int = 0
    """On the disk, with what is not yet checkpointed."""
    frames: int = 0
    oldest: float = 0.0
    """Wall clock time of the oldest frame; 0 where there is none."""
    newest: float = 0.0
    """Wall clock time of the newest frame; 0 where there is none."""
    letters: int = 0
    """Dead letters."""
    newest_letter: float = 0.0
    """Wall clock time when the newest of them was set aside; 0 where there is none."""


def holding(folder: Path, source: str) -> Holding:
    """Return what a source's journal holds. Raise `sqlite3.Error` when it cannot be read."""
    log, _, file = with_log(journal_path(folder, source))
    with reading(folder, source) as base:
        return Holding(
            bytes=sum(one.stat().st_size for one in (file, log) if one.exists()),
            frames=_first(base, FRAMES),
            oldest=_first(base, OLDEST),
            newest=_first(base, NEWEST),
            letters=_first(base, LETTERS),
            newest_letter=_first(base, LETTER),
        )


def _first(base: sqlite3.Connection, question: str) -> Any:
    return (base.execute(question).fetchone() or (0,))[0]


class Size:
    """Says how much the journal of a participant holds."""

    def __init__(self, journals: Journals, source: str, tasks: TaskGroup) -> None:
        self._journals = journals
        self._source = source
        self._tasks = tasks
        self._held: Report = {}
        self._due = 0.0

    def report(self) -> Report:
        """Return what was found last, nothing at first; look again when that is a while ago."""
        if time.monotonic() >= self._due:
            self._due = float("inf")
            self._tasks.start_soon(self._look)
        return self._held

    async def _look(self) -> None:
        begun = time.monotonic()
        try:
            held = await self._journals.ask(holding, self._source)
        except TROUBLE:
            self._held = {}  # it is being mended, or its disk is gone: its writer says so
        else:
            self._held = msgspec.structs.asdict(held)
        now = time.monotonic()
        self._due = now + max(EVERY_SECONDS, SHARE * (now - begun))
