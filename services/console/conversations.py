"""Who says what to whom: from what every service declares, and from what a project makes use of."""

from collections.abc import Collection, Iterable

import msgspec

from schemas import EVENTS, Event, Request
from services.actor import run
from services.catalogue import service_names, service_of
from services.console import hand
from services.console.settings import Settings

HAND = "hand"
"""Who speaks from a terminal. It may say anything; what is meant here is what commands say of themselves."""


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """One topic, and whom it concerns."""

    topic: str
    lane: str
    says: list[str]
    hears: list[str]
    unused: list[str]
    """Who might say or hear it, and does not in this project."""
    request: bool
    """Whether it asks for something."""

    @property
    def wrong(self) -> str:
        """What is wrong with it, or nothing. What nobody says because a project has no use for it may be heard."""
        if self.says and not self.hears:
            idle = f"; {', '.join(self.unused)} would, with other settings" if self.unused else ""
            return f"{self.topic}: {', '.join(self.says)} says it, and nobody hears it{idle}"
        if self.hears and not self.says and not self.unused:
            return f"{self.topic}: {', '.join(self.hears)} hears it, and nobody says it"
        if self.request and len(self.hears) > 1:
            return f"{self.topic}: {', '.join(self.hears)} would all answer it; a request is answered by one service"
        return "" if self.says or self.hears or self.unused else f"{self.topic}: nobody says it, and nobody hears it"


class Voice(msgspec.Struct, frozen=True):
    """What a participant may say and hear."""

    says: Collection[type[Event]]
    hears: Collection[type[Event]]
    unused: Collection[type[Event]] = ()


def voices(settings: Settings) -> dict[str, Voice]:
    """Return what every participant of a project may say and hear."""
    found = {HAND: Voice(hand.SAYS, hand.HEARS)}
    for name in service_names():
        service, config = service_of(name), settings.tables.get(name)
        found[name] = Voice(
            {*(service.says or ()), *run.SAYS}, {*(service.hears or ()), *run.HEARS}, config.unused() if config else ()
        )
    return found


def conversations(found: dict[str, Voice], kinds: Iterable[tuple[str, type[Event]]] = ()) -> list[Conversation]:
    """Return every topic with those whom it concerns, in alphabetical order."""
    return [conversation(topic, kind, found) for topic, kind in sorted(kinds or EVENTS.items())]


def conversation(topic: str, kind: type[Event], found: dict[str, Voice]) -> Conversation:
    """Return whom a topic concerns."""
    concerned = {name: each for name, each in found.items() if kind in each.says or kind in each.hears}
    used = {name: each for name, each in concerned.items() if kind not in each.unused}
    return Conversation(
        topic=topic,
        lane=kind.lane,
        says=[name for name, each in used.items() if kind in each.says],
        hears=[name for name, each in used.items() if kind in each.hears],
        unused=sorted(concerned.keys() - used.keys()),
        request=issubclass(kind, Request),
    )
