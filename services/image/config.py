"""The `[image]` table: who paints, and with which colours."""

from pathlib import Path
from typing import Annotated, TypeAlias

import msgspec

from services.actor.backend import BackendConfig, Backends
from services.actor.config import QueueConfig, ServiceConfig

ColourCode: TypeAlias = Annotated[str, msgspec.Meta(pattern="^#[0-9a-fA-F]{6}$")]
"""Such as `#f2a97e`."""
PaletteCodes: TypeAlias = Annotated[tuple[ColourCode, ...], msgspec.Meta(min_length=4, max_length=12)]
"""The sky from its top down to the horizon (two colours or more), then the light, last the deepest shade."""
Share: TypeAlias = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]


class PainterConfig(BackendConfig, tag="painter", frozen=True, kw_only=True):
    """Paints with numbers alone: needs no model, no key and no network, and never fails."""

    factory = "services.image.backends.painter:ProceduralPainter"

    palettes: dict[str, PaletteCodes] = {}
    """Colours by mood; they replace the built-in ones, and bring moods of the project's own."""
    palette: PaletteCodes | None = None
    """Colours for every mood that has none in `palettes`."""
    words: dict[str, str] = {}
    """Words of the project's own, each with a word that the painter knows: `{selkie = "seal", wald = "forest"}`."""
    drawings: Path | None = None
    """A file with figures of the project's own, drawn as the built-in ones are."""
    brush: Share = 0.62
    """How much the brush shows."""
    grain: Annotated[float, msgspec.Meta(ge=0.0, le=4.0)] = 1.0
    """How rough the canvas is; 0 is smooth."""
    quality: Annotated[int, msgspec.Meta(ge=40, le=100)] = 90
    """Of the JPEG."""
    preview: Annotated[int, msgspec.Meta(ge=0, le=960)] = 320
    """Width of the preview in pixels; 0 for none."""


class ImageBackends(Backends, known=(PainterConfig,)):
    """The ways to make a picture."""


class Config(ServiceConfig, frozen=True, kw_only=True):
    """The `[image]` table."""

    backends: ImageBackends = msgspec.field(default_factory=lambda: ImageBackends((PainterConfig(),)))
    """The painters, in order of preference."""
    queue: QueueConfig = QueueConfig()
    """Its queue. One picture at a time: half a picture is worth nothing."""
