"""What every event carries, and what a request and a reply add to it."""

from typing import ClassVar, Literal, TypeVar

import msgspec

Lane = Literal["log", "live"]


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag_field="topic"):
    """An immutable statement. Its struct tag is its topic; fields a peer does not know are ignored by it.

    The bus fills in `id`, `time`, `clock` and `source` when the event is published; its maker gives the rest.
    """

    lane: ClassVar[Lane] = "log"
    """`log`: journaled, never lost. `live`: never journaled, only the newest are kept."""

    id: str = ""
    """`<source>:<seq>` on the log lane, `<source>~<count>` on the live lane."""
    time: float = 0.0
    """Wall clock when published, seconds since 1970. For people."""
    clock: float = 0.0
    """The machine's monotonic clock when published, seconds. For deadlines and ages; a restart sets it back."""
    source: str = ""
    """Name of the participant that published it."""
    visit: str = ""
    """The visit this belongs to; empty outside of any."""
    turn: int = 0
    """The turn of that visit this belongs to, from 1; 0 outside of any."""
    cause: str = ""
    """Id of the event that led to this one."""
    hand: str = ""
    """Who said it by hand, and with what: `anna@gallery: send`. The bus fills it in; empty for what services say."""


class Request(Event, frozen=True, kw_only=True):
    """Asks one service for one thing; gets exactly one terminal reply."""

    within: float = 30.0
    """Seconds, from being published, that an answer is still worth anything."""
    priority: int = 0
    """Higher is served first; among equals the older one."""
    supersedes: str = ""
    """A newer request with the same key makes this one worthless."""
    requires: frozenset[str] = frozenset()
    """Capabilities without which no answer is wanted."""
    prefers: frozenset[str] = frozenset()
    """Capabilities whose fields are dropped, and named in `degraded`, where a backend lacks them."""


class Reply(Event, frozen=True, kw_only=True):
    """A terminal reply. Its `cause` is the id of the request that it answers."""


class Report(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """How a result came about: which backend made it, at which attempt, and what went wrong on the way."""

    backend: str = ""
    """Name of the backend that made it."""
    model: str = ""
    """The model that the backend used, by name; empty where it needs none."""
    version: str = ""
    """Of the model, or of the program or library behind the backend."""
    config: str = ""
    """Short hash of the service's settings; the same settings give the same."""
    tier: int = 0
    """Its place in the chain, 0 for the preferred one."""
    attempts: int = 1
    """Calls made to backends until it succeeded."""
    errors: tuple[str, ...] = ()
    """`backend: ErrorClass: message` for every failed call, in order."""
    degraded: tuple[str, ...] = ()
    """Preferred capabilities that were dropped."""
    seconds: float = 0.0
    """Time in the backend's hands."""


class Asset(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A produced file."""

    path: str
    """Relative to the project's `assets` folder, with forward slashes."""
    media_type: str
    """Such as `image/jpeg` or `audio/wav`."""
    sha256: str
    """Of its bytes, hexadecimal."""
    size: int
    """Bytes."""
    width: int = 0
    """Pixels; 0 where there is no picture."""
    height: int = 0
    """Pixels; 0 where there is no picture."""
    seconds: float = 0.0
    """Duration; 0 where nothing sounds."""
    made: dict[str, str | int | float] = {}
    """How it was made: prompt, seed, model and whatever else shaped it."""


def topic_of(kind: type[Event]) -> str:
    """The topic of an event class, which is its struct tag."""
    tag = kind.__struct_config__.tag
    if not isinstance(tag, str):
        raise TypeError(f"{kind.__name__} is not an event with a topic")
    return tag


EventT = TypeVar("EventT", bound=Event)


def because(cause: Event, event: EventT) -> EventT:
    """Return `event` as a consequence of `cause`: of its visit and turn, with its id as the cause."""
    return msgspec.structs.replace(event, visit=cause.visit, turn=cause.turn, cause=cause.id)
