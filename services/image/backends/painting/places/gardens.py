"""Places among plants: the garden and the swamp."""

import numpy as np

from services.image.backends.painting.canvas import blend
from services.image.backends.painting.cast import paint_set
from services.image.backends.painting.places.setting import (
    Setting,
    bough,
    distance,
    grass_frame,
    ground,
    heaven,
    near_ground,
)
from services.image.backends.painting.plants import lay_flowers, lay_grass, reeds
from services.image.backends.painting.stage import Stage, grass_of, near_shade
from services.image.backends.painting.stencil import Stencil
from services.image.backends.painting.terrain import Land, glow_pool, hill_line, lay_land, mist, path
from services.image.backends.painting.trees import bare, crown, lay_leaves, rim, tree_line
from services.image.backends.painting.water import lay_water
from services.image.backends.painting.weather import bank

_TREES = ((0.13, 0.75, 0.18, 0.14), (0.91, 0.73, 0.16, 0.16), (0.30, 0.67, 0.10, 0.28), (0.75, 0.68, 0.11, 0.26))
"""Where the trees stand (u, v), how large and how hazy they are."""


def garden(stage: Stage) -> None:
    """Trees, hedges and beds of flowers along a path."""
    heaven(stage)
    distance(stage)
    crest = hill_line(stage, "lawn", stage.horizon, 0.012, 120.0)
    ground(stage, crest, 0.22, "lawn")
    tree_line(stage, crest, 0.13, 0.35, "far trees")
    stage.back = crest + 0.05
    _hedges(stage)
    paint_set(stage)
    for number, (u, foot, size, far) in enumerate(_TREES):
        at = (u if stage.light.side > 0 else 1 - u) + float(stage.rng(f"tree {number}").normal(0, 0.02))
        _round_tree(stage, (at, foot), size, far, number)
    near = near_ground(stage, 0.79, 0.03)
    if "path" not in stage.plan.features:
        path(stage, near, "garden path")
    if not stage.plan.winter:
        lay_grass(stage, near, 0.022, stage.tone(grass_of(stage), 0.5), "lawn grass")
        lay_flowers(stage, near, 1.0, "beds")
        lay_flowers(stage, near, 1.0, "more beds")


def _hedges(stage: Stage) -> None:
    """Clipped hedges, one behind the other."""
    canvas = stage.canvas
    for number, (v, high, far) in enumerate(((0.03, 0.035, 0.30), (0.10, 0.055, 0.16))):
        hedge = Stencil(canvas, stage.horizon - 0.05, min(1.0, stage.horizon + v + 0.05))
        foot = stage.horizon + v
        for left, right in ((-0.02, 0.36), (0.60, 1.02)):
            hedge.polygon([(left, foot), (left, foot - high), (right, foot - high), (right, foot)])
        for u in (0.36, 0.60):
            hedge.disc(u, foot - high * 1.1, high * 0.72)
        lay_leaves(stage, hedge, far, number, f"hedge {number}")


def _round_tree(stage: Stage, foot: tuple[float, float], size: float, far: float, number: int) -> None:
    """One leafy tree; only its branches in winter."""
    canvas, rng = stage.canvas, stage.rng(f"round tree {number}")
    u, v = foot
    wood = Stencil(canvas, max(0.0, v - size * 3.4), min(1.0, v + 0.02))
    if stage.plan.season == "winter":
        bare(wood, foot, size * 2.7, canvas.aspect, rng)
    else:
        wood.line(np.array([(u, v), (u, v - size * 1.5)]), size * 0.16)
    canvas.mix(blend(stage.tone("#4a3a30", 0.3, far), stage.tones.shade, 0.3), wood.mask(), wood.at)
    if stage.plan.season != "winter":
        leaves = Stencil(canvas, max(0.0, v - size * 3.6), v)
        crown(leaves, (u, v - size * 1.9), (size * 1.05, size), rng, canvas.aspect)
        lay_leaves(
            stage, leaves, far, number if stage.plan.season != "spring" else number + 1, f"round leaves {number}"
        )


def garden_frame(stage: Stage) -> None:
    """A bough above and grass below."""
    if stage.plan.season != "winter":
        bough(stage)
    grass_frame(stage)


def swamp(stage: Stage) -> None:
    """Bare trees in still black water, mist between them."""
    heaven(stage)
    glow_pool(stage, stage.light.u, stage.horizon - 0.05, 0.36, 0.45)
    for number, far in enumerate((0.72, 0.46, 0.20)):
        foot = stage.horizon + 0.002 + 0.03 * number
        if number == 0:
            tree_line(stage, hill_line(stage, "shore", foot, 0.006), 0.11, 0.66, "shore trees")
        _bare_row(stage, number, far, foot)
        mist(stage, foot - 0.01, 0.045, 0.34, f"swamp mist {number}")
    stage.back = np.full(stage.canvas.width, stage.horizon + 0.01, dtype=np.float32)
    paint_set(stage)
    lay_water(stage, stage.horizon + 0.02, 1.0, 0.18, "#1f3a30")
    bank(stage, 0.55, "swamp bank")
    crest = hill_line(stage, "near", 0.90, 0.035, 130.0)
    stage.ground = crest
    lay_land(stage, Land(crest, stage.tone("#4a5a34", 0.6), near_shade(stage), 0.10, 0.12, 400), "near")
    lay_grass(stage, crest, 0.045, stage.tone("#5a6b3c", 0.4), "bank grass")


def _bare_row(stage: Stage, number: int, far: float, foot: float) -> None:
    canvas, rng = stage.canvas, stage.rng(f"bare {number}")
    stencil = Stencil(canvas, 0.0, min(1.0, foot + 0.02))
    for _ in range((7, 4, 2)[number]):
        u = float(rng.uniform(0.02, 0.98))
        if number == 0 or abs(u - 0.5) > 0.16:
            bare(
                stencil,
                (u, foot + 0.012),
                (0.34, 0.50, 0.74)[number] * float(rng.uniform(0.75, 1.1)),
                canvas.aspect,
                rng,
            )
    mask = stencil.mask()
    canvas.mix(
        blend(blend(stage.tone("#3c352f", 0.2), stage.tones.shade, 0.4), stage.tones.haze, far), mask, stencil.at
    )
    canvas.shine(stage.tones.light, rim(stage, mask, 0.003) * (0.35 * (1 - far)), stencil.at)


def swamp_frame(stage: Stage) -> None:
    """Reeds in both corners."""
    reeds(stage, -1.0, "left reeds")
    reeds(stage, 1.0, "right reeds")


GARDEN = Setting(0.58, garden, garden_frame)
SWAMP = Setting(0.56, swamp, swamp_frame)
