"""A step that was played, and what came of it."""

import time
from collections.abc import Awaitable

import msgspec


class Missed(Exception):
    """Raised when something did not come about as it should; further lines tell what did."""

    def __init__(self, text: str, *instead: str) -> None:
        super().__init__(text)
        self.instead = instead


class Done(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One step of a scenario, or a look at everything when all have been played."""

    step: int = 0
    """Which, from 1; 0 for a look."""
    line: int = 0
    """Of the file."""
    words: str
    """What it does or waits for."""
    seconds: float = 0.0
    """That it took."""
    failed: str = ""
    """What is wrong; empty when nothing is."""
    instead: tuple[str, ...] = ()
    """Lines on what came."""


async def timed(done: Done, deed: Awaitable[None]) -> Done:
    """Return a step with how long it took, and with what was missed in it."""
    begun = time.monotonic()
    missed = Missed("")
    try:
        await deed
    except Missed as error:
        missed = error
    seconds = round(time.monotonic() - begun, 2)
    return msgspec.structs.replace(done, seconds=seconds, failed=str(missed), instead=missed.instead)
