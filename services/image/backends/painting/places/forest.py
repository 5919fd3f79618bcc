"""The forest: trees row before row, and a clearing where the light falls in."""

import numpy as np

from services.image.backends.painting.canvas import blend
from services.image.backends.painting.cast import paint_set
from services.image.backends.painting.light import shafts
from services.image.backends.painting.noise import Plane, cut, smooth
from services.image.backends.painting.places.setting import Setting, grass_frame, ground, heaven, pine_frame, side_rise
from services.image.backends.painting.plants import lay_grass
from services.image.backends.painting.stage import Stage, near_shade
from services.image.backends.painting.stencil import Stencil
from services.image.backends.painting.terrain import (
    Land,
    glow_pool,
    hill_line,
    lay_land,
    long_shadows,
    mist,
    path,
)
from services.image.backends.painting.trees import crown, lay_leaves, lay_pines, palm, rim, trunk, white_bark

_DEPTHS = (0.80, 0.58, 0.34, 0.14)
_FLOORS = {"autumn": "#9a602c", "spring": "#6f8a4a", "summer": "#4f6a40", "winter": "#dfe8f0"}


def forest(stage: Stage) -> None:
    """Row before row, with mist between them; their shadows fall towards the onlooker."""
    heaven(stage)
    bright = 0.62 if stage.light.kind == "sun" else 0.40
    glow_pool(stage, stage.light.u, stage.horizon - 0.05, 0.34, bright)
    rows: list[tuple[Plane, float]] = []
    for number, far in enumerate(_DEPTHS):
        foot = stage.horizon + 0.015 + 0.20 * (1 - far) ** 2
        crest = hill_line(stage, f"floor {number}", foot, 0.02 + 0.05 * (1 - far), 130.0)
        _floor(stage, crest, far, number)
        rows.append((_row(stage, number, far, crest), foot))
        mist(stage, foot, 0.05, 0.42 * far + 0.08, f"wood mist {number}")
        if number == 1:
            stage.back = crest
            paint_set(stage)
    if stage.light.kind != "none" or "rays" in stage.plan.features:
        shafts(stage, (stage.light.u, min(stage.light.v, 0.30)), 0.22 if stage.plan.dark else 0.50)
    _near_floor(stage)
    for trunks, foot in rows[1:]:
        long_shadows(stage, trunks, foot + 0.02, 0.55)


def _near_floor(stage: Stage) -> None:
    """The ground on which the cast stands, higher at both sides."""
    crest = hill_line(stage, "near", 0.84, 0.03, 120.0) - side_rise(stage) * 0.05
    stage.ground = crest
    _floor(stage, crest, 0.0, 9)
    if "path" in stage.plan.features:
        path(stage, crest, "path")
    if not stage.plan.winter:
        lay_grass(stage, crest, 0.028, stage.tone(_FLOORS[stage.plan.season], 0.35), "floor grass")
    glow_pool(stage, 0.5 - stage.light.side * 0.1, 0.86, 0.22, 0.22)


def has_pines(stage: Stage) -> bool:
    """Whether it is a wood of conifers."""
    plan = stage.plan
    if plan.features & {"birch", "bare", "palm"}:
        return False
    share = 0.7 if plan.winter else 0.35 if plan.season == "summer" else 0.0
    return "pine" in plan.features or bool(stage.rng("kind").random() < share)


def _floor(stage: Stage, crest: Plane, far: float, number: int) -> None:
    """The floor of the wood: snow, leaves or moss."""
    if stage.plan.winter:
        ground(stage, crest, far, f"floor {number}")
        return
    code = _FLOORS[stage.plan.season]
    high, low = stage.tone(code, 0.75, far), blend(stage.tone(code, 0.1, far), stage.tones.shade, 0.4 * (1 - far))
    lay_land(stage, Land(crest, high, low, 0.28, 0.18, 420), f"floor {number}")


def _gap(stage: Stage, u: float, far: float) -> bool:
    """Whether a tree may stand here: not in the clearing, which is wider the nearer it is."""
    clear = 0.5 + stage.light.side * (abs(stage.light.u - 0.5) * far)
    return abs(u - clear) > 0.055 + 0.26 * (1 - far)


def _row(stage: Stage, number: int, far: float, crest: Plane) -> Plane:
    """One row of trees; returns how densely they stand in every column."""
    if has_pines(stage):
        return _pine_row(stage, number, far, crest)
    return _trunk_row(stage, number, far, crest)


def _columns(stage: Stage, number: int, far: float, counts: tuple[int, ...]) -> list[float]:
    """Where the trees of a row stand."""
    rng = stage.rng(f"row {number}")
    wishes = rng.uniform(-0.03, 1.03, round(counts[number] * stage.canvas.aspect / 1.78) + 2).tolist()
    return [u for u in wishes if number == 0 or _gap(stage, u, far)]


def _pine_row(stage: Stage, number: int, far: float, crest: Plane) -> Plane:
    rng = stage.rng(f"pines {number}")
    feet, heights = [], []
    shade = np.zeros(stage.canvas.width, dtype=np.float32)
    u = np.linspace(0.0, 1.0, stage.canvas.width, dtype=np.float32)
    for at in _columns(stage, number, far, (34, 24, 15, 9)):
        tall = (0.24 + 0.70 * (1 - far) ** 1.2) * float(rng.uniform(0.6, 1.12))
        feet.append((at, stage.at(crest, at) + float(rng.uniform(0.0, 0.03))))
        heights.append(tall)
        shade = np.maximum(shade, smooth(0.045 * tall, 0.01 * tall, np.abs(u - at)))
    if feet:
        lay_pines(stage, feet, heights, far * 0.92, f"pines {number}")
    return shade


def _trunk_row(stage: Stage, number: int, far: float, crest: Plane) -> Plane:
    """Trunks that leave the picture, and their leaves above."""
    canvas, rng = stage.canvas, stage.rng(f"trunks {number}")
    stencil = Stencil(canvas, 0.0, min(1.0, float(crest.max()) + 0.08))
    wide = 0.0035 + 0.026 * (1 - far) ** 1.7
    shade = np.zeros(canvas.width, dtype=np.float32)
    across = np.linspace(0.0, 1.0, canvas.width, dtype=np.float32)
    for u in _columns(stage, number, far, (38, 24, 13, 7)):
        own = wide * float(rng.uniform(0.6, 1.3)) / 1.6
        trunk(stencil, u, stage.at(crest, u) + float(rng.uniform(0, 0.05)), own, rng)
        shade = np.maximum(shade, smooth(own * 1.1, own * 0.4, np.abs(across - u)))
    mask = stencil.mask()
    _bark(stage, mask, stencil.at, far, rng)
    if stage.plan.season != "winter" and "bare" not in stage.plan.features:
        _canopy(stage, number, far)
    return shade


def _bark(stage: Stage, mask: Plane, at: tuple[int, int], far: float, rng: np.random.Generator) -> None:
    """The trunks' colour, the light on one of their sides, snow on the other in winter."""
    canvas = stage.canvas
    birch = "birch" in stage.plan.features
    tone = white_bark(stage) if birch else blend(stage.tone("#4a3a30", 0.3), stage.tones.shade, 0.30)
    grain = cut("rough", rng, mask.shape, (150 * mask.shape[0] / canvas.height, 520 * canvas.aspect)) * 0.12
    tone = blend(tone, stage.tones.haze, far * 0.95)
    canvas.mix(tone[:, None, None] * (1.0 + grain * (1 - far))[None], mask, at)
    if birch:
        span = (520 * mask.shape[0] / canvas.height, 150 * canvas.aspect)
        marks = smooth(1.25, 1.6, cut("rough", rng, mask.shape, span))
        canvas.mix(blend(stage.tone("#2a2628", 0.2), stage.tones.haze, far), mask * marks, at)
    canvas.shine(stage.tones.light, rim(stage, mask, 0.004 * (1.3 - far)) * (0.55 * (1.1 - far)), at)


def _canopy(stage: Stage, number: int, far: float) -> None:
    """Leaves along the top of the picture, thinner over the clearing."""
    canvas, rng = stage.canvas, stage.rng(f"canopy {number}")
    stencil = Stencil(canvas, 0.0, 0.75)
    for _ in range(30):
        u = float(rng.uniform(-0.05, 1.05))
        hang = 0.10 + 0.24 * min(1.0, abs(u - stage.light.u) * 2.0) + float(rng.normal(0, 0.05)) + 0.05 * far
        size = float(rng.uniform(0.05, 0.10)) * (1.25 - 0.6 * far)
        crown(stencil, (u, hang * float(rng.uniform(0.0, 1.0))), (size * 1.3, size), rng, canvas.aspect)
    lay_leaves(stage, stencil, far * 0.9, number, f"canopy {number}")


def palms(stage: Stage, feet: tuple[tuple[float, float], ...], height: float) -> None:
    """A few near palms."""
    canvas, rng = stage.canvas, stage.rng("palms")
    stencil = Stencil(canvas)
    for foot in feet:
        palm(stencil, foot, height * float(rng.uniform(0.75, 1.1)), canvas.aspect, rng)
    mask = stencil.mask()
    canvas.mix(blend(stage.tone("#3f6a45", 0.25), stage.tones.shade, 0.5), mask, stencil.at)
    canvas.shine(stage.tones.light, rim(stage, mask, 0.003) * 0.45, stencil.at)


def forest_frame(stage: Stage) -> None:
    """Dark trees at the edges and undergrowth at the feet."""
    side = stage.light.side
    if "palm" in stage.plan.features:
        palms(stage, ((0.5 - side * 0.42, 1.0), (0.5 + side * 0.47, 1.02), (0.5 - side * 0.49, 0.98)), 0.85)
    elif has_pines(stage):
        pine_frame(stage)
    else:
        canvas, rng = stage.canvas, stage.rng("frame trunks")
        stencil = Stencil(canvas)
        trunk(stencil, 0.5 - side * 0.47, 1.05, 0.040, rng)
        trunk(stencil, 0.5 + side * 0.50, 1.05, 0.030, rng)
        mask = stencil.mask()
        canvas.mix(near_shade(stage, 0.7), mask, stencil.at)
        canvas.shine(stage.tones.light, rim(stage, mask, 0.005) * 0.45, stencil.at)
    if not stage.plan.winter:
        grass_frame(stage)


FOREST = Setting(0.60, forest, forest_frame)
