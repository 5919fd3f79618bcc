"""What is wrong with a bus, one line for each thing."""

from collections import Counter
from collections.abc import Collection, Iterator

from services.catalogue import service_names
from services.console.columns import times
from services.console.installation import Installation
from services.console.journals import Shelf
from services.console.letters import Dead
from services.console.supervision import Supervision
from services.console.traffic import Participant

FRESH = 86_400.0
"""Seconds for which a dead letter is something that is wrong, and not something that was."""


def troubles(installation: Installation, there: Collection[Participant]) -> list[str]:
    """Return what is wrong with the participants of a bus, and with those who should be and are not."""
    found = [line for each in there for line in complaints(each)]
    names = {each.name for each in there}
    missing = sorted(set(service_names()) - names) if Supervision.of(installation).pid() else []
    return [*(f"{name} is not on the bus; `fantascope status` says why" for name in missing), *found]


def complaints(each: Participant) -> Iterator[str]:
    """Yield what is wrong with one participant; the loudest first."""
    if not each.answers:
        yield f"{each.name} does not answer: it is stopped, or busy with something else"
    elif not each.tells and each.name in service_names():
        yield f"{each.name} says nothing of how it is"
    if each.message:
        yield f"{each.name}: {each.message}"
    elif each.unrecorded:
        yield f"{each.name}: {times(each.unrecorded, 'event')} left without being recorded"
    if each.lost:
        yield f"{each.name} met {times(each.lost, 'gap')} that no journal could close"
    if each.undeclared:
        yield f"{each.name} dropped {times(each.undeclared, 'event')} of topics that their senders had not declared"
    if each.bad_frames:
        yield f"{each.name} dropped {times(each.bad_frames, 'frame')} that could not be read"


def unreadable(shelves: Collection[Shelf]) -> list[str]:
    """Return what is wrong with journals."""
    return [f"the journal of {each.source} cannot be read: {each.trouble}" for each in shelves if each.trouble]


def unopened(letters: Collection[Dead], now: float) -> list[str]:
    """Return that there are new dead letters."""
    fresh = Counter(each.journal for each in letters if now - each.letter.time < FRESH)
    if not fresh:
        return []
    who = ", ".join(f"{name} {count}" for name, count in sorted(fresh.items()))
    return [f"{times(fresh.total(), 'dead letter')} within a day: {who}; `fantascope bus --letters` lists them"]
