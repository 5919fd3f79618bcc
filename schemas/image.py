"""Pictures: asked for, on their way, and ready."""

from typing import ClassVar

import msgspec

from schemas.base import Asset, Event, Lane, Reply, Report, Request


class ImageRequest(Request, tag="image.request", frozen=True, kw_only=True):
    """Asks for one picture. Answered by `image.ready`, `failed` or `cancelled`."""

    scene: str
    """What is to be seen."""
    mood: str = ""
    """One word for the light."""
    characters: tuple[str, ...] = ()
    """Who is in it, each with how they look."""
    negative_prompt: str = ""
    """What must not be in it (capability NEGATIVE_PROMPTS)."""
    width: int = 1280
    """Pixels."""
    height: int = 720
    """Pixels."""
    seed: int | None = None
    """The same request with the same seed gives the same picture (capability SEEDS)."""


class ImageProgress(Event, tag="image.progress", frozen=True, kw_only=True):
    """A picture on its way. `cause` is the request."""

    lane: ClassVar[Lane] = "live"
    step: int
    """Steps done."""
    of: int
    """Steps in all."""
    preview: bytes = b""
    """A small picture, encoded; empty when there is none yet."""
    media_type: str = "image/jpeg"
    """Of the preview."""


class ImageReady(Reply, tag="image.ready", frozen=True, kw_only=True):
    """The picture that was asked for."""

    asset: Asset
    """The picture."""
    alt: str = ""
    """What is on it, for those who cannot see it."""
    report: Report = msgspec.field(default_factory=Report)
    """How it came about."""
