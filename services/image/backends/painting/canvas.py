"""The canvas: three planes of light, and the ways to lay colour on them."""

from io import BytesIO
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image

from services.image.backends.painting.noise import Plane

Colour: TypeAlias = npt.NDArray[np.floating[Any]]
"""Red, green and blue, each from 0 to 1."""


def colour(code: str) -> Colour:
    """A colour from `#rrggbb`."""
    return np.array([int(code[at : at + 2], 16) / 255 for at in (1, 3, 5)], dtype=np.float32)


def blend(one: Colour, other: Colour, share: float) -> Colour:
    """The first colour with a share of the other."""
    return one + (other - one) * share


def luminance(tone: Colour) -> float:
    """How bright a colour looks."""
    return float(tone @ np.array([0.3, 0.59, 0.11], dtype=np.float32))


class Canvas:
    """A picture being painted. Places are in shares of its height (`v`, down) and width (`u`, right)."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.pixels: npt.NDArray[np.float32] = np.zeros((3, height, width), dtype=np.float32)

    @property
    def aspect(self) -> float:
        """Width in heights."""
        return self.width / self.height

    def row(self, v: float) -> int:
        """The pixel row at a height, inside the picture."""
        return min(max(round(v * self.height), 0), self.height)

    def across(self) -> Plane:
        """`u` of every column, as a row."""
        return ((np.arange(self.width, dtype=np.float32) + 0.5) / self.width)[None, :]

    def down(self, top: int = 0, bottom: int | None = None) -> Plane:
        """`v` of the rows from `top` to `bottom`, as a column."""
        rows = np.arange(top, self.height if bottom is None else bottom, dtype=np.float32)
        return ((rows + 0.5) / self.height)[:, None]

    def distance(self, u: float, v: float, flat: float = 1.0) -> Plane:
        """Of every pixel from a place, in heights; `flat` above 1 makes it reach further to the sides."""
        away: Plane = np.hypot((self.across() - u) * (self.aspect / flat), self.down() - v)
        return away

    def mix(self, tone: Colour | Plane, alpha: Plane | float, at: tuple[int, int] = (0, 0)) -> None:
        """Lay a colour (one, or one for each place) over the picture where `alpha` says, from row and column `at`."""
        region, share, inks = self._region(tone, alpha, at)
        for index in range(3):
            region[index] += share * (inks[index] - region[index])

    def shine(self, tone: Colour | Plane, alpha: Plane | float, at: tuple[int, int] = (0, 0)) -> None:
        """Add light as through a second projector: bright stays bright, dark lights up, nothing burns out."""
        region, share, inks = self._region(tone, alpha, at)
        for index in range(3):
            region[index] += share * inks[index] * np.maximum(1.0 - region[index], 0.0)

    def shade(self, tone: Colour | Plane, alpha: Plane | float, at: tuple[int, int] = (0, 0)) -> None:
        """Lay a glaze over the picture: it is multiplied with the colour."""
        region, share, inks = self._region(tone, alpha, at)
        for index in range(3):
            region[index] *= 1.0 - share * (1.0 - inks[index])

    def _region(
        self, tone: Colour | Plane, alpha: Plane | float, at: tuple[int, int]
    ) -> tuple[npt.NDArray[np.float32], Plane | float, list[Plane]]:
        """The part of the picture that `alpha` covers, with alpha and colour cut to it."""
        if isinstance(alpha, int | float):
            return self.pixels, alpha, list(tone)
        rows, columns = alpha.shape
        top, left = at
        inside = np.s_[max(0, -top) : max(0, self.height - top), max(0, -left) : max(0, self.width - left)]
        inks = [ink[inside] if ink.ndim and ink.shape == alpha.shape else ink for ink in tone]
        right = self.width if columns == 1 else max(0, left + columns)
        return self.pixels[:, max(0, top) : max(0, top + rows), max(0, left) : right], alpha[inside], inks

    def encoded(self, quality: int) -> bytes:
        """The picture as JPEG."""
        out = BytesIO()
        self.image().save(out, "JPEG", quality=quality)
        return out.getvalue()

    def image(self) -> Image.Image:
        """The picture in eight bits."""
        bits = np.empty((self.height, self.width, 3), dtype=np.uint8)
        for index, plane in enumerate(self.pixels):
            bits[..., index] = np.clip(plane, 0.0, 1.0) * 255.0 + 0.5
        return Image.fromarray(bits)
