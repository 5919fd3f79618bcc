"""The storyteller's voice."""

import msgspec

from schemas.base import Asset, Event, Reply, Report, Request


class Mark(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """When one word is spoken, and where it stands in the text."""

    start: float
    """Seconds from the beginning of the sound."""
    end: float
    """Seconds from the beginning of the sound."""
    offset: int
    """Index of its first character in the text."""
    length: int
    """Characters."""


class NarrationRequest(Request, tag="narration.request", frozen=True, kw_only=True):
    """Asks for a text to be spoken. Answered by `narration.ready`, `failed` or `cancelled`."""

    sentences: tuple[str, ...]
    """What to say; each becomes one part, so that the first can be heard while the next is made."""
    mood: str = ""
    """One word; a voice may follow it."""
    voice: str = ""
    """A voice of the backend; empty for the project's own."""
    language: str = ""
    """BCP 47 tag; empty for the project's own."""
    pace: float = 1.0
    """1 is the voice's natural pace, 2 twice as fast."""


class NarrationPart(Event, tag="narration.part", frozen=True, kw_only=True):
    """One spoken sentence. `cause` is the request."""

    part: int
    """Index of the sentence, from 0."""
    of: int
    """How many parts there will be."""
    text: str
    """What is said."""
    asset: Asset
    """The sound."""
    marks: tuple[Mark, ...] = ()
    """When each word is spoken."""
    report: Report = msgspec.field(default_factory=Report)
    """How it came about."""


class NarrationReady(Reply, tag="narration.ready", frozen=True, kw_only=True):
    """Every part has been spoken."""

    parts: tuple[str, ...] = ()
    """Ids of the `narration.part` events, in order."""
    seconds: float = 0.0
    """Duration of all parts together."""
    report: Report = msgspec.field(default_factory=Report)
    """How the last part came about, with the errors of all."""
