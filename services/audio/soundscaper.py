"""What the service asks of a maker of soundscapes."""

from typing import Protocol

import msgspec

from services.actor.backend import Backend


class Ambience(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A soundscape to be made."""

    sounds: tuple[str, ...]
    mood: str
    seconds: float
    seed: int
    own: dict[str, dict[str, float]] = {}
    """The project's own sounds: the levels of their layers."""
    loudness: float = -21.0
    """LUFS."""


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """What was made."""

    data: bytes
    """A sound file."""
    seconds: float
    made: dict[str, str | int | float] = {}
    """How it came to sound as it does."""
    loop: bool = True
    """True when its end runs into its beginning without a seam."""
    suffix: str = ".flac"
    media_type: str = "audio/flac"


class Soundscaper(Backend, Protocol):
    """Makes soundscapes."""

    async def surround(self, ambience: Ambience) -> Recording:
        """Return the soundscape."""
        ...
