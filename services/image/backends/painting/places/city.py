"""The city: towers in the haze, a street between lit houses, and all of it on the wet ground."""

from dataclasses import dataclass

import numpy as np

from services.image.backends.painting.canvas import blend, colour
from services.image.backends.painting.cast import paint_set
from services.image.backends.painting.drawings import library
from services.image.backends.painting.figure import put
from services.image.backends.painting.houses import WALLS, shine_out
from services.image.backends.painting.noise import Plane, cut
from services.image.backends.painting.places.setting import Setting, heaven
from services.image.backends.painting.plan import Role
from services.image.backends.painting.sky import spot
from services.image.backends.painting.stage import Stage
from services.image.backends.painting.standing import Stand
from services.image.backends.painting.stencil import Stencil, outline
from services.image.backends.painting.terrain import mist
from services.image.backends.painting.water import lay_water

_NEARER = 0.62
"""How much smaller each house of the street is than the one before it."""
_BLOCK = outline("-1 0, -1 1, 1 1, 1 0")
_PANE = ((0.0, 0.0), (0.16, 0.0), (0.16, 0.10), (0.0, 0.10))


@dataclass(frozen=True)
class Front:
    """A house front in perspective: u, foot and top of its near and of its far edge."""

    near: tuple[float, float, float]
    far: tuple[float, float, float]

    def place(self, share: float, rise: float) -> tuple[float, float]:
        """The place that lies so far along the front and down from its top."""
        u, foot, top = (one + (other - one) * share for one, other in zip(self.near, self.far, strict=True))
        return u, top + (foot - top) * rise


def city(stage: Stage) -> None:
    """The skyline, the street, and its image in the pavement."""
    heaven(stage)
    for number, (tall, far, count) in enumerate(((0.32, 0.70, 34), (0.42, 0.48, 24))):
        _skyline(stage, (tall, far), count, stage.rng(f"skyline {number}"))
        mist(stage, stage.horizon - 0.02, 0.07, 0.34, f"smog {number}")
    _street(stage)
    stage.back = np.full(stage.canvas.width, stage.horizon + 0.02, dtype=np.float32)
    paint_set(stage)
    _pavement(stage)
    stage.water = None
    stage.ground = np.full(stage.canvas.width, 0.85, dtype=np.float32)


def _skyline(stage: Stage, depth: tuple[float, float], count: int, rng: np.random.Generator) -> None:
    """Towers in one depth (height, haze), with their windows."""
    canvas, (tall, far) = stage.canvas, depth
    foot = min(1.0, stage.horizon + 0.05)
    walls = Stencil(canvas, 0.0, foot)
    for u in rng.uniform(-0.03, 1.03, count).tolist():
        wide, high = float(rng.uniform(0.014, 0.034)), tall * float(rng.uniform(0.25, 1.0)) ** 1.5 + 0.05
        walls.stamp(_BLOCK, (u, foot), (wide, high))
        kind = rng.random()
        if kind < 0.3:
            walls.stamp(_BLOCK, (u, foot - high), (wide * 0.6, 0.03))
            walls.line([(u, foot - high - 0.03), (u, foot - high - 0.075)], 0.0025)
        elif kind < 0.5:
            walls.polygon([(u - wide, foot - high), (u, foot - high - 0.05), (u + wide, foot - high)])
    mask = walls.mask()
    canvas.mix(stage.tone("#4f5566", 0.35, far), mask, walls.at)
    if stage.plan.dark or stage.plan.weather:
        _grid(stage, mask, walls.at, far, rng)


def _grid(stage: Stage, mask: Plane, at: tuple[int, int], far: float, rng: np.random.Generator) -> None:
    """A grid of windows, some lit."""
    step = max(3.0, stage.canvas.height * 0.0115)
    rows = (np.arange(mask.shape[0]) / step)[:, None]
    columns = (np.arange(mask.shape[1]) / (step * 0.8))[None, :]
    counts = (int(1080 / 8) + 2, int(stage.canvas.aspect * 1080 / 6) + 2)
    bright = rng.random(counts).astype(np.float32)[rows.astype(int) % counts[0], columns.astype(int) % counts[1]]
    frame = ((rows % 1.0) > 0.35) & ((rows % 1.0) < 0.85) & ((columns % 1.0) > 0.25) & ((columns % 1.0) < 0.85)
    glow = (bright > 0.66) * frame * mask * (0.45 + bright * 0.5) * (1 - far * 0.45)
    stage.canvas.shine(colour("#ffce82"), glow, at)


def _street(stage: Stage) -> None:
    """Two rows of houses that run to the vanishing point, and street lamps."""
    rng, horizon = stage.rng("street"), stage.horizon
    for side in (-1.0, 1.0):
        for number in range(6, -1, -1):
            tall = float(rng.uniform(0.50, 0.80))
            edges = [_NEARER**number, _NEARER ** (number + 1)]
            near, far = ((0.5 + side * 0.62 * d, horizon + 0.34 * d, horizon - tall * d) for d in edges)
            _facade(stage, Front(near, far), min(0.62, 0.11 * number), rng)
    lamp = Role(library()["streetlamp"], "lamp")
    for number in range(4, 0, -1):
        depth = 0.60**number
        for side in (-1.0, 1.0):
            put(stage, lamp, Stand(0.5 + side * 0.46 * depth, horizon + 0.31 * depth, 0.50 * depth, 0.08 * number))


def _facade(stage: Stage, front: Front, far: float, rng: np.random.Generator) -> None:
    """One house front: its wall, a cornice, its windows."""
    canvas, dark = stage.canvas, stage.plan.dark
    top, foot = max(0.0, front.near[2] - 0.1), min(1.0, front.near[1] + 0.02)
    wall, edge, lit, dim = (Stencil(canvas, top, foot) for _ in range(4))
    wall.polygon([front.place(0, 1), front.place(0, 0), front.place(1, 0), front.place(1, 1)])
    sunny = (front.near[0] - 0.5) * stage.light.side < 0
    tone = stage.tone(WALLS[int(rng.integers(len(WALLS)))], 0.85 if sunny else 0.30, far)
    canvas.mix(blend(tone, stage.tones.shade, 0.22 if dark else 0.05), wall.mask(), wall.at)
    for rise in (0.0, 0.84):
        edge.line([front.place(-0.02, rise), front.place(1.02, rise)], 0.012 * (1 - far))
    canvas.mix(blend(tone, stage.tones.light, 0.25), edge.mask() * 0.7, edge.at)
    for row in np.linspace(0.08, 0.70, 5):
        for column in (0.16, 0.44, 0.72):
            shines = rng.random() < (0.55 if dark else 0.10)
            (lit if shines else dim).polygon([front.place(column + x, float(row) + y) for x, y in _PANE])
    shine_out(stage, lit, dim, far, 0.014)


def _pavement(stage: Stage) -> None:
    """Stones that mirror the street, the more the wetter they are."""
    canvas, top = stage.canvas, stage.horizon + 0.03
    wet = bool(stage.plan.weather & {"rain", "storm"})
    lay_water(stage, top, 1.0, 0.16, "#20242c" if not stage.plan.winter else "#8a96a8")
    stone = stage.tone("#6a6870" if not stage.plan.winter else "#e6ecf6", 0.6)
    first = canvas.row(top)
    y = np.maximum(canvas.down(first) - top, 0.004)
    slabs = cut("rough", stage.rng("slabs"), (len(y), canvas.width), (120, 160 * canvas.aspect)) * 0.06
    joints = (np.abs((0.30 / y) % 1.0 - 0.5) > 0.44) * np.clip(y * 6, 0, 1)
    dry = 0.90 if stage.plan.winter else 0.36 if wet else 0.74
    dull = np.clip(dry + slabs - 0.10 * joints, 0.0, 1.0)
    canvas.mix(stone, dull * np.clip((y - 0.004) * 30, 0, 1), (first, 0))


def city_frame(stage: Stage) -> None:
    """Drops of light on the lens where lamps are near."""
    if not stage.plan.dark:
        return
    rng = stage.rng("bokeh")
    for u, share in rng.random((9, 2)).tolist():
        spot(stage.canvas, (u, 0.5 + share * 0.5), float(rng.uniform(0.012, 0.03)), colour("#ffb460"), 0.10)


CITY = Setting(0.56, city, city_frame)
