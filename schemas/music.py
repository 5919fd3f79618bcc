"""Music under the story."""

import msgspec

from schemas.base import Asset, Reply, Report, Request


class MusicRequest(Request, tag="music.request", frozen=True, kw_only=True):
    """Asks for music. Answered by `music.ready`, `failed` or `cancelled`."""

    mood: str = ""
    """One word for its mode, tempo and colour."""
    instruments: tuple[str, ...] = ()
    """What plays, by name; empty for the backend's choice."""
    seconds: float = 30.0
    """How long until it repeats."""
    seed: int | None = None
    """The same request with the same seed gives the same music (capability SEEDS)."""


class MusicReady(Reply, tag="music.ready", frozen=True, kw_only=True):
    """The music that was asked for."""

    asset: Asset
    """The sound."""
    loop: bool = True
    """True when its end runs into its beginning without a seam."""
    report: Report = msgspec.field(default_factory=Report)
    """How it came about."""
