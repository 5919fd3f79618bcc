"""Which turn each visit is in, and therefore what is stale."""

import sys

from bus import Bus
from schemas import Event, TurnStarted, VisitEnded

ENDED = sys.maxsize


class Turns:
    """The highest turn seen on any event of each visit, in whatever order they came."""

    def __init__(self) -> None:
        self.newest: dict[str, int] = {}

    @classmethod
    async def read(cls, bus: Bus, *, limit: int = 200) -> "Turns":
        """Return the turns as the journals have them, for the newest `limit` turns and ends of visits."""
        turns = cls()
        for event in await bus.history(topics=("turn.started", "visit.ended"), limit=limit, newest=True):
            turns.note(event)
        return turns

    def note(self, event: Event) -> bool:
        """Take notice of an event; return whether it made older work worthless."""
        if not event.visit:
            return False
        turn = ENDED if isinstance(event, VisitEnded) else event.turn
        if turn <= self.newest.get(event.visit, 0):
            return False
        self.newest[event.visit] = turn
        if isinstance(event, TurnStarted) and len(self.newest) > 1000:
            self.newest.pop(next(iter(self.newest)))
        return True

    def stale(self, event: Event) -> bool:
        """Return whether a newer turn of the event's visit was seen, or the visit has ended."""
        return bool(event.visit) and event.turn < self.newest.get(event.visit, 0)
