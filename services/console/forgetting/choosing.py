"""What is to be forgotten: everything of some visits, and the words outside of them that led to them."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

import msgspec

from bus import history
from schemas import (
    Asset,
    Event,
    Forget,
    ImageReady,
    Reply,
    Request,
    SpeechFinal,
    SpeechStarted,
    TurnStarted,
    VisitEnded,
    VisitStarted,
)
from services.console.forgetting.texts import texts_of

MANY = 10_000_000
"""Events; more than journals hold."""
ANSWERED = 600.0
"""Seconds after which nobody answers words any more, also after a restart."""
SPEECH = ("speech.started", "speech.final")
OPENING = ("visit.started", "turn.started")


class Visit(msgspec.Struct, kw_only=True):
    """One visit, in figures."""

    visit: str
    began: float = float("inf")
    """Wall clock."""
    last: float = 0.0
    """Wall clock when it ended, or when something of it was said last."""
    turn: int = 0
    """Its newest turn."""
    events: int = 0
    turns: int = 0
    pictures: int = 0
    sounds: int = 0
    ended: bool = False

    def note(self, event: Event) -> None:
        """Count one event."""
        self.events += 1
        self.turn = max(self.turn, event.turn)
        self.turns += isinstance(event, TurnStarted)
        self.began = min(self.began, event.time)
        self.last = self.last if self.ended else max(self.last, event.time)
        self.ended = self.ended or isinstance(event, VisitEnded)
        if isinstance(asset := getattr(event, "asset", None), Asset):
            self.pictures += isinstance(event, ImageReady)
            self.sounds += asset.media_type.startswith("audio/")


class Choice(msgspec.Struct):
    """What goes."""

    visits: dict[str, Visit] = {}
    ids: set[str] = msgspec.field(default_factory=set)
    """Events outside of visits."""
    words: int = 0
    """How many of these are still there."""
    sources: set[str] = msgspec.field(default_factory=set)
    """Whose journals hold some of it."""
    requests: set[str] = msgspec.field(default_factory=set)
    """What files were made for."""
    answered: set[str] = msgspec.field(default_factory=set)
    paths: set[str] = msgspec.field(default_factory=set)
    """Of assets."""
    texts: set[bytes] = msgspec.field(default_factory=set)
    """What must be found nowhere afterwards."""

    @property
    def events(self) -> int:
        """How many events go."""
        return sum(each.events for each in self.visits.values()) + self.words

    @property
    def open(self) -> set[str]:
        """Requests that have no reply yet."""
        return self.requests - self.answered

    def take(self, event: Event) -> None:
        """Let an event go: of a visit, or of none."""
        if event.visit:
            self.visits.setdefault(event.visit, Visit(visit=event.visit)).note(event)
        else:
            self.ids.add(event.id)
            self.words += 1
        self.sources.add(event.source)
        self.texts.update(texts_of(event))
        if isinstance(event, Request):
            self.requests.add(event.id)
        if isinstance(event, Reply):
            self.answered.add(event.cause)
        if isinstance(asset := getattr(event, "asset", None), Asset):
            self.paths.add(asset.path)

    def take_all(self, events: Iterable[Event]) -> None:
        """Let some events go that are not gone yet."""
        for event in events:
            if event.id not in self.ids:
                self.take(event)


Choose = Callable[[], Choice]


class Words:
    """What was said outside of visits around some time, and to which visits it led."""

    def __init__(self, folder: Path, since: float, until: float) -> None:
        self._folder = folder
        around = partial(history.Query, since=max(0.0, since - ANSWERED), until=until + ANSWERED, limit=MANY)
        found = history.read(folder, around(topics=SPEECH))
        said = [event for event in found if isinstance(event, SpeechStarted | SpeechFinal) and not event.visit]
        self._said = {event.id: event for event in sorted(said, key=lambda event: event.time)}
        self._times = [event.time for event in self._said.values()]
        self.owners = {event.cause: event.visit for event in history.read(folder, around(topics=OPENING))}
        """By the id of what was said."""
        for event in said:
            if event.id in self.owners and event.cause:
                self.owners[event.cause] = self.owners[event.id]

    def between(self, since: float, until: float) -> list[SpeechStarted | SpeechFinal]:
        """Return what was said in this time."""
        first, end = bisect_left(self._times, since), bisect_right(self._times, until)
        return list(islice(self._said.values(), first, end))

    def behind(self, event_id: str) -> Iterator[Event]:
        """Yield what was said, and what led to that."""
        seen: set[str] = set()
        while event_id not in seen:
            seen.add(event_id)
            event = self._said.get(event_id) or history.get(self._folder, event_id)
            if not isinstance(event, SpeechStarted | SpeechFinal) or event.visit:
                return
            yield event
            event_id = event.cause


def of_visits(folder: Path, names: Iterable[str]) -> Choice:
    """Choose some visits, with the words that led to them, and what else was said into their microphones meanwhile."""
    choice = Choice()
    mics: dict[str, set[str]] = {}
    causes = set()
    for name in names:
        choice.visits[name] = Visit(visit=name)
        for event in history.read(folder, history.Query(visit=name, limit=MANY)):
            choice.take(event)
            if isinstance(event, VisitStarted | TurnStarted):
                mics.setdefault(name, set()).add(event.mic)
                causes.add(event.cause)
    known = [each for each in choice.visits.values() if each.events]
    if known:
        words = Words(folder, min(each.began for each in known), max(each.last for each in known))
        choice.take_all(event for cause in causes for event in words.behind(cause))
        for each in known:
            heard = [event for event in words.between(each.began, each.last) if event.mic in mics.get(each.visit, ())]
            choice.take_all(event for event in heard if words.owners.get(event.id, each.visit) in choice.visits)
    asked = {one for wish in asked_before(folder, choice.visits) for one in wish.ids}
    choice.take_all(found for one in asked if (found := history.get(folder, one)) and not found.visit)
    choice.ids |= asked
    return choice


class Window:
    """Chooses every visit of which anything was said between two moments, and every word that was said then."""

    def __init__(self, folder: Path, since: float, until: float) -> None:
        self.folder, self.since, self.until = folder, since, until
        self.visits: set[str] = set()
        """Those of an earlier look, too: of what goes as a whole, the last words may come when this time is over."""

    def __call__(self) -> Choice:
        """Return what goes."""
        words = Words(self.folder, self.since, self.until)
        said = words.between(self.since, self.until)
        self.visits |= history.visits(self.folder, self.since, self.until)
        self.visits.update(words.owners[one.id] for one in said if one.id in words.owners)
        choice = of_visits(self.folder, sorted(self.visits))
        choice.take_all(event for one in said for event in words.behind(one.id))
        return choice


def asked_before(folder: Path, visits: Collection[str]) -> list[Forget]:
    """Return earlier wishes to forget some visits, which may not have been fulfilled to their end."""
    found = history.read(folder, history.Query(topics=("forget",), limit=MANY))
    return [event for event in found if isinstance(event, Forget) and not set(visits).isdisjoint(event.visits)]
