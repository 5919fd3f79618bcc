"""Soundscapes: what the place sounds like."""

import msgspec

from schemas.base import Asset, Reply, Report, Request


class SoundRequest(Request, tag="sound.request", frozen=True, kw_only=True):
    """Asks for a soundscape. Answered by `sound.ready`, `failed` or `cancelled`."""

    sounds: tuple[str, ...] = ()
    """What is to be heard, by name: `wind`, `rain`, `sea` …"""
    mood: str = ""
    """One word; it colours the whole."""
    seconds: float = 12.0
    """How long until it repeats."""
    seed: int | None = None
    """The same request with the same seed gives the same sound (capability SEEDS)."""


class SoundReady(Reply, tag="sound.ready", frozen=True, kw_only=True):
    """The soundscape that was asked for."""

    asset: Asset
    """The sound."""
    loop: bool = True
    """True when its end runs into its beginning without a seam."""
    report: Report = msgspec.field(default_factory=Report)
    """How it came about."""
