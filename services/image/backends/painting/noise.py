"""Noise: a few large seamless fields, made once, of which every picture cuts its own pieces."""

from functools import cache
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image

Plane: TypeAlias = npt.NDArray[np.floating[Any]]
"""A value for every pixel. Made in 32 bits: half the memory, twice the speed."""
Kind: TypeAlias = Literal["cloud", "rough", "fine"]

SIDE = 1024
"""Of a field, in its own pixels; a power of two, so that wrapping is a bit mask."""

_FALLOFF: dict[Kind, tuple[float, float, float]] = {
    "cloud": (1.75, 2.0, 400.0),
    "rough": (1.1, 6.0, 500.0),
    "fine": (0.3, 70.0, 260.0),
}
"""Per kind: how fast the waves get weaker as they get shorter, and the longest and the shortest wave (per side)."""


@cache
def field(kind: Kind) -> Plane:
    """A seamless square of noise with mean 0 and deviation 1. It is shared: read only."""
    power, low, high = _FALLOFF[kind]
    rng = np.random.default_rng(sum(kind.encode()))
    across, down = np.fft.rfftfreq(SIDE) * SIDE, np.fft.fftfreq(SIDE) * SIDE
    wave = np.hypot(across[None, :], down[:, None])
    strength = np.where((wave >= low) & (wave <= high), np.maximum(wave, 1.0) ** -power, 0.0)
    waves = np.fft.irfft2(np.fft.rfft2(rng.standard_normal((SIDE, SIDE))) * strength)
    made: npt.NDArray[np.float32] = (waves / waves.std()).astype(np.float32)
    made.setflags(write=False)
    return made


def resized(plane: Plane, shape: tuple[int, int]) -> Plane:
    """The plane stretched smoothly to a shape."""
    if plane.shape == shape:
        return plane
    image = Image.fromarray(np.ascontiguousarray(plane))
    return np.asarray(image.resize((shape[1], shape[0]), Image.Resampling.BICUBIC), dtype=np.float32)


def cut(kind: Kind, rng: np.random.Generator, shape: tuple[int, int], span: tuple[float, float]) -> Plane:
    """A random piece of a field, `span` field pixels high and wide, stretched to `shape`.

    The piece depends on the generator and the span alone, so a small picture shows what a large one shows.
    """
    top, left = (int(start) for start in rng.integers(0, SIDE, 2))
    rows = (top + np.arange(max(2, round(span[0])))) & (SIDE - 1)
    columns = (left + np.arange(max(2, round(span[1])))) & (SIDE - 1)
    return resized(field(kind)[np.ix_(rows, columns)], shape)


def line(kind: Kind, rng: np.random.Generator, count: int, span: float) -> Plane:
    """A random row of a field, `span` field pixels long, at `count` places."""
    row, start = (int(value) for value in rng.integers(0, SIDE, 2))
    places = (start + np.linspace(0.0, span, count)) % SIDE
    values = field(kind)[row]
    row_line: Plane = np.interp(places, np.arange(SIDE + 1), np.append(values, values[0])).astype(np.float32)
    return row_line


def look_up(kind: Kind, across: Plane, down: Plane) -> Plane:
    """The field between its pixels, wrapping."""
    table = field(kind).ravel()
    left, top = np.floor(across), np.floor(down)
    right_share, low_share = across - left, down - top
    x, y = left.astype(np.int64) & (SIDE - 1), (top.astype(np.int64) & (SIDE - 1)) * SIDE
    x2, y2 = (x + 1) & (SIDE - 1), ((top.astype(np.int64) + 1) & (SIDE - 1)) * SIDE
    upper = table.take(y + x) * (1 - right_share) + table.take(y + x2) * right_share
    lower = table.take(y2 + x) * (1 - right_share) + table.take(y2 + x2) * right_share
    found: Plane = upper * (1 - low_share) + lower * low_share
    return found


def smooth(low: float, high: float, value: Plane) -> Plane:
    """0 below `low`, 1 above `high`, an S in between (`low` may be the larger one)."""
    step: Plane = np.clip((value - low) / (high - low), 0.0, 1.0)
    return step * step * (3.0 - 2.0 * step)
