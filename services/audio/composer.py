"""What the service asks of a maker of music."""

from typing import Protocol

import msgspec

from services.actor.backend import Backend
from services.audio.soundscaper import Recording


class Piece(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Music to be made."""

    mood: str
    instruments: tuple[str, ...]
    seconds: float
    seed: int
    loudness: float = -21.0
    """LUFS."""


class Composer(Backend, Protocol):
    """Makes music."""

    async def compose(self, piece: Piece) -> Recording:
        """Return the music."""
        ...
