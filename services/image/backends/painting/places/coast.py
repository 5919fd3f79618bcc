"""The coast: headlands, the sea, surf and sand."""

import numpy as np

from services.image.backends.painting.canvas import blend
from services.image.backends.painting.cast import paint_set
from services.image.backends.painting.noise import Plane, cut, line, smooth
from services.image.backends.painting.places.forest import palms
from services.image.backends.painting.places.setting import Setting, heaven
from services.image.backends.painting.plants import lay_grass
from services.image.backends.painting.stage import Stage, grass_of, near_shade
from services.image.backends.painting.terrain import Land, hill_line, lay_land, mist
from services.image.backends.painting.water import lay_water, lay_waves

_HEADLANDS = ((0.52, 0.10, 0.60), (0.40, 0.17, 0.38), (0.27, 0.26, 0.18))
"""How far into the picture, how high and how hazy each is."""
_FOAM = ((0.0, 0.009), (-0.028, 0.006), (-0.062, 0.004))


def coast(stage: Stage) -> None:
    """Headlands on the dark side, the beach before them."""
    heaven(stage)
    _headlands(stage)
    paint_set(stage)
    lay_water(stage, stage.horizon, 1.0, 0.5)
    if stage.plan.weather & {"storm", "wind"}:
        lay_waves(stage, stage.horizon + 0.04, 0.6)
    slope = (stage.canvas.across()[0] - 0.5) * stage.light.side
    crest = hill_line(stage, "near", 0.80, 0.04, 70.0) + slope * 0.12
    _beach(stage, crest)
    stage.ground = crest + 0.05
    stage.water = (stage.horizon, float(crest.min()))


def _headlands(stage: Stage) -> None:
    """Cliffs that step back into the haze, with grass on top."""
    canvas = stage.canvas
    u = canvas.across()[0]
    inwards = u if stage.light.side > 0 else 1.0 - u
    stage.back = np.full(canvas.width, stage.horizon + 0.004, dtype=np.float32)
    for number, (reach, tall, far) in enumerate(_HEADLANDS):
        rng = stage.rng(f"cliff {number}")
        rough = line("rough", rng, canvas.width, 240.0) * 0.008 + line("cloud", rng, canvas.width, 90.0) * 0.015
        crest = stage.horizon + 0.012 - tall * smooth(reach, reach * 0.72, inwards + rough) * (1.0 + rough * 4)
        rock = Land(crest, stage.tone("#a09680", 0.9, far), stage.tone("#5f574e", 0.2, far), 0.16, 0.24, 420)
        lay_land(stage, rock, f"cliff {number}")
        _strata(stage, crest, far, f"strata {number}")
        _cap(stage, crest, far, f"cap {number}")
        stage.back = crest
    mist(stage, stage.horizon - 0.005, 0.02, 0.3, "sea mist")


def _strata(stage: Stage, crest: Plane, far: float, subject: str) -> None:
    """Clefts that run down the rock."""
    canvas = stage.canvas
    first, last = canvas.row(float(crest.min())), canvas.row(stage.horizon + 0.01)
    if last - first < 2:
        return
    clefts = cut("rough", stage.rng(subject), (last - first, canvas.width), (60, 420 * canvas.aspect))
    inside = np.clip((canvas.down(first, last) - crest[None, :]) * canvas.height, 0.0, 1.0)
    canvas.shade(stage.tone("#4a4038", 0.2, far), smooth(0.2, 1.6, clefts) * inside * (0.55 * (1 - far)), (first, 0))


def _cap(stage: Stage, crest: Plane, far: float, subject: str) -> None:
    """Grass on top of a cliff."""
    canvas = stage.canvas
    first = canvas.row(max(0.0, float(crest.min())))
    below = canvas.down(first) - crest[None, :]
    ragged = cut("rough", stage.rng(subject), below.shape, (240, 300 * canvas.aspect)) * 0.004
    high = (crest < stage.horizon - 0.02)[None, :]
    alpha = smooth(0.0, 0.003, below) * smooth(0.024, 0.012, below + ragged) * high
    canvas.mix(stage.tone(grass_of(stage), 0.8, far), alpha, (first, 0))


def _beach(stage: Stage, crest: Plane) -> None:
    """Sand, wet where the last wave was, and lines of foam."""
    canvas = stage.canvas
    code = "#e6cfa2" if not stage.plan.winter else "#dfe6ec"
    wet = Land(crest, blend(stage.tone(code, 0.5), stage.tones.sky[-1], 0.45), stage.tone(code, 0.6), 0.05, 0.03, 300)
    lay_land(stage, wet, "wet sand")
    edge = crest + 0.035 + 0.008 * line("cloud", stage.rng("dry"), canvas.width, 160.0)
    dry = Land(edge, stage.tone(code, 0.9), blend(stage.tone(code, 0.3), stage.tones.shade, 0.25), 0.26, 0.05, 420)
    lay_land(stage, dry, "dry sand")
    for number, (off, thick) in enumerate(_FOAM):
        edge = crest + off + 0.005 * line("rough", stage.rng(f"surf {number}"), canvas.width, 200.0)
        first, last = canvas.row(float(edge.min()) - 0.03), canvas.row(float(edge.max()) + 0.03)
        below = canvas.down(first, last) - edge[None, :]
        lace = cut("rough", stage.rng(f"lace {number}"), below.shape, (40, 300 * canvas.aspect))
        alpha = np.exp(-((below / thick) ** 2)) * smooth(-1.0, 0.8, lace + (number == 0))
        canvas.mix(stage.tone("#f8fbfa", 0.95), np.clip(alpha, 0, 0.92), (first, 0))


def coast_frame(stage: Stage) -> None:
    """Palms where it is warm, beach grass elsewhere."""
    side = -stage.light.side
    if "palm" in stage.plan.features:
        palms(stage, ((0.5 + side * 0.37, 0.95), (0.5 + side * 0.45, 1.0)), 0.62)
        return
    u = stage.canvas.across()[0]
    corner = np.clip(((u if side < 0 else 1 - u) - 0.30) * -1.0, 0.0, 1.0)
    crest = 1.02 - corner * 0.30
    dune = blend(stage.tone("#c9b080", 0.4), near_shade(stage), 0.35)
    lay_land(stage, Land(crest, dune, near_shade(stage), 0.12, 0.08, 400), "front dune")
    lay_grass(stage, crest, 0.085, blend(stage.tone("#8a9a5a", 0.3), near_shade(stage), 0.4), "beach grass")


COAST = Setting(0.52, coast, coast_frame)
