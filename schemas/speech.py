"""What the listener hears a visitor say."""

from typing import ClassVar

import msgspec

from schemas.base import Event, Lane, Report


class Word(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One recognised word."""

    text: str
    start: float
    """Seconds from the start of the utterance."""
    end: float
    """Seconds from the start of the utterance."""
    confidence: float = 1.0
    """0 to 1."""


class SpeechStarted(Event, tag="speech.started", frozen=True, kw_only=True):
    """Somebody began to speak."""

    mic: str = ""
    """Which microphone."""


class SpeechPartial(Event, tag="speech.partial", frozen=True, kw_only=True):
    """The words so far. `cause` is the `speech.started`."""

    lane: ClassVar[Lane] = "live"
    mic: str = ""
    """Which microphone."""
    text: str
    """All words of the utterance so far."""
    stable: int = 0
    """How many leading words of `text` have stopped changing."""
    revision: int = 0
    """Counts up within the utterance."""


class SpeechFinal(Event, tag="speech.final", frozen=True, kw_only=True):
    """One whole utterance: recognised, typed into the page, or sent from a terminal."""

    mic: str = ""
    """Which microphone, page or hand it came from."""
    text: str
    """What was said, at most 2,000 characters are used."""
    words: tuple[Word, ...] = ()
    """With times, where they are known."""
    language: str = ""
    """BCP 47 tag such as `en`; empty when unknown."""
    confidence: float = 1.0
    """0 to 1."""
    spoken: float = 0.0
    """Seconds of speech; 0 when it was typed."""
    voiced: float = 0.0
    """Monotonic clock at the last voiced sample; 0 when it was typed."""
    report: Report = msgspec.field(default_factory=Report)
    """Which recogniser understood it; empty when it was typed."""
