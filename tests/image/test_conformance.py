"""What must be true of a painter: the embedded one passes, and each check is failed by who breaks it."""

import io
import threading
import zlib
from typing import Self

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from schemas import ImageRequest
from services.actor.backend import BackendConfig
from services.actor.errors import Invalid
from services.image.config import PainterConfig
from services.image.conformance import PAINTER
from services.image.painter import Painting, Progress
from tests.trying import failures, outcomes, settings_of

pytestmark = pytest.mark.anyio


class Dots:
    """Paints a cloud of dots, and does everything right."""

    name = "dots"
    capabilities = frozenset({"SEEDS", "NEGATIVE_PROMPTS", "PREVIEWS"})

    def __init__(self, _: BackendConfig) -> None: ...

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None: ...

    async def paint(self, request: ImageRequest, progress: Progress) -> Painting:
        """Return the picture."""
        if min(request.width, request.height) < 1:
            raise Invalid("there is nothing to paint on")
        seed = self.seed(request)
        progress(1, 2, self.file(seed, 32, 18))
        progress(2, 2)
        data = self.file(seed + zlib.crc32(self.words(request).encode()), request.width, request.height)
        return Painting(data=data, width=request.width, height=request.height, seed=seed)

    def seed(self, request: ImageRequest) -> int:
        """Return the number that decides."""
        return 5 if request.seed is None else request.seed

    def words(self, request: ImageRequest) -> str:
        """Return what else does."""
        return request.scene + request.negative_prompt

    def file(self, seed: int, width: int, height: int) -> bytes:
        """Return a picture as a file."""
        dots = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
        return encoded(dots)


def encoded(dots: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]", kind: str = "JPEG") -> bytes:
    """Return dots as a file."""
    file = io.BytesIO()
    Image.fromarray(dots).save(file, kind)
    return file.getvalue()


class Square(Dots):
    """Paints in multiples of eight, as models like it."""

    def file(self, seed: int, width: int, height: int) -> bytes:
        return super().file(seed, -(-width // 8) * 8, -(-height // 8) * 8)


class Portable(Dots):
    """Says that it is another kind of file."""

    def file(self, seed: int, width: int, height: int) -> bytes:
        return encoded(np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8), "PNG")


class Torn(Dots):
    """Gives away half a file."""

    def file(self, seed: int, width: int, height: int) -> bytes:
        return super().file(seed, width, height)[:300]


class Black(Dots):
    """Paints the night."""

    def file(self, seed: int, width: int, height: int) -> bytes:
        return encoded(np.full((height, width, 3), seed % 2, np.uint8))


class Deaf(Dots):
    """Hears no words."""

    capabilities = frozenset({"SEEDS", "PREVIEWS"})

    def words(self, _: ImageRequest) -> str:
        return ""


class Backward(Dots):
    """Counts backwards."""

    async def paint(self, request: ImageRequest, progress: Progress) -> Painting:
        progress(2, 2)
        return await super().paint(request, progress)


class Beyond(Dots):
    """Counts beyond its end."""

    async def paint(self, request: ImageRequest, progress: Progress) -> Painting:
        painting = await super().paint(request, progress)
        progress(3, 2)
        return painting


class Stray(Dots):
    """Tells of its progress on another thread."""

    async def paint(self, request: ImageRequest, progress: Progress) -> Painting:
        thread = threading.Thread(target=progress, args=(0, 2))
        thread.start()
        thread.join()
        return await super().paint(request, progress)


class Blank(Dots):
    """Claims previews, and shows none."""

    async def paint(self, request: ImageRequest, progress: Progress) -> Painting:
        return await super().paint(request, lambda step, of, *_: progress(step, of))


class Moody(Dots):
    """Claims seeds, and counts its pictures instead."""

    painted = 0

    def seed(self, _: ImageRequest) -> int:
        Moody.painted += 1
        return Moody.painted


class Settled(Dots):
    """Claims seeds, and has but one."""

    def seed(self, _: ImageRequest) -> int:
        return 7


class Secretive(Dots):
    """Does not tell the seed that it chose."""

    async def paint(self, request: ImageRequest, progress: Progress) -> Painting:
        painting = await super().paint(request, progress)
        return (
            painting
            if request.seed
            else Painting(data=painting.data, width=painting.width, height=painting.height, seed=9)
        )


class Willing(Dots):
    """Claims negative prompts, and paints what nobody wants."""

    def words(self, request: ImageRequest) -> str:
        return request.scene


class Endless(Dots):
    """Paints on nothing."""

    async def paint(self, request: ImageRequest, progress: Progress) -> Painting:
        return await super().paint(
            replace(request, width=max(1, request.width), height=max(1, request.height)), progress
        )


ODD = "odd sizes are kept"
BREAKS: dict[type, dict[str, str]] = {
    Square: {ODD: "217 x 143 pixels were asked for, 224 x 144 came"},
    Portable: {ODD: "says 'image/jpeg', and is image/png"},
    Torn: {ODD: "cannot be decoded"},
    Black: {ODD: "the picture is of one colour"},
    Deaf: {"other words give another picture": "two scenes give the same bytes"},
    Backward: {"progress goes forward": "the steps are [2, 1, 2]"},
    Beyond: {"progress goes forward": "says that it has done 3 of 2"},
    Stray: {"progress goes forward": "another thread"},
    Blank: {"previews can be seen": "no preview came"},
    Moody: {"seeds decide": "the same seed gives other bytes"},
    Settled: {"seeds decide": "another seed gives the same bytes"},
    Secretive: {"seeds decide": "does not bring the picture back"},
    Willing: {"what is unwanted is left out": "changes nothing"},
    Endless: {"wrong wishes are invalid": "was granted"},
}
ALL = (Square, Portable, Torn, Black)
"""Whose pictures are no good in any check."""


async def test_the_embedded_painter_passes() -> None:
    assert {outcome.state for outcome in await outcomes(PAINTER, PainterConfig())} == {"ok"}


async def test_a_painter_that_is_right_passes() -> None:
    assert await failures(PAINTER, settings_of(Dots)) == {}


@pytest.mark.parametrize("double", BREAKS, ids=lambda double: double.__name__)
async def test_each_check_is_failed_by_who_breaks_it(double: type) -> None:
    found = await failures(PAINTER, settings_of(double))
    assert [name for name, why in BREAKS[double].items() if why not in found[name]] == []
    assert found.keys() == BREAKS[double].keys() or double in ALL
