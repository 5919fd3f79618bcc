"""Heaps of cloud: many round puffs, lit as one body."""

import numpy as np
import numpy.typing as npt

from services.image.backends.painting.canvas import Colour, blend, colour
from services.image.backends.painting.noise import Plane, cut, resized, smooth
from services.image.backends.painting.stage import Stage
from services.image.backends.painting.stencil import soft

Puffs = npt.NDArray[np.float64]
"""Rows of (u, v, radius in heights)."""

_COARSE = 3
"""Computed this much smaller: clouds are soft."""


def heap(rng: np.random.Generator, foot: tuple[float, float], size: tuple[float, float], aspect: float) -> Puffs:
    """The puffs of one heap that stands on `foot`, `size` heights wide and high."""
    count = int(40 + 110 * size[0])
    x = np.clip(rng.normal(0.0, 0.36, count), -1.0, 1.0)
    profile = np.exp(-((x / 0.55) ** 2)) * (0.65 + 0.35 * np.sin(x * 7.0 + rng.uniform(0, 6)))
    rise = rng.random(count) ** 0.8 * profile
    radius = size[1] * rng.uniform(0.10, 0.30, count) * (1.15 - 0.6 * rise)
    return np.column_stack([foot[0] + x * size[0] / aspect, foot[1] - rise * size[1], radius])


def lay_puffs(stage: Stage, puffs: Puffs, foot: float, far: float, subject: str) -> None:
    """Lay puffs as one cloud, bright towards the light, fading away below `foot`."""
    canvas = stage.canvas
    top = canvas.row(float((puffs[:, 1] - puffs[:, 2]).min()) - 0.02)
    bottom = canvas.row(foot + 0.05)
    shape = ((bottom - top) // _COARSE, canvas.width // _COARSE)
    if min(shape) < 2:
        return
    body = _body(puffs, shape, (top / canvas.height, bottom / canvas.height), canvas.aspect)
    rng = stage.rng(subject)
    ragged = cut("rough", rng, shape, (420 * shape[0] * _COARSE / canvas.height, 420 * canvas.aspect))
    body = _torn(body, ragged, rng, canvas.aspect)
    size = (bottom - top, canvas.width)
    v = canvas.down(top, bottom)
    rise = (foot - v) / max(foot - top / canvas.height, 0.02)
    lit = resized(_lit(stage, body, ragged), size) - 0.42 * np.clip(0.75 - rise, 0.0, 1.0)
    alpha = resized(smooth(0.003, 0.040, body), size) * smooth(foot + 0.045, foot - 0.02, v)
    low, high = _tones(stage, far)
    tone = low[:, None, None] + (high - low)[:, None, None] * np.clip(lit, 0.0, 1.0)[None]
    canvas.mix(tone, np.clip(alpha, 0.0, 1.0), (top, 0))


def _body(puffs: Puffs, shape: tuple[int, int], span: tuple[float, float], aspect: float) -> Plane:
    """How far the cloud bulges towards the onlooker in every place, in heights."""
    body = np.zeros(shape, dtype=np.float32)
    rows, columns = shape[0] / (span[1] - span[0]), shape[1]
    for u, v, radius in puffs:
        reach_x, reach_y = radius / aspect * columns, radius * rows
        x, y = u * columns, (v - span[0]) * rows
        left, right = max(0, int(x - reach_x)), min(shape[1], int(x + reach_x) + 2)
        top, bottom = max(0, int(y - reach_y)), min(shape[0], int(y + reach_y) + 2)
        if left >= right or top >= bottom:
            continue
        across = ((np.arange(left, right, dtype=np.float32) + 0.5 - x) / reach_x)[None, :]
        down = ((np.arange(top, bottom, dtype=np.float32) + 0.5 - y) / reach_y)[:, None]
        ball = np.sqrt(np.maximum(1.0 - across * across - down * down, 0.0)) * radius
        window = body[top:bottom, left:right]
        np.maximum(window, ball, out=window)
    return body


def _torn(body: Plane, ragged: Plane, rng: np.random.Generator, aspect: float) -> Plane:
    """The body pulled about by the wind, so that no puff stays a ball."""
    rows, columns = body.shape
    reach = 0.022 * columns / aspect
    pull = cut("rough", rng, body.shape, (160 * rows * aspect / columns, 160 * aspect))
    down = np.clip((np.arange(rows)[:, None] + ragged * reach * 0.12 + pull * reach * 0.3).astype(int), 0, rows - 1)
    right = np.clip((np.arange(columns)[None, :] + pull * reach * 0.6).astype(int), 0, columns - 1)
    torn = body[down, right]
    peak = max(float(torn.max()), 1e-6)
    return soft(torn / peak, 0.004 * columns / aspect + 0.4) * peak


def _lit(stage: Stage, body: Plane, ragged: Plane) -> Plane:
    """How bright each place is: turned to the light, and to the sky above."""
    steep = stage.canvas.height / _COARSE
    down, right = np.gradient(body * steep)
    side = stage.light.side if stage.light.kind != "none" else 0.0
    lit: Plane = 0.52 + 0.26 * np.tanh(down * 0.8) + 0.24 * np.tanh(right * side * 0.8) + ragged * 0.012
    return lit


def _tones(stage: Stage, far: float) -> tuple[Colour, Colour]:
    """The cloud's colour in the shade and in the light."""
    tones = stage.tones
    high = blend(blend(tones.light, colour("#ffffff"), 0.45), tones.sky[-1], 0.15)
    low = blend(tones.sky[min(1, len(tones.sky) - 1)], tones.sky[-2], 0.5)
    if stage.plan.hour == "day":
        low = low * np.float32(0.86)
    if stage.plan.hour in ("night", "moonlit"):
        high = blend(high, tones.sky[-2], 0.62)
    return blend(low, tones.haze, far * 0.8), blend(high, tones.haze, far * 0.7)
