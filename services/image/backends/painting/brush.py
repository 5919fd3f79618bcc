"""The brush: dabs of paint that follow a flow and never smear across an edge."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

from services.image.backends.painting.noise import Plane, cut
from services.image.backends.painting.stage import Stage

Bits: TypeAlias = npt.NDArray[np.uint8]
Whole: TypeAlias = npt.NDArray[np.signedinteger[Any]]

EDGE = 54
"""Levels, over all three colours, between neighbours that lie on two sides of an edge."""


@dataclass(frozen=True)
class Bristle:
    """One size of brush; sizes are in pixels of a picture 720 pixels high."""

    count: int
    length: float
    width: float
    hue: float = 4.5
    """How far a dab's colour may be off, in levels of 256."""
    value: float = 8.0
    """How far its brightness may be off."""


BROAD, FINE = Bristle(2600, 34.0, 8.0), Bristle(5200, 20.0, 4.2)


def worked(
    base: Image.Image, angle: Plane, bristles: tuple[Bristle, ...], unit: float, rng: np.random.Generator
) -> Plane:
    """The picture gone over with a brush; `angle` says which way, in any resolution. 0 to 255."""
    over = base.copy()
    pen = ImageDraw.Draw(over)
    source = np.asarray(base)
    height, width = source.shape[:2]
    for bristle in bristles:
        x, y = rng.random(bristle.count) * width, rng.random(bristle.count) * height
        off = rng.normal(0, bristle.hue, (bristle.count, 3)) + rng.normal(0, bristle.value, (bristle.count, 1))
        length = bristle.length * rng.uniform(0.5, 1.3, bristle.count) * unit * 0.5
        column, row = x.astype(int), y.astype(int)
        under = source[row, column].astype(np.float32)
        # In the dark a small difference shows as coloured noise.
        ink = np.clip(under + off * (0.35 + under.mean(axis=1, keepdims=True) / 200.0), 0, 255).astype(int)
        turn = angle[row * angle.shape[0] // height, column * angle.shape[1] // width]
        dx, dy = np.cos(turn) * length, np.sin(turn) * length
        calm = _calm(source, (row, column), (dx, dy))
        wide = max(1, round(bristle.width * unit))
        ends = np.column_stack([x - dx, y - dy, x + dx, y + dy])[calm].tolist()
        for place, (red, green, blue) in zip(ends, ink[calm].tolist(), strict=True):
            pen.line(place, fill=(red, green, blue), width=wide)
    return np.asarray(over.filter(ImageFilter.GaussianBlur(0.7 * unit)), dtype=np.float32)


def _calm(source: Bits, place: tuple[Whole, Whole], run: tuple[Plane, Plane]) -> npt.NDArray[np.bool_]:
    """Which dabs lie in one colour from end to end."""
    row, column = place
    middle = source[row, column].astype(np.int32)
    keep = np.ones(len(row), dtype=bool)
    for sign in (-1.0, 1.0):
        down = np.clip(row + sign * run[1], 0, source.shape[0] - 1).astype(int)
        across = np.clip(column + sign * run[0], 0, source.shape[1] - 1).astype(int)
        keep &= np.abs(source[down, across].astype(np.int32) - middle).sum(axis=1) < EDGE
    return keep


def brushwork(stage: Stage, amount: float) -> None:
    """Go over all that has been painted so far."""
    if amount <= 0.0:
        return
    canvas = stage.canvas
    over = worked(canvas.image(), _flow(stage), (BROAD, FINE), canvas.height / 720, stage.rng("brush"))
    for index in range(3):
        canvas.pixels[index] += (over[..., index] / 255.0 - canvas.pixels[index]) * amount


def _flow(stage: Stage) -> Plane:
    """Which way the brush goes: around the light, along water, over land as it comes."""
    canvas, light = stage.canvas, stage.light
    shape = (36, 64)
    turn = cut("cloud", stage.rng("flow"), shape, (70, 70 * canvas.aspect)) * 0.75
    v = (np.arange(shape[0], dtype=np.float32)[:, None] + 0.5) / shape[0]
    u = (np.arange(shape[1], dtype=np.float32)[None, :] + 0.5) / shape[1]
    across = (u - light.u) * canvas.aspect
    around = np.arctan2(v - light.v, across) + np.pi / 2
    near = np.exp(-np.hypot(v - light.v, across) * 4.5) * (v < stage.horizon) * (light.kind != "none")
    turned: Plane = turn * (1 - near) + around * near
    if stage.water is not None:
        turned = np.where((v > stage.water[0]) & (v < stage.water[1]), turn * 0.08, turned)
    return turned
