"""Stencils: shapes with smooth edges, cut once and then laid on the canvas in any colour."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

from services.image.backends.painting.canvas import Canvas
from services.image.backends.painting.noise import Plane

Places = npt.NDArray[np.float64]
"""Rows of (u, v)."""

_FINE = 2


class Stencil:
    """A band of the canvas, from height `top` to `bottom`, that shapes are cut out of."""

    def __init__(self, canvas: Canvas, top: float = 0.0, bottom: float = 1.0) -> None:
        self._first = canvas.row(top)
        self._rows = max(1, canvas.row(bottom) - self._first)
        self._scale = np.array([canvas.width * _FINE, canvas.height * _FINE], dtype=np.float64)
        self._unit = canvas.height * _FINE
        self._sheet = Image.new("L", (canvas.width * _FINE, self._rows * _FINE))
        self._pen = ImageDraw.Draw(self._sheet)

    def polygon(self, places: Places | list[tuple[float, float]], ink: int = 255) -> None:
        """Cut out a polygon."""
        self._pen.polygon(self._spots(places), fill=ink)

    def polygons(self, shapes: Iterable[Places], ink: int = 255) -> None:
        """Cut out many polygons."""
        for places in shapes:
            self._pen.polygon(self._spots(places), fill=ink)

    def stamp(self, shape: Places, foot: tuple[float, float], size: tuple[float, float]) -> None:
        """Cut out a shape that stands on a place; `size` says how large its unit is across (in u) and up (in v)."""
        self.polygon(np.array(foot) + shape * (size[0], -size[1]))

    def line(self, places: Places | list[tuple[float, float]], width: float, ink: int = 255) -> None:
        """Cut a line; its width is in heights."""
        self._pen.line(self._spots(places), fill=ink, width=max(1, round(width * self._unit)))

    def disc(self, u: float, v: float, radius: float, ink: int = 255) -> None:
        """Cut a disc; its radius is in heights."""
        x, y = u * self._scale[0], v * self._scale[1] - self._first * _FINE
        r = max(radius * self._unit, 0.6)
        self._pen.ellipse((x - r, y - r, x + r, y + r), fill=ink)

    def _spots(self, places: Places | list[tuple[float, float]]) -> list[float]:
        spots = np.asarray(places, dtype=np.float64) * self._scale
        spots[:, 1] -= self._first * _FINE
        flat: list[float] = spots.ravel().tolist()
        return flat

    @property
    def at(self) -> tuple[int, int]:
        """Row and column of the mask on the canvas."""
        return self._first, 0

    def mask(self, blur: float = 0.0) -> Plane:
        """What was cut, from 0 to 1; `blur` is in heights."""
        small = self._sheet.reduce(_FINE)
        if blur:
            small = small.filter(ImageFilter.GaussianBlur(blur * self._unit / _FINE))
        return np.asarray(small, dtype=np.float32) / 255.0


def outline(text: str) -> Places:
    """A shape from its corners, `x y, x y ...`, y upwards."""
    return np.array([[float(value) for value in corner.split()] for corner in text.split(",")])


def moved(mask: Plane, down: int, right: int) -> Plane:
    """The mask shifted by pixels; its edges are drawn out, nothing wraps around."""
    rows = np.clip(np.arange(mask.shape[0]) - down, 0, mask.shape[0] - 1)
    columns = np.clip(np.arange(mask.shape[1]) - right, 0, mask.shape[1] - 1)
    return mask[rows[:, None], columns[None, :]]


def soft(mask: Plane, radius: float) -> Plane:
    """The mask blurred by a radius in pixels."""
    if radius < 0.3:
        return mask
    image = Image.fromarray((np.clip(mask, 0.0, 1.0) * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(radius))
    return np.asarray(image, dtype=np.float32) / 255.0
