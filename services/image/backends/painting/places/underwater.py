"""Under the sea: blue depth, light from above, a floor of sand with coral and weed."""

import numpy as np

from services.image.backends.painting.canvas import Colour, blend, colour
from services.image.backends.painting.cast import paint_set
from services.image.backends.painting.light import shafts
from services.image.backends.painting.noise import Plane, cut, smooth
from services.image.backends.painting.places.setting import Setting, side_rise
from services.image.backends.painting.stage import Stage
from services.image.backends.painting.stencil import Stencil, moved
from services.image.backends.painting.terrain import Land, glow_pool, hill_line, lay_land

_CORALS = ("#e0625a", "#f09a4a", "#c85a9a", "#e8b84a")


def underwater(stage: Stage) -> None:
    """From the bright surface down to the sand."""
    deep, clear = _water(stage)
    swirl = cut(
        "cloud", stage.rng("swirl"), (stage.canvas.height, stage.canvas.width), (120, 160 * stage.canvas.aspect)
    )
    stage.canvas.shine(clear, np.clip(swirl, 0, 2) * 0.06)
    haze = blend(deep, clear, 0.30)
    for number, (base, far) in enumerate(((0.70, 0.72), (0.78, 0.42))):
        crest = hill_line(stage, f"reef {number}", base, 0.09, 160.0) - side_rise(stage) * 0.10
        rock = blend(blend(colour("#2f5a68"), deep, 0.3), haze, far)
        lay_land(stage, Land(crest, rock, blend(rock, deep, 0.6), 0.2, 0.16, 320), f"reef {number}")
        _weeds(stage, crest, far, haze)
    shafts(stage, (stage.light.u, -0.12), 0.9, clear)
    crest = hill_line(stage, "near", 0.86, 0.04, 110.0)
    _sand(stage, crest, (deep, clear))
    stage.ground, stage.back, stage.water = crest, crest, None
    _coral(stage, crest)
    paint_set(stage)


def _water(stage: Stage) -> tuple[Colour, Colour]:
    """Fill the picture with water; returns its colours in the depth and at the surface."""
    tones, plan = stage.tones, stage.plan
    deep = blend(colour("#06283f"), tones.sky[0], 0.25)
    clear = blend(colour("#7fe0dc"), tones.light, 0.25)
    clear = blend(clear, tones.sky[1], 0.55) if plan.hour in ("night", "moonlit") else clear
    share = np.clip(1.0 - stage.canvas.down()[:, 0] * 1.15, 0.0, 1.0) ** 1.6
    for plane, low, high in zip(stage.canvas.pixels, deep, clear, strict=True):
        plane[:] = (low + (high - low) * share)[:, None]
    glow_pool(stage, stage.light.u, -0.05, 0.5, 0.6)
    return deep, clear


def _sand(stage: Stage, crest: Plane, water: tuple[Colour, Colour]) -> None:
    """The floor, with the net of light that waves throw on it."""
    canvas, (deep, clear) = stage.canvas, water
    sand = blend(blend(colour("#c9b88a"), clear, 0.35), deep, 0.30)
    lay_land(stage, Land(crest, sand, blend(sand, deep, 0.75), 0.18, 0.08, 300), "near")
    net = cut("rough", stage.rng("caustics"), (canvas.height, canvas.width), (110, 170 * canvas.aspect))
    canvas.shine(clear, np.exp(-((np.abs(net) * 5.0) ** 2)) * smooth(0.84, 0.9, canvas.down()) * 0.22)


def _weeds(stage: Stage, crest: Plane, far: float, haze: Colour) -> None:
    """Long weed that sways."""
    canvas, rng = stage.canvas, stage.rng(f"weed {far}")
    stencil = Stencil(canvas, 0.1, 1.0)
    share = np.linspace(0.0, 1.0, 14)
    for u in rng.random(18).tolist():
        tall = float(rng.uniform(0.12, 0.36)) * (1.25 - 0.5 * far)
        x = u + 0.013 * np.sin(share * 8 + float(rng.uniform(0, 6.3))) * share
        y = stage.at(crest, u) + 0.02 - tall * share
        wide = 0.0055 * (1 - share) ** 0.6 + 0.001
        stencil.polygon(np.vstack([np.column_stack([x - wide, y]), np.column_stack([x + wide, y])[::-1]]))
    tone = blend(blend(colour("#2a6a54"), stage.tones.shade, 0.25), haze, far)
    canvas.mix(tone, stencil.mask(), stencil.at)


def _coral(stage: Stage, crest: Plane) -> None:
    """Fans of coral in warm colours at both edges."""
    canvas, rng = stage.canvas, stage.rng("coral")
    for code, u in zip(_CORALS * 2, (0.06, 0.14, 0.22, 0.80, 0.87, 0.95), strict=False):
        stencil = Stencil(canvas, 0.4, 1.0)
        long = float(rng.uniform(0.045, 0.075))
        _branch(stencil, (u, stage.at(crest, u) + 0.06), (float(rng.normal(0, 0.15)), long, 0.017), rng, canvas.aspect)
        mask = stencil.mask()
        canvas.mix(blend(colour(code), colour("#0a3a52"), 0.28), mask, stencil.at)
        canvas.shine(
            stage.tones.light, np.clip(mask - moved(mask, max(1, canvas.height // 240), 0), 0, 1) * 0.5, stencil.at
        )


def _branch(
    stencil: Stencil,
    foot: tuple[float, float],
    growth: tuple[float, float, float],
    rng: np.random.Generator,
    aspect: float,
) -> None:
    """A branch that forks until it is thin; its growth is an angle, a length and a width."""
    angle, long, wide = growth
    tip = (foot[0] + float(np.sin(angle)) * long / aspect, foot[1] - float(np.cos(angle)) * long)
    stencil.line([foot, tip], wide)
    stencil.disc(*tip, wide * 0.55)
    if wide > 0.006:
        for turn in (-0.42, 0.42):
            _branch(stencil, tip, (angle + turn + float(rng.normal(0, 0.12)), long * 0.8, wide * 0.76), rng, aspect)


def bubbles(stage: Stage) -> None:
    """Strings of bubbles, and specks that drift in the light."""
    canvas, rng = stage.canvas, stage.rng("bubbles")
    rings, cores = Stencil(canvas), Stencil(canvas)
    for start in rng.uniform(0.1, 0.9, 4).tolist():
        for share in rng.random(16).tolist():
            place = (start + 0.012 * float(np.sin(share * 14)), 0.9 - 0.8 * share)
            r = float(rng.uniform(0.002, 0.009))
            rings.disc(*place, r)
            cores.disc(*place, r * 0.72)
    canvas.shine(colour("#dffcff"), np.clip(rings.mask() - cores.mask() * 0.85, 0.0, 1.0) * 0.75)
    specks = Stencil(canvas)
    for u, v in rng.random((140, 2)).tolist():
        specks.disc(u, v, 0.0012)
    canvas.shine(colour("#dffcff"), specks.mask() * 0.35)


UNDERWATER = Setting(0.62, underwater, bubbles)
