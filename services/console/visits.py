"""Visits, as the journals have them."""

from typing import NamedTuple

from bus import history
from schemas import Event, TurnStarted, VisitEnded, VisitStarted
from services.console.installation import Installation
from services.console.refusal import Refusal

MANY = 100_000
"""Events of one visit; more than any visit has."""


class Begun(NamedTuple):
    """A visit, in short."""

    visit: str
    time: float
    """Wall clock when it began."""
    words: str
    """What was said first."""


def newest_visits(installation: Installation, most: int) -> list[Begun]:
    """Return the newest visits, the newest first."""
    query = history.Query(topics=("turn.started",), limit=most * 8, newest=True)
    first: dict[str, TurnStarted] = {}
    for event in history.read(installation.journals, query):
        if isinstance(event, TurnStarted):
            first.setdefault(event.visit, event)
    found = [Begun(turn.visit, turn.time, turn.text) for turn in first.values()]
    return sorted(found, key=lambda each: -each.time)[:most]


def events_of(installation: Installation, visit: str) -> list[Event]:
    """Return everything of a visit, and the words that led to it, oldest first. Raise Refusal when there is nothing."""
    found = history.read(installation.journals, history.Query(visit=visit, limit=MANY))
    if not found:
        raise Refusal(f"no visit {visit!r} is in the journals of {installation.name}; {nearest(installation)}")
    causes = {event.cause for event in found if isinstance(event, VisitStarted | TurnStarted | VisitEnded)}
    known = {event.id for event in found}
    words: list[Event] = []
    for event_id in causes - known - {""}:
        event = history.get(installation.journals, event_id)
        if event is not None:
            words.append(event)
    return sorted([*words, *found], key=lambda event: event.time)


def nearest(installation: Installation) -> str:
    """Return which visit there is."""
    newest = newest_visits(installation, 1)
    return f"the newest is {newest[0].visit}" if newest else "nobody has come yet"
