"""Places among plants: the forest, the garden, the swamp."""

import numpy as np

from services.image.backends.painting.canvas import blend
from services.image.backends.painting.cast import paint_set
from services.image.backends.painting.light import shafts
from services.image.backends.painting.noise import cut, smooth
from services.image.backends.painting.places.setting import (
    Setting,
    bough,
    distance,
    grass_frame,
    ground,
    heaven,
    near_ground,
    pine_frame,
)
from services.image.backends.painting.plants import (
    bare,
    crown,
    foliage_tone,
    lay_flowers,
    lay_grass,
    lay_leaves,
    lay_pines,
    palm,
    reeds,
    rim,
    tree_line,
    trunk,
    white_bark,
)
from services.image.backends.painting.stage import Stage, near_shade
from services.image.backends.painting.stencil import Stencil
from services.image.backends.painting.terrain import Land, glow_pool, hill_line, lay_land, mist, path
from services.image.backends.painting.water import lay_water
from services.image.backends.painting.weather import bank

_DEPTHS = (0.80, 0.58, 0.34, 0.14)


def forest(stage: Stage) -> None:
    """Trees, row before row, and a clearing where the light falls in."""
    heaven(stage)
    glow_pool(stage, stage.light.u, stage.horizon - 0.05, 0.34, 0.62 if stage.light.kind != "none" else 0.4)
    pines = _has_pines(stage)
    for number, far in enumerate(_DEPTHS):
        foot = stage.horizon + 0.015 + 0.20 * (1 - far) ** 2
        crest = hill_line(stage, f"floor {number}", foot, 0.02, 160.0)
        _floor(stage, crest, far, number)
        if pines:
            _pine_row(stage, number, far, foot)
        else:
            _trunk_row(stage, number, far, foot)
        mist(stage, foot, 0.05, 0.42 * far + 0.08, f"wood mist {number}")
        if number == 1:
            stage.back = crest
            paint_set(stage)
    if stage.light.kind != "none" or "rays" in stage.plan.features:
        shafts(stage, (stage.light.u, min(stage.light.v, 0.30)), 0.55 if not stage.plan.dark else 0.34)
    stage.ground = hill_line(stage, "near", 0.84, 0.03, 120.0)
    _floor(stage, stage.ground, 0.0, 9)
    if "path" in stage.plan.features:
        path(stage, stage.ground, "path")
    glow_pool(stage, 0.5 - stage.light.side * 0.1, 0.84, 0.20, 0.20)


def _has_pines(stage: Stage) -> bool:
    plan = stage.plan
    if plan.features & {"birch", "bare", "palm"}:
        return False
    return (
        "pine" in plan.features
        or (plan.winter and stage.rng("kind").random() < 0.7)
        or (plan.season == "summer" and stage.rng("kind").random() < 0.3)
    )


def _floor(stage: Stage, crest: np.ndarray, far: float, number: int) -> None:
    """The floor of the wood: snow, leaves or moss."""
    if stage.plan.winter:
        ground(stage, crest, far, f"floor {number}")
        return
    code = {"autumn": "#8f5a2c", "spring": "#5f7a44", "summer": "#45603c"}.get(stage.plan.season, "#45603c")
    high, low = stage.tone(code, 0.75, far), blend(stage.tone(code, 0.1, far), stage.tones.shade, 0.4 * (1 - far))
    lay_land(stage, Land(crest, high, low, 0.28, 0.16, 420), f"floor {number}")


def _gap(stage: Stage, u: float, far: float) -> bool:
    """Whether a tree may stand here: not in the clearing, which is wider the nearer it is."""
    clear = 0.5 + stage.light.side * (abs(stage.light.u - 0.5) * far)
    return abs(u - clear) > 0.055 + 0.26 * (1 - far)


def _pine_row(stage: Stage, number: int, far: float, foot: float) -> None:
    rng = stage.rng(f"pines {number}")
    count = round((30, 20, 12, 7)[number] * stage.canvas.aspect / 1.78) + 2
    feet, heights = [], []
    for _ in range(count):
        u = float(rng.uniform(-0.03, 1.03))
        if _gap(stage, u, far) or number == 0:
            feet.append((u, foot + float(rng.uniform(0.0, 0.03))))
            heights.append((0.24 + 0.66 * (1 - far) ** 1.2) * float(rng.uniform(0.6, 1.12)))
    if feet:
        lay_pines(stage, feet, heights, far * 0.92, f"pines {number}")


def _trunk_row(stage: Stage, number: int, far: float, foot: float) -> None:
    """Trunks that leave the picture, and their leaves above."""
    canvas, rng = stage.canvas, stage.rng(f"trunks {number}")
    stencil = Stencil(canvas, 0.0, min(1.0, foot + 0.08))
    count = round((34, 20, 11, 6)[number] * canvas.aspect / 1.78) + 1
    wide = 0.0035 + 0.026 * (1 - far) ** 1.7
    for _ in range(count):
        u = float(rng.uniform(-0.03, 1.03))
        if _gap(stage, u, far) or number == 0:
            trunk(stencil, u, foot + float(rng.uniform(0, 0.05)), wide * float(rng.uniform(0.6, 1.3)) / 1.6, rng)
    mask = stencil.mask()
    birch = "birch" in stage.plan.features
    tone = white_bark(stage) if birch else stage.tone("#4a3a30", 0.3, 0.0)
    tone = blend(blend(tone, stage.tones.shade, 0.0 if birch else 0.30), stage.tones.haze, far * 0.95)
    canvas.mix(tone, mask, stencil.at)
    if birch:
        marks = smooth(
            1.25, 1.6, cut("rough", rng, mask.shape, (520 * mask.shape[0] / canvas.height, 150 * canvas.aspect))
        )
        canvas.mix(
            blend(stage.tone("#2a2628", 0.2), stage.tones.haze, far),
            mask * marks,
            stencil.at,
        )
    canvas.shine(stage.tones.light, rim(stage, mask, 0.004 * (1.3 - far)) * (0.55 * (1.1 - far)), stencil.at)
    if stage.plan.season != "winter" and "bare" not in stage.plan.features:
        _canopy(stage, number, far)


def _canopy(stage: Stage, number: int, far: float) -> None:
    """Leaves along the top of the picture, thinner over the clearing."""
    canvas, rng = stage.canvas, stage.rng(f"canopy {number}")
    stencil = Stencil(canvas, 0.0, 0.75)
    for _ in range(26):
        u = float(rng.uniform(-0.05, 1.05))
        hang = 0.10 + 0.22 * min(1.0, abs(u - stage.light.u) * 2.0) + float(rng.normal(0, 0.05)) + 0.05 * far
        size = float(rng.uniform(0.05, 0.10)) * (1.25 - 0.6 * far)
        crown(stencil, (u, hang * float(rng.uniform(0.0, 1.0))), (size * 1.3, size), rng, canvas.aspect)
    lay_leaves(stage, stencil, far * 0.9, number, f"canopy {number}")


def forest_frame(stage: Stage) -> None:
    """Dark trunks at the edges and undergrowth at the feet."""
    if _has_pines(stage):
        pine_frame(stage)
    else:
        canvas, rng = stage.canvas, stage.rng("frame trunks")
        stencil = Stencil(canvas)
        trunk(stencil, 0.5 - stage.light.side * 0.47, 1.05, 0.040, rng)
        trunk(stencil, 0.5 + stage.light.side * 0.50, 1.05, 0.030, rng)
        mask = stencil.mask()
        canvas.mix(near_shade(stage, 0.7), mask, stencil.at)
        canvas.shine(stage.tones.light, rim(stage, mask, 0.005) * 0.45, stencil.at)
    if not stage.plan.winter:
        grass_frame(stage)


def garden(stage: Stage) -> None:
    """Round trees, hedges and beds of flowers along a path."""
    heaven(stage)
    distance(stage)
    crest = hill_line(stage, "lawn", stage.horizon, 0.012, 120.0)
    ground(stage, crest, 0.22, "lawn")
    tree_line(stage, crest, 0.12, 0.35, "far trees")
    stage.back = crest + 0.05
    paint_set(stage)
    rng = stage.rng("garden")
    for number, (u, foot, size, far) in enumerate(
        ((0.14, 0.74, 0.17, 0.16), (0.90, 0.72, 0.15, 0.18), (0.30, 0.68, 0.10, 0.30), (0.74, 0.69, 0.11, 0.28))
    ):
        at = u if stage.light.side > 0 else 1 - u
        _round_tree(stage, (at + float(rng.normal(0, 0.02)), foot), size, far, number)
    near = near_ground(stage, 0.80, 0.02)
    lay_flowers(stage, near, 1.0, "beds")


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
    lay_grass(stage, crest, 0.045, stage.tone("#5a6b3c", 0.4), "bank grass", 420)


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


def palms(stage: Stage, feet: tuple[tuple[float, float], ...], height: float, far: float) -> None:
    """A few palms."""
    canvas, rng = stage.canvas, stage.rng("palms")
    stencil = Stencil(canvas)
    for foot in feet:
        palm(stencil, foot, height * float(rng.uniform(0.75, 1.1)), canvas.aspect, rng)
    mask = stencil.mask()
    canvas.mix(blend(foliage_tone(stage, 0, far, 0.2), stage.tones.shade, 0.5), mask, stencil.at)
    canvas.shine(stage.tones.light, rim(stage, mask, 0.003) * 0.45, stencil.at)


FOREST = Setting(0.60, forest, forest_frame)
GARDEN = Setting(0.58, garden, garden_frame)
SWAMP = Setting(0.56, swamp, swamp_frame)
