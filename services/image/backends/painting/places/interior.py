"""The room: a tall window with the world outside, its light on the floor, shelves and a lamp."""

import numpy as np

from services.image.backends.painting.canvas import blend, colour
from services.image.backends.painting.cast import paint_set
from services.image.backends.painting.light import shafts
from services.image.backends.painting.noise import Plane, cut
from services.image.backends.painting.places.setting import Setting, heaven
from services.image.backends.painting.sky import spot
from services.image.backends.painting.stage import Stage, near_shade
from services.image.backends.painting.stencil import Stencil, outline
from services.image.backends.painting.terrain import Land, hill_line, lay_land
from services.image.backends.painting.trees import rim, tree_line
from services.image.backends.painting.weather import snowfall

_BOOKS = ("#8f3f34", "#3f5a6a", "#b08a4a", "#4a6a48", "#6a4a6a", "#c4b08a")
_LAMPSHADE = outline("-.3 1, .3 1, 1 0, -1 0")
_CURTAIN = outline("0 0, 0 1, 1 1, .62 .7, .40 .42, .55 .3, .5 0")
_SILL = 0.62


def interior(stage: Stage) -> None:
    """The world first, then the wall with a hole in it, then what stands in the room."""
    heaven(stage)
    crest = hill_line(stage, "outside", stage.horizon, 0.05)
    land = Land(
        crest, stage.tone("#7f9a80" if not stage.plan.winter else "#eef4fb", 0.6, 0.45), stage.tones.haze, 0.2, 0.05
    )
    lay_land(stage, land, "outside")
    tree_line(stage, crest, 0.07, 0.4, "outside trees")
    if stage.plan.winter:
        snowfall(stage)
    middle, half = 0.5 + stage.light.side * 0.15, 0.26 / stage.canvas.aspect
    _wall(stage, middle, half)
    _floor(stage, middle, half)
    _shelves(stage)
    _curtains(stage, middle, half)
    _lamp(stage)
    stage.ground = np.full(stage.canvas.width, 0.86, dtype=np.float32)
    stage.back = np.full(stage.canvas.width, 0.75, dtype=np.float32)
    paint_set(stage)
    shafts(stage, (middle, 0.10), 0.34)


def _wall(stage: Stage, middle: float, half: float) -> None:
    """The wall, bright around the window."""
    canvas = stage.canvas
    wall = Stencil(canvas)
    wall.polygon([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)])
    arch = np.linspace(np.pi, 0.0, 16)
    vault = np.column_stack([middle + np.cos(arch) * half, 0.24 - np.sin(arch) * 0.15])
    wall.polygon(np.vstack([[(middle - half, _SILL)], vault, [(middle + half, _SILL)]]), 0)
    for off in (-half / 3, half / 3):
        wall.line([(middle + off, 0.0), (middle + off, _SILL)], 0.007)
    for v in (0.25, 0.43):
        wall.line([(middle - half, v), (middle + half, v)], 0.006)
    wall.line([(middle - half * 1.12, _SILL + 0.006), (middle + half * 1.12, _SILL + 0.006)], 0.020)
    mask = wall.mask()
    plaster = cut("rough", stage.rng("plaster"), mask.shape, (200, 200 * canvas.aspect)) * 0.05
    reach = np.exp(-canvas.distance(middle, 0.45) * 1.5)
    dark = blend(stage.tone("#8a6a58", 0.3), stage.tones.shade, 0.40)
    bright = stage.tone("#d0a682", 0.85)
    canvas.mix(dark[:, None, None] + (bright - dark)[:, None, None] * (reach * (1 + plaster))[None], mask)
    canvas.shine(stage.tones.light, rim(stage, mask, 0.003) * 0.35)


def _floor(stage: Stage, middle: float, half: float) -> None:
    """Floorboards, and the window's light across them."""
    canvas = stage.canvas
    crest = np.full(canvas.width, 0.72, dtype=np.float32)
    lay_land(stage, Land(crest, stage.tone("#7a5640", 0.6), near_shade(stage, 0.5), 0.34, 0.06, 420), "floor")
    seams, beam = Stencil(canvas, 0.72, 1.0), Stencil(canvas, 0.72, 1.0)
    for u in np.linspace(-1.2, 2.2, 44):
        seams.line([(0.5 + (u - 0.5) * 0.62, 0.72), (0.5 + (u - 0.5) * 1.2, 1.0)], 0.002)
    canvas.shade(stage.tones.shade, seams.mask() * 0.5, seams.at)
    lean = -stage.light.side * 0.16
    for left in np.linspace(middle - half, middle + half / 3, 3) + 0.004:
        right, far, near = left + half * 2 / 3 - 0.008, lean * 0.3, lean * 1.5
        beam.polygon([(left + far, 0.75), (right + far, 0.75), (right + near, 0.97), (left + near, 0.97)])
    canvas.shine(stage.tones.light, beam.mask(0.004) * 0.55, beam.at)
    skirting = Stencil(canvas, 0.68, 0.74)
    skirting.line([(0.0, 0.711), (1.0, 0.711)], 0.022)
    canvas.mix(blend(stage.tone("#5a4236", 0.3), stage.tones.shade, 0.4), skirting.mask(), skirting.at)


def _shelves(stage: Stage) -> None:
    """Shelves of books on the darker wall."""
    canvas, rng = stage.canvas, stage.rng("shelves")
    left = 0.02 if stage.light.side > 0 else 0.68
    boards = Stencil(canvas, 0.0, 0.75)
    back = Stencil(canvas, 0.0, 0.75)
    back.polygon([(left, 0.06), (left + 0.30, 0.06), (left + 0.30, 0.70), (left, 0.70)])
    canvas.shade(blend(stage.tones.shade, stage.tone("#5a4030", 0.4), 0.5), back.mask() * 0.6, back.at)
    for v in (0.20, 0.36, 0.53, 0.695):
        _books(stage, (left + 0.008, left + 0.285), v, rng)
        boards.line([(left, v), (left + 0.30, v)], 0.012)
    for u in (left, left + 0.30):
        boards.line([(u, 0.06), (u, 0.72)], 0.014)
    boards.line([(left, 0.06), (left + 0.30, 0.06)], 0.016)
    mask = boards.mask()
    canvas.mix(blend(stage.tone("#6a4c38", 0.45), stage.tones.shade, 0.2), mask, boards.at)
    canvas.shine(stage.tones.light, rim(stage, mask, 0.002) * 0.35, boards.at)


def _books(stage: Stage, span: tuple[float, float], v: float, rng: np.random.Generator) -> None:
    """One row of books."""
    groups = [Stencil(stage.canvas, max(0.0, v - 0.14), v + 0.01) for _ in _BOOKS]
    u = span[0]
    while u < span[1]:
        wide, tall = float(rng.uniform(0.006, 0.014)), float(rng.uniform(0.07, 0.125))
        if rng.random() < 0.90:
            group = groups[int(rng.integers(len(groups)))]
            group.polygon([(u, v), (u, v - tall), (u + wide, v - tall), (u + wide, v)])
        u += wide + 0.0012
    for code, group in zip(_BOOKS, groups, strict=True):
        stage.canvas.mix(blend(stage.tone(code, 0.55), stage.tones.shade, 0.10), group.mask(), group.at)


def _curtains(stage: Stage, middle: float, half: float) -> None:
    """Curtains at both sides of the window."""
    canvas = stage.canvas
    cloth = Stencil(canvas, 0.0, 0.80)
    for side in (-1.0, 1.0):
        cloth.stamp(_CURTAIN, (middle + side * half * 1.30, 0.76), (-side * half * 0.62, 0.70))
    cloth.line([(middle - half * 1.5, 0.055), (middle + half * 1.5, 0.055)], 0.010)
    mask = cloth.mask()
    folds: Plane = 0.5 + 0.5 * np.sin(canvas.across() * canvas.aspect * 150)
    tint = ("#8f3a3a", "#3f5f6f", "#7a5f8a", "#8a7a3f")[int(stage.rng("curtain").integers(4))]
    low, high = blend(stage.tone(tint, 0.15), stage.tones.shade, 0.3), stage.tone(tint, 0.9)
    canvas.mix(low[:, None, None] + (high - low)[:, None, None] * (folds * 0.8 + mask * 0)[None], mask, cloth.at)


def _lamp(stage: Stage) -> None:
    """A lamp that hangs in the room."""
    canvas = stage.canvas
    u, v = 0.5 - stage.light.side * 0.12, 0.21
    cord = Stencil(canvas, 0.0, 0.3)
    cord.line([(u, 0.0), (u, v - 0.03)], 0.003)
    cord.stamp(_LAMPSHADE, (u, v + 0.010), (0.036 / canvas.aspect * 1.4, 0.050))
    canvas.mix(blend(stage.tone("#b8743a", 0.6), stage.tones.shade, 0.2), cord.mask(), cord.at)
    spot(canvas, (u, v + 0.016), 0.011, colour("#fff0c8"), 1.0)
    spot(canvas, (u, v + 0.03), 0.09, colour("#ffb45a"), 0.50)
    d = canvas.distance(u, v + 0.16, 1.3)
    canvas.shine(colour("#ff9f4a"), np.exp(-((d / 0.42) ** 2)) * (0.30 if stage.plan.dark else 0.14))


INTERIOR = Setting(0.50, interior)
