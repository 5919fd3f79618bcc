"""What a page was told, what was to be seen and heard at it, and whether any of that was stale."""

import math
import time
from collections.abc import Callable, Iterable
from typing import Literal

import msgspec

from schemas import TurnStarted, VisitEnded
from services.display.messages import ToPage

LATE = 1.0
"""Seconds that news of a turn may take to a page."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One message of the server."""

    page: str
    at: float
    """The machine's monotonic clock when it came; events carry the same clock."""
    message: ToPage
    """Previews come without their picture."""


class Seen(msgspec.Struct, kw_only=True):
    """Something that was to be seen or heard at a page."""

    kind: Literal["preview", "shown", "playing", "speaking", "reading"]
    """A preview, a picture, a soundscape or music, a sentence that is heard, one that is only read."""
    page: str
    id: str
    """Of the event that brought it; of the request, for a preview."""
    visit: str
    turn: int
    text: str = ""
    """The sentence, or what is on the picture."""
    url: str = ""
    """Where the page found it."""
    began: float
    """The machine's monotonic clock, whatever a clock that can be put forward says."""
    ended: float = math.inf
    """When a sentence was over, or was silenced."""

    @property
    def last(self) -> float:
        """When it was last brought on: while a sentence goes on, or when a picture or a sound took its place."""
        return min(self.ended, time.monotonic()) if self.kind in ("speaking", "reading") else self.began


Noted = Callable[[Told | Seen], None]
"""Takes each entry as it is made; returns at once."""


class Record:
    """Everything that happened at one page, in order."""

    def __init__(self, page: str, noted: Noted) -> None:
        self.page, self.noted = page, noted
        self.told: list[Told] = []
        self.seen: list[Seen] = []

    def tell(self, message: ToPage) -> None:
        """Note a message."""
        self.told.append(Told(page=self.page, at=time.monotonic(), message=message))
        self.noted(self.told[-1])

    def see(self, seen: Seen) -> Seen:
        """Note something that begins to be seen or heard now."""
        self.seen.append(seen)
        self.noted(seen)
        return seen


def stale(seen: Iterable[Seen], ends: Iterable[TurnStarted | VisitEnded], late: float = LATE) -> list[Seen]:
    """Return what was to be seen or heard although its turn had been over for more than `late` seconds.

    `ends` are the turns and ends of visits as the bus had them, so that pages are not judged by what they were told.
    """
    over = [(end.visit, math.inf if isinstance(end, VisitEnded) else end.turn, end.clock + late) for end in ends]
    return [
        each
        for each in seen
        if any(visit == each.visit and turn > each.turn and each.last > clock for visit, turn, clock in over)
    ]
