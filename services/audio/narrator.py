"""What the service asks of a voice."""

from typing import Protocol

import msgspec

from schemas import Mark
from services.actor.backend import Backend


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One sentence to be spoken."""

    text: str
    language: str
    """BCP 47 tag."""
    voice: str = ""
    """A voice of the backend, or a character; empty for the backend's own."""
    mood: str = ""
    pace: float = 1.0
    loudness: float = -18.0
    """LUFS."""


class Spoken(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence that was spoken."""

    data: bytes
    """A sound file."""
    seconds: float
    marks: tuple[Mark, ...] = ()
    """When each word is spoken."""
    voice: str = ""
    """Who spoke."""
    suffix: str = ".wav"
    media_type: str = "audio/wav"


class Narrator(Backend, Protocol):
    """A voice."""

    async def speak(self, line: Line) -> Spoken:
        """Return the sentence as sound. Raise Unsupported for a language that the voice does not have."""
        ...
