"""What the service asks of a painter."""

from typing import Protocol

import msgspec

from schemas import ImageRequest
from services.actor.backend import Backend


class Painting(msgspec.Struct, frozen=True, kw_only=True):
    """A finished picture."""

    data: bytes
    """The encoded file."""
    width: int
    height: int
    seed: int
    """The same request with this seed gives this picture, where the painter has SEEDS."""
    alt: str = ""
    """What is on it, for those who cannot see it."""
    suffix: str = ".jpg"
    media_type: str = "image/jpeg"
    made: dict[str, str | int | float] = {}
    """How it was made."""


class Progress(Protocol):
    """Hears how far a picture is. Called on the event loop."""

    def __call__(self, step: int, of: int, preview: bytes = b"", media_type: str = "image/jpeg") -> None: ...


class Painter(Backend, Protocol):
    """One way to make a picture. Capabilities: SEEDS, NEGATIVE_PROMPTS, PREVIEWS."""

    async def paint(self, request: ImageRequest, progress: Progress) -> Painting:
        """Return the picture. Raise Transient for one that came out black or all of one colour."""
        ...
