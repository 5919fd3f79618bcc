"""What the tests of the image room share: a painter that is warm, pictures as numbers, and who listens to progress."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image

from schemas import ImageRequest
from services.image.backends.painter import ProceduralPainter
from services.image.config import PainterConfig
from services.image.painter import Painting

Pixels = npt.NDArray[np.float32]

SMALL = (320, 180)
"""Large enough to see what a picture is of, small enough to be painted in a moment."""


DONE: dict[tuple[str, str, int | None], Pixels] = {}
"""Pictures that were painted before: the same words and seed give the same picture."""


class Listener:
    """Remembers the progress that it hears of."""

    def __init__(self) -> None:
        self.steps: list[int] = []
        self.previews: list[bytes] = []

    def __call__(self, step: int, of: int, preview: bytes = b"", media_type: str = "image/jpeg") -> None:
        assert step <= of
        assert media_type == "image/jpeg"
        self.steps.append(step)
        self.previews += [preview] if preview else []


@asynccontextmanager
async def painter(config: PainterConfig | None = None) -> AsyncIterator[ProceduralPainter]:
    """Yield an open painter."""
    async with ProceduralPainter(config or PainterConfig(preview=0)) as opened:
        yield opened


def wish(scene: str, mood: str = "", seed: int | None = 7, size: tuple[int, int] = SMALL) -> ImageRequest:
    """Return a request for a small picture."""
    return ImageRequest(scene=scene, mood=mood, seed=seed, width=size[0], height=size[1])


async def painted(scene: str, mood: str = "", seed: int | None = 7, config: PainterConfig | None = None) -> Pixels:
    """Return a picture as rows, columns and colours, each from 0 to 1."""
    key = (scene, mood, seed)
    if config is None and key in DONE:
        return DONE[key]
    async with painter(config) as opened:
        picture = pixels(await opened.paint(wish(scene, mood, seed), Listener()))
    return DONE.setdefault(key, picture) if config is None else picture


def pixels(painting: Painting) -> Pixels:
    """Return the decoded picture."""
    found = shown(painting.data)
    assert found.shape == (painting.height, painting.width, 3)
    return found


def shown(data: bytes, size: tuple[int, int] | None = None) -> Pixels:
    """Return an encoded picture, shrunk if need be."""
    with Image.open(BytesIO(data)) as image:
        whole = image.convert("RGB")
    return np.asarray(whole.resize(size) if size else whole, dtype=np.float32) / 255.0


def apart(one: Pixels, other: Pixels) -> float:
    """Return the mean difference of two pictures, from 0 to 1."""
    return float(np.abs(one - other).mean())


def brightness(picture: Pixels) -> float:
    """Return the mean of a picture."""
    return float(picture.mean())


def warmth(picture: Pixels) -> float:
    """Return how much redder than blue a picture is."""
    return float((picture[..., 0] - picture[..., 2]).mean())


def colourfulness(picture: Pixels) -> float:
    """Return how far its colours are from grey."""
    return float((picture.max(axis=2) - picture.min(axis=2)).mean())
