"""Reads a scenario; every mistake in it is told with its line and step before anything is played."""

import pkgutil
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from schemas import EVENTS, Event
from services.actor.config import existing
from services.actor.near import near
from services.actor.toml import ConfigError, TomlFile, lower_first
from services.catalogue import service_names
from services.console.build import BY_THE_BUS
from services.console.rehearsal.steps import VERBS, Act, Arrive, Inject, Kill, Leave, Never, Noise, Stall, Step, Wait
from services.console.rehearsal.wanted import Facts, Wanted, Wrong

NAME = re.compile(r"[a-z0-9]{4,32}")
SOMEBODY = "visitor"
"""Who is there when nobody arrives by name."""
NOISES = "services.audio.noises:NOISES"
"""Looked at only when there is a noise."""


class Head(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file."""

    title: str
    """What it is called."""
    shows: str = ""
    """In one line, what it shows."""
    language: str = ""
    """BCP 47 tag of what visitors say; where the project speaks another one, it is left out."""
    step: list[dict[str, Any]]
    """`[[step]]`, one after the other."""


class Cue(NamedTuple):
    """A step, ready to be played."""

    step: Step
    number: int = 0
    line: int = 0
    wanted: Wanted = Wanted("*")
    """What it waits for, if it does."""
    expect: Facts = {}
    event: Event = Event()
    """What it publishes, if it does."""


class Scenario(NamedTuple):
    """A scenario without mistakes."""

    path: Path
    title: str
    shows: str
    language: str
    cues: tuple[Cue, ...]

    @property
    def name(self) -> str:
        """What it is called on a command line."""
        return self.path.stem


class Mistakes(Exception):
    """Raised for a file that is no scenario; one line for each mistake."""

    def __init__(self, errors: Iterable[ConfigError]) -> None:
        self.lines = [str(error) for error in errors]
        super().__init__("\n".join(self.lines))


def read_scenario(path: Path) -> Scenario:
    """Return the scenario in a file. Raise Mistakes."""
    try:
        file = TomlFile(path)
        head = file.convert(Head)
    except ConfigError as error:
        raise Mistakes([error]) from error
    reading = Reading(file)
    cues = [cue for number, table in enumerate(head.step) for cue in reading.cues(number, table)]
    if reading.errors:
        raise Mistakes(reading.errors)
    return Scenario(path, head.title, head.shows, head.language, tuple(cues))


class Reading:
    """The steps of a file as they are read, and who has arrived by then."""

    def __init__(self, file: TomlFile) -> None:
        self.file = file
        self.errors: list[ConfigError] = []
        self.there: list[str] = []

    def cues(self, number: int, table: dict[str, Any]) -> list[Cue]:
        """Return what a step's table says to do, before it who has to be there; note what is wrong with it."""
        line = self.file.lines.get(("step", number), 0)
        try:
            try:
                cues = list(self._cues(self._step(number, table)))
            except Wrong as wrong:
                raise self.file.error(("step", number, *wrong.at), str(wrong)) from wrong
        except ConfigError as error:
            place = re.sub(r"^step\[\d+\]\.?", "", error.key)
            words = f"step {number + 1}" + (f": {place}" if place else "")
            text = re.sub("^object missing required field", "needs", error.text)
            self.errors.append(ConfigError(error.path, error.line, words, text))
            return []
        return [cue._replace(number=number + 1, line=line) for cue in cues]

    def _step(self, number: int, table: dict[str, Any]) -> Step:
        verbs = [key for key in table if key in VERBS]
        if not verbs:
            hint = next(filter(None, (near(key, VERBS) for key in table)), "")
            raise Wrong(f"has no verb{hint}; there is {', '.join(VERBS)}")
        if len(verbs) > 1:
            raise Wrong(f"a step has one verb, and this one has {' and '.join(verbs)}", (verbs[1],))

        def hook(kind: type, value: Any) -> Any:
            if kind is Path:
                return existing(self.file.path.parent, value)
            raise NotImplementedError(kind)

        return self.file.convert(VERBS[verbs[0]], data=table, at=("step", number), hook=hook)

    def _cues(self, step: Step) -> Iterator[Cue]:
        match step:
            case Arrive():
                yield self._arrival(step)
            case Leave():
                self._present("leave", step.leave)
                self.there.remove(step.leave)
                yield Cue(step)
            case Act():
                yield from self._act(step)
            case Wait() | Never():
                yield waiting(step)
            case Inject():
                yield injection(step)
            case Kill(kill=name) | Stall(stall=name):
                check_service(step, name)
                yield Cue(step)
            case _:
                yield Cue(step)

    def _arrival(self, step: Arrive) -> Cue:
        if not NAME.fullmatch(step.arrive):
            raise Wrong("a visitor is called by 4 to 32 small letters and digits", ("arrive",))
        if step.arrive in self.there:
            raise Wrong(f"{step.arrive} is there already", ("arrive",))
        self.there.append(step.arrive)
        return Cue(step)

    def _act(self, step: Act) -> Iterator[Cue]:
        if not self.there and not step.by:
            yield self._arrival(Arrive(arrive=SOMEBODY))
        who = step.by or self.there[-1]
        self._present("by", who)
        if isinstance(step, Noise):
            known = pkgutil.resolve_name(NOISES)
            if step.noise not in known:
                text = f"there is no such noise{near(step.noise, known)}; there is {', '.join(sorted(known))}"
                raise Wrong(text, ("noise",))
        yield Cue(msgspec.structs.replace(step, by=who))

    def _present(self, key: str, who: str) -> None:
        if who not in self.there:
            raise Wrong(f"nobody called {who!r} is there{near(who, self.there)}", (key,))


def waiting(step: Wait | Never) -> Cue:
    """Return a step that waits, with what it waits for."""
    with standing_at(type(step).__name__.lower()):
        wanted = Wanted(step.wait if isinstance(step, Wait) else step.never)
    with standing_at("where"):
        wanted.where = wanted.facts(step.where)
    with standing_at("expect"):
        return Cue(step, wanted=wanted, expect=wanted.facts(step.expect if isinstance(step, Wait) else {}))


@contextmanager
def standing_at(key: str) -> Iterator[None]:
    """Say under which key something stands that is wrong."""
    try:
        yield
    except Wrong as wrong:
        raise Wrong(str(wrong), (key, *wrong.at)) from wrong


def injection(step: Inject) -> Cue:
    """Return a step that publishes, with its event."""
    kind = EVENTS.get(step.inject)
    if kind is None:
        raise Wrong(f"no event has the topic {step.inject!r}{near(step.inject, EVENTS)}", ("inject",))
    for name in step.fields:
        if name in BY_THE_BUS:
            raise Wrong("the bus fills that in", ("fields", name))
        if name not in kind.__struct_fields__:
            raise Wrong(f"{step.inject} has no such field{near(name, kind.__struct_fields__)}", ("fields", name))
    try:
        return Cue(step, event=msgspec.convert(step.fields, kind))
    except msgspec.ValidationError as error:
        text, _, place = str(error).partition(" - at `$")
        raise Wrong(lower_first(text), ("fields", *re.findall(r"\w+", place))) from error


def check_service(step: Step, name: str) -> None:
    """Raise Wrong unless there is a service of that name."""
    known = service_names()
    if name not in known:
        text = f"no service is called {name!r}{near(name, known)}; there is {', '.join(known)}"
        raise Wrong(text, (type(step).__name__.lower(),))
