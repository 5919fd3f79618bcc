"""Visits, as the journals have them."""

from typing import NamedTuple

from bus import history
from schemas import Event, TurnStarted, VisitEnded, VisitStarted
from services.console.installation import Installation
from services.console.refusal import Refusal

MANY = 100_000
"""Events of one visit, or visits; more than there are."""
NEWEST = "newest"
"""How the newest visit can be called."""


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


def visit_named(installation: Installation, typed: str) -> str:
    """Return the visit that is meant by its name, a part of it, or `newest`. Raise Refusal when that is unclear."""
    known = newest_visits(installation, MANY)
    if typed == NEWEST and known:
        return known[0].visit
    found = [each.visit for each in known if typed in each.visit]
    if typed in found or len(found) == 1:
        return typed if typed in found else found[0]
    if found:
        raise Refusal(f"{len(found)} visits have {typed!r} in their names: {', '.join(found[:3])} …")
    raise Refusal(f"no visit {typed!r} is in the journals of {installation.name}; {nearest(installation)}")


def events_of(installation: Installation, visit: str) -> list[Event]:
    """Return everything of a visit, and the words that led to it, oldest first."""
    found = history.read(installation.journals, history.Query(visit=visit, limit=MANY))
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
