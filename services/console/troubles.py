"""What is wrong with a bus, one line for each thing."""

from collections.abc import Collection, Iterator

from services.catalogue import service_names
from services.console.columns import times
from services.console.installation import Installation
from services.console.journals import Shelf, since
from services.console.supervision import Supervision
from services.console.traffic import Participant

COUNTED = (
    ("never_recorded", "event", "gave up {} that its journal had no room for"),
    ("lost", "gap", "met {} that no journal could close"),
    ("undeclared", "event", "dropped {} of topics that their senders had not declared"),
    ("bad_frames", "frame", "dropped {} that could not be read"),
)
"""What a participant counts and should never have to: the field, what it counts, and what that means."""
DAMAGED = ".damaged-"
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
    for field, what, words in COUNTED:
        number = getattr(each, field)
        if number:
            yield f"{each.name} {words.format(times(number, what))}"


def damaged(shelves: Collection[Shelf]) -> Iterator[str]:
    """Yield what is wrong with journals, and what was until somebody removes the file that tells of it."""
    for each in shelves:
        if each.trouble:
            yield f"the journal of {each.source} cannot be read: {each.trouble}"
        for name in each.aside:
            if DAMAGED in name:
                yield f"the journal of {each.source} was damaged; what is whole is kept, the rest is journal/{name}"


def unopened(shelves: Collection[Shelf], now: float) -> Iterator[str]:
    """Yield that there are dead letters, while the newest of them is not old."""
    holders = [each for each in shelves if each.letters]
    newest = max((each.newest_letter for each in holders), default=0.0)
    if now - newest < FRESH:
        letters = times(sum(each.letters for each in holders), "dead letter")
        names = ", ".join(each.source for each in holders)
        yield f"{letters} ({names}), the newest {since(newest, now)}; `fantascope bus --letters` lists them"
