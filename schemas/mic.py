"""Sound on its way from a microphone to the listener."""

from typing import ClassVar

from schemas.base import Event, Lane


class MicChunk(Event, tag="mic.chunk", frozen=True, kw_only=True):
    """A short stretch of sound. Never written to a disk."""

    lane: ClassVar[Lane] = "live"
    mic: str
    """Which microphone; one per page, card or file."""
    pcm: bytes
    """Signed 16-bit little-endian mono samples."""
    rate: int = 16000
    """Samples per second."""
    at: float = 0.0
    """Seconds from the start of this microphone's stream to the first sample."""
    last: bool = False
    """True when this microphone falls silent for good (closed, or the file ended)."""
