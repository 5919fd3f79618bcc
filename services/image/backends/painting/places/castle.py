"""Places of stone: the castle on its hill, and the ruins."""

import numpy as np

from services.image.backends.painting.cast import paint_set
from services.image.backends.painting.noise import cut, smooth
from services.image.backends.painting.places.setting import (
    Setting,
    distance,
    front,
    ground,
    heaven,
    near_ground,
    rolling,
)
from services.image.backends.painting.plants import lay_grass
from services.image.backends.painting.stage import Stage, grass_of
from services.image.backends.painting.stencil import Stencil, outline
from services.image.backends.painting.terrain import hill_line, lay_mountains, mist, path, peak_line
from services.image.backends.painting.trees import rim, tree_line

_SHAFT = outline("-1 0, -.84 1, .84 1, 1 0")
_FOOT = outline("-1.35 -.04, -1.35 0, 1.35 0, 1.35 -.04")
_HEAD = outline("-1.3 .96, -1.5 1.02, 1.5 1.02, 1.3 .96")
_FAR = (0.16, 0.27, 0.38, 0.62, 0.73, 0.84)
_NEAR = (0.07, 0.20, 0.88)


def castle(stage: Stage) -> None:
    """A castle before mountains, woods at the foot of its hill."""
    heaven(stage)
    snow = 0.8 if stage.plan.winter else 0.4
    lay_mountains(stage, peak_line(stage, "peaks 0", stage.horizon, 0.26), 0.55, "peaks 0", snow)
    mist(stage, stage.horizon - 0.01, 0.05, 0.55, "valley")
    u = np.linspace(0.0, 1.0, stage.canvas.width, dtype=np.float32)
    hill = 0.19 * np.exp(-(((u - (0.5 - stage.light.side * 0.20)) / 0.21) ** 2))
    crest = hill_line(stage, "castle hill", stage.horizon + 0.08, 0.02) - hill
    ground(stage, crest, 0.24, "castle hill")
    tree_line(stage, crest + 0.03, 0.045, 0.26, "castle woods")
    stage.back = crest
    paint_set(stage)
    tree_line(stage, crest + 0.085, 0.065, 0.16, "lower woods")
    mist(stage, stage.horizon + 0.14, 0.04, 0.40, "moat mist")
    near = near_ground(stage, 0.80, 0.05)
    if "path" not in stage.plan.features:
        path(stage, near, "castle road")
    if not stage.plan.winter:
        lay_grass(stage, near, 0.03, stage.tone(grass_of(stage), 0.4), "near grass")


def ruins(stage: Stage) -> None:
    """Broken columns on a hill, the light between them."""
    heaven(stage)
    distance(stage)
    crest = rolling(stage, ((stage.horizon + 0.01, 0.05, 0.45), (stage.horizon + 0.10, 0.03, 0.20)))
    stage.back = crest
    paint_set(stage)
    _columns(stage, (0.755, 0.34), 0.20, _FAR)
    near = near_ground(stage, 0.79, 0.03)
    _columns(stage, (0.87, 0.62), 0.03, _NEAR)
    if not stage.plan.winter:
        lay_grass(stage, near, 0.035, stage.tone(grass_of(stage), 0.4), "near grass")


def _columns(stage: Stage, size: tuple[float, float], far: float, places: tuple[float, ...]) -> None:
    """A row of columns (foot, height): some broken, some still joined by a beam."""
    canvas, rng = stage.canvas, stage.rng(f"columns {far}")
    whole, flutes = Stencil(canvas), Stencil(canvas)
    foot, tall = size
    half = tall * 0.055 / canvas.aspect * 1.78
    standing: list[float] = []
    for place in places:
        u = place if stage.light.side > 0 else 1 - place
        high = tall * (1.0 if rng.random() < 0.6 else float(rng.uniform(0.35, 0.75)))
        for shape in (_SHAFT, _FOOT, *((_HEAD,) if high == tall else ())):
            whole.stamp(shape, (u, foot), (half, high))
        for share in (-0.5, -0.1, 0.3, 0.62):
            flutes.line([(u + half * share, foot), (u + half * share * 0.84, foot - high + 0.01)], half * 0.28)
        standing += [u] if high == tall else []
    for one, other in zip(sorted(standing), sorted(standing)[1:], strict=False):
        if other - one < 0.15:
            whole.line([(one - 0.025, foot - tall * 1.055), (other + 0.025, foot - tall * 1.055)], tall * 0.075)
    _stone(stage, whole, flutes, far, rng)


def _stone(stage: Stage, whole: Stencil, flutes: Stencil, far: float, rng: np.random.Generator) -> None:
    """The colour of the columns: pale stone, moss, light on one side."""
    canvas, mask = stage.canvas, whole.mask()
    grain = cut("rough", rng, mask.shape, (330, 330 * canvas.aspect)) * 0.10
    canvas.mix(stage.tone("#cfc3ac", 0.6, far)[:, None, None] * (1 + grain)[None], mask, whole.at)
    canvas.shade(stage.tone("#6a5f58", 0.2, far), flutes.mask() * mask * 0.75, flutes.at)
    moss = smooth(0.7, 1.7, cut("rough", rng, mask.shape, (150, 150 * canvas.aspect)))
    canvas.mix(stage.tone("#4f6a3c", 0.4, far), mask * moss * 0.45, whole.at)
    canvas.shine(stage.tones.light, rim(stage, mask, 0.008) * 0.6, whole.at)


CASTLE = Setting(0.58, castle, front)
RUINS = Setting(0.60, ruins, front)
