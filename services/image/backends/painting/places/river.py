"""The river: it winds out of the hills, or falls from them."""

import numpy as np

from services.image.backends.painting.canvas import blend, colour
from services.image.backends.painting.cast import paint_set
from services.image.backends.painting.figure import put
from services.image.backends.painting.noise import Plane, cut, line, smooth
from services.image.backends.painting.places.forest import palms
from services.image.backends.painting.places.setting import Setting, distance, grass_frame, ground, heaven, pine_frame
from services.image.backends.painting.plants import lay_flowers, lay_grass
from services.image.backends.painting.stage import Stage, grass_of
from services.image.backends.painting.standing import Stand
from services.image.backends.painting.stencil import Stencil
from services.image.backends.painting.terrain import Land, hill_line, lay_land, mist
from services.image.backends.painting.trees import tree_line
from services.image.backends.painting.water import lay_water


def river(stage: Stage) -> None:
    """Hills, the water between them, the banks that come down to it."""
    heaven(stage)
    distance(stage)
    crest = hill_line(stage, "hill 0", stage.horizon, 0.05)
    ground(stage, crest, 0.45, "hill 0")
    tree_line(stage, crest, 0.07, 0.42, "river woods")
    stage.back = hill_line(stage, "hill 1", stage.horizon + 0.05, 0.03)
    ground(stage, stage.back, 0.22, "hill 1")
    if "waterfall" in stage.plan.features:
        _waterfall(stage)
    paint_set(stage)
    top = stage.horizon + 0.075
    lay_water(stage, top, 1.0, 0.42)
    _banks(stage, top)
    _bridges(stage, top)
    stage.ground = np.full(stage.canvas.width, 0.86, dtype=np.float32)
    stage.water = (top + 0.1, 0.97)


def _course(stage: Stage, share: Plane) -> tuple[Plane, Plane]:
    """Where the middle of the river runs, and how wide it is, from its first sight (0) to the onlooker (1)."""
    side = stage.light.side
    middle = 0.5 + side * (0.14 + 0.22 * np.sin(share * 4.6) * (1.08 - share) + 0.04 * share)
    return middle, 0.010 + 0.30 * share**1.4


def _banks(stage: Stage, top: float) -> None:
    """Put the land back beside the river's bed."""
    canvas = stage.canvas
    first = canvas.row(top)
    share = (canvas.down(first) - top) / (1 - top)
    middle, wide = _course(stage, share)
    stage.stream = np.concatenate([np.full(first, middle[0, 0]), middle[:, 0]]).astype(np.float32)
    rough = cut("rough", stage.rng("banks"), (len(share), canvas.width), (150, 120 * canvas.aspect)) * 0.010
    off = np.abs(canvas.across() - middle) - wide + rough * (0.2 + share)
    brush = cut("rough", stage.rng("bank brush"), (len(share), canvas.width), (170, 340 * canvas.aspect)) * 0.11
    code = grass_of(stage)
    near = blend(stage.tone(code, 0.3), stage.tones.shade, 0.2)
    far = stage.tone(code, 0.85, 0.15)
    tone = far[:, None, None] + (near - far)[:, None, None] * share[None] ** 0.7
    canvas.mix(tone * (1 + brush)[None], smooth(-0.003, 0.003, off), (first, 0))
    edge = np.exp(-((off / (0.002 + 0.006 * share)) ** 2)) * 0.75
    canvas.shade(stage.tone("#4a4232", 0.3), edge, (first, 0))
    if not stage.plan.winter:
        _lush(stage, code)


def _lush(stage: Stage, code: str) -> None:
    """Grass and flowers on the near bank, at the dark side."""
    u = stage.canvas.across()[0]
    away = (u if stage.light.side > 0 else 1.0 - u).astype(np.float32)
    crest = 0.86 + smooth(0.20, 0.60, away) * 0.3
    lay_grass(stage, crest, 0.040, stage.tone(code, 0.5), "bank grass")
    if stage.plan.season in ("spring", "summer"):
        lay_flowers(stage, crest, 1.05, "bank flowers")


def _bridges(stage: Stage, top: float) -> None:
    """Bridges stand where the river is."""
    for role in stage.plan.cast:
        if role.drawing.name == "bridge":
            v = top + 0.13
            middle, _ = _course(stage, np.array([[(v - top) / (1 - top)]], dtype=np.float32))
            put(stage, role, Stand(float(middle[0, 0]), v, 0.21 * role.scale, 0.10, wet=True))


def _waterfall(stage: Stage) -> None:
    """A wall of rock across the picture, and a fall where it is lowest."""
    canvas, rng = stage.canvas, stage.rng("fall")
    middle, _ = _course(stage, np.zeros((1, 1), dtype=np.float32))
    u, at = canvas.across()[0], float(middle[0, 0])
    notch = np.exp(-(((u - at) / 0.075) ** 2))
    rough = line("rough", rng, canvas.width, 240.0) * 0.010 + line("cloud", rng, canvas.width, 70.0) * 0.03
    crest = stage.horizon - 0.30 + notch * 0.09 + rough * (1 - notch) + np.abs(u - at) ** 1.5 * 0.32
    foot = stage.horizon + 0.09
    rock = Land(crest, stage.tone("#8f8778", 0.85, 0.15), stage.tone("#46443f", 0.2, 0.2), 0.34, 0.30, 520)
    lay_land(stage, rock, "cliff")
    clefts = cut("rough", rng, (canvas.height, canvas.width), (70, 420 * canvas.aspect))
    inside = np.clip((canvas.down() - crest[None, :]) * canvas.height, 0.0, 1.0) * smooth(
        foot + 0.02, foot, canvas.down()
    )
    canvas.shade(stage.tone("#4a463e", 0.2), smooth(0.1, 1.5, clefts) * inside * 0.6)
    tree_line(stage, crest + 0.006, 0.075, 0.20, "cliff woods")
    _fall(stage, at, (stage.horizon - 0.205, foot))
    grassy = hill_line(stage, "fall foot", foot, 0.02)
    ground(stage, grassy, 0.12, "fall foot")
    spray = np.exp(-((canvas.distance(at, foot - 0.005, 2.4) / 0.075) ** 2)) * 0.85
    canvas.mix(blend(stage.tones.haze, stage.tone("#f4fbfd", 0.9), 0.6), spray)


def _fall(stage: Stage, at: float, span: tuple[float, float]) -> None:
    """The falling water: threads of white, spread towards the foot."""
    canvas = stage.canvas
    first, last = canvas.row(span[0]), canvas.row(span[1])
    v = canvas.down(first, last)
    wide = 0.032 + 0.05 * (v - span[0])
    threads = cut("rough", stage.rng("threads"), (last - first, canvas.width), (26, 520 * canvas.aspect))
    alpha = smooth(1.0, 0.7, np.abs(canvas.across() - at) / wide + threads * 0.10)
    low, high = stage.tone("#8fb4c4", 0.4, 0.1), blend(stage.tone("#f4fbfd", 1.0), colour("#ffffff"), 0.2)
    lit = smooth(-1.2, 1.2, threads)
    canvas.mix(low[:, None, None] + (high - low)[:, None, None] * lit[None], alpha * 0.95, (first, 0))
    ledge = Stencil(canvas, max(0.0, span[0] - 0.03), span[0] + 0.03)
    ledge.line([(at - 0.034, span[0]), (at + 0.034, span[0])], 0.010)
    canvas.mix(high, ledge.mask(0.003), ledge.at)
    mist(stage, span[1], 0.02, 0.3, "spray")


def river_frame(stage: Stage) -> None:
    """Palms in the jungle, pines in winter, grass elsewhere."""
    if "palm" in stage.plan.features:
        palms(stage, ((0.5 - stage.light.side * 0.42, 1.0), (0.5 + stage.light.side * 0.47, 1.02)), 0.80)
    if stage.plan.winter:
        pine_frame(stage)
    else:
        grass_frame(stage)


RIVER = Setting(0.54, river, river_frame)
