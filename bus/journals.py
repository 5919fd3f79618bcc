"""The journals of a folder, asked from an event loop."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, TypeVarTuple, Unpack

import anyio
import anyio.to_thread

from bus.journal.files import journal_path
from bus.names import NAME

T = TypeVar("T")
Args = TypeVarTuple("Args")


class Journals:
    """Puts every question in a worker thread."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._limit = anyio.CapacityLimiter(4)

    def hold(self, source: str) -> bool:
        """Say whether a source has a journal. Who has none is no participant, whatever a message says."""
        return NAME.fullmatch(source) is not None and journal_path(self.folder, source).exists()

    async def ask(self, question: Callable[[Path, Unpack[Args]], T], *args: *Args) -> T:
        """Return what a function of `bus.history` finds."""
        return await anyio.to_thread.run_sync(question, self.folder, *args, limiter=self._limit)
