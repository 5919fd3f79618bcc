"""Emblems: what nobody has drawn is a constellation of its own in the sky."""

import numpy as np

from services.image.backends.painting.canvas import blend, colour
from services.image.backends.painting.plan import number_of
from services.image.backends.painting.sky import spot
from services.image.backends.painting.stage import Stage
from services.image.backends.painting.stencil import Stencil


def paint_emblems(stage: Stage) -> None:
    """One constellation for each word; the same word always has the same shape."""
    sides = (-stage.light.side, stage.light.side)
    for word, side in zip(stage.plan.emblems, sides, strict=False):
        rng = np.random.default_rng(number_of(word))
        count = int(rng.integers(6, 10))
        angles = np.sort(rng.uniform(0, 2 * np.pi, count))
        reach = rng.uniform(0.45, 1.0, count) * 0.13
        u = 0.5 + side * 0.24 + np.cos(angles) * reach / stage.canvas.aspect * 1.25
        v = max(0.2, stage.horizon * 0.36) + np.sin(angles) * reach
        v = np.clip(v, 0.05, 0.9)
        _lines(stage, np.column_stack([u, v]), rng)
        tint = blend(stage.tones.light, colour("#ffffff"), 0.6)
        for x, y, size in zip(u, v, rng.uniform(0.0022, 0.0046, count), strict=True):
            spot(stage.canvas, (float(x), float(y)), float(size) * 5, stage.tones.light, 0.34)
            spot(stage.canvas, (float(x), float(y)), float(size), tint, 1.0)


def _lines(stage: Stage, stars: np.ndarray, rng: np.random.Generator) -> None:
    """Thin lines from star to star, and one across."""
    stencil = Stencil(stage.canvas)
    stencil.line(np.vstack([stars, stars[:1]])[: len(stars) + int(rng.integers(0, 2))].copy(), 0.0016)
    stencil.line(stars[[0, len(stars) // 2]].copy(), 0.0016)
    stage.canvas.shine(stage.tones.light, stencil.mask() * 0.55)
