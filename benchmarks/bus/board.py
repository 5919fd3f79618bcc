"""What the processes of one measurement tell each other behind the bus's back: some numbers in shared memory.

A sender may be so many events ahead of its slowest reader. Nothing on the wire says so, and it is the same for all that
are compared, so that everybody is measured at zero loss.
"""

import mmap
import os
import select
import time
from collections.abc import Callable
from pathlib import Path

import anyio

SLOTS = 32
PORT, TOTAL, READY, HEARD = 0, 1, 8, 16
WINDOW = 2_048
"""Events that may be on their way."""
STEP = 64
"""A reader says after every so many events how far it is."""
HEARS, DONE = 1, 2
"""How it is with a reader."""
PATIENCE = 0.25
"""Seconds without news after which a sender goes on: what it waits for was dropped."""


class Board:
    """Numbers that all processes of a measurement see, and an event descriptor that wakes the sender."""

    def __init__(self, folder: Path, bell: int, window: int) -> None:
        path = folder / "board"
        with path.open("r+b" if path.exists() else "w+b") as file:
            file.truncate(SLOTS * 8)
            self.slots = memoryview(mmap.mmap(file.fileno(), SLOTS * 8)).cast("q")
        self.bell = bell
        self._ring = max(1, window // 8)
        self._next = self._ring

    def wait(self, slot: int) -> int:
        """Return the number in a slot once it is there. It blocks."""
        while not self.slots[slot]:
            time.sleep(0.001)
        return self.slots[slot]

    def all_are(self, state: int, readers: int) -> bool:
        """Say whether all readers have come so far."""
        return min(self.slots[READY : READY + readers]) >= state

    async def until(self, true: Callable[[], bool]) -> None:
        """Return when something is true of the numbers, which nobody announces."""
        while not true():  # noqa: ASYNC110
            await anyio.sleep(0.005)

    async def until_all_are(self, state: int, readers: int) -> None:
        """Return when all readers have come so far."""
        await self.until(lambda: self.all_are(state, readers))

    def slowest(self, readers: int) -> int:
        """Return the newest number that all readers have in hand."""
        return min(self.slots[HEARD : HEARD + readers])

    def note(self, reader: int, number: int) -> None:
        """Say how far a reader is."""
        self.slots[HEARD + reader] = number
        if number >= self._next:
            self._next = number + self._ring
            os.eventfd_write(self.bell, 1)


class Credit:
    """How far a sender may go."""

    def __init__(self, board: Board, readers: int, window: int) -> None:
        """A window of 0 has no end."""
        self._board = board
        self._readers = readers
        self._window = window
        self._heard = 0
        self._since = time.monotonic()

    async def grant(self, number: int) -> None:
        """Return when everything up to a number may be sent."""
        while not self._allows(number):
            with anyio.move_on_after(PATIENCE):
                await anyio.wait_readable(self._board.bell)
                os.eventfd_read(self._board.bell)

    def grant_blocking(self, number: int) -> None:
        """Return when everything up to a number may be sent. It blocks."""
        while not self._allows(number):
            if select.select([self._board.bell], [], [], PATIENCE)[0]:
                os.eventfd_read(self._board.bell)

    def _allows(self, number: int) -> bool:
        heard = self._board.slowest(self._readers)
        if not self._window or number - heard <= self._window:
            return True
        now = time.monotonic()
        if heard != self._heard:
            self._heard, self._since = heard, now
        return now - self._since > PATIENCE
