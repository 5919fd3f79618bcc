"""How a worst case came about: the turn that words have opened, or what led to a failure."""

from bus import history
from schemas import Event, SpeechFinal, TurnStarted
from services.console.installation import Installation
from services.console.lines import line_of
from services.console.provenance.finding import causes
from services.console.provenance.waterfall import waterfall
from services.console.visits import events_of


def trace_of(installation: Installation, width: int, event_id: str) -> list[str]:
    """Return the lines that tell of an event; none where it is in no journal."""
    event = history.get(installation.journals, event_id)
    if event is None:
        return []
    if isinstance(event, SpeechFinal):
        return turn_of(installation, width, event)
    return [line_of(step, width=width) for step in causes(installation, event)]


def turn_of(installation: Installation, width: int, words: SpeechFinal) -> list[str]:
    """Return the turn that some words have opened, drawn."""
    opened = history.read(installation.journals, history.Query(topics=("turn.started",), cause=words.id, limit=1))
    turn = opened[0] if opened else None
    if not isinstance(turn, TurnStarted):
        return [line_of(words, width=width)]
    steps: list[Event] = [event for event in events_of(installation, turn.visit) if event.turn == turn.turn]
    return waterfall([words, *(step for step in steps if step.id != words.id)], width)
