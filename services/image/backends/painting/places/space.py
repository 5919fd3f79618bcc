"""Space: nebulae, stars, a great planet, and the ground of a small moon."""

import numpy as np

from services.image.backends.painting.canvas import blend, colour
from services.image.backends.painting.noise import Plane, cut, smooth
from services.image.backends.painting.places.setting import Setting
from services.image.backends.painting.sky import spot
from services.image.backends.painting.stage import Stage
from services.image.backends.painting.stencil import Stencil
from services.image.backends.painting.terrain import Land, hill_line, lay_land, peak_line

_WORLDS = (("#2a6fae", "#5f9a5a"), ("#b0653a", "#e0a870"), ("#5a3f8a", "#b07ad0"), ("#2f8a8a", "#d9d08a"))
_NEBULAE = (("#7a4ad0", "#d0508a", "#2f8ad0"), ("#2f9a8a", "#3f6ad0", "#c07a3a"), ("#c04a4a", "#d08a4a", "#5a4ad0"))


def space(stage: Stage) -> None:
    """The dark first, then what shines in it, then the ground."""
    canvas = stage.canvas
    night = blend(colour("#05060f"), stage.tones.sky[0], 0.25)
    for plane, value in zip(canvas.pixels, night, strict=True):
        plane[:] = value
    _nebulae(stage)
    _stars(stage)
    _world(stage)
    crest = hill_line(stage, "near", 0.82, 0.05, 120.0)
    far = peak_line(stage, "crags", 0.78, 0.13)
    lay_land(stage, Land(far, colour("#454060"), colour("#1d1b30"), 0.16, 0.22, 300), "crags")
    lay_land(stage, Land(crest, colour("#a39dbb"), colour("#2b2940"), 0.22, 0.16, 380), "near")
    _craters(stage, crest)
    stage.ground, stage.back = crest, far


def _nebulae(stage: Stage) -> None:
    """Clouds of glowing gas."""
    canvas, rng = stage.canvas, stage.rng("nebulae")
    shape = (canvas.height, canvas.width)
    for code, start in zip(_NEBULAE[int(rng.integers(3))], (0.2, 0.7, 0.1), strict=True):
        cloud = cut("cloud", rng, shape, (260, 260 * canvas.aspect))
        veil = cut("rough", rng, shape, (240, 240 * canvas.aspect))
        canvas.shine(colour(code), smooth(start, 2.4, cloud + veil * 0.16) * 0.85)


def _stars(stage: Stage) -> None:
    rng = stage.rng("stars")
    sizes = rng.pareto(2.2, 520).clip(0.3, 3.4) * 0.0009
    for (u, v), size in zip(rng.random((520, 2)).tolist(), sizes.tolist(), strict=True):
        spot(stage.canvas, (u, v), size, colour("#f4f6ff"), min(1.0, 0.4 + size * 400))


def _world(stage: Stage) -> None:
    """A planet with seas, clouds and air, half of it in the dark."""
    canvas, rng = stage.canvas, stage.rng("world")
    u, v, radius = 0.5 + stage.light.side * 0.20, 0.34, 0.24
    x, y = (canvas.across() - u) * canvas.aspect, canvas.down() - v
    d = np.hypot(x, y)
    land = smooth(-0.1, 0.5, cut("cloud", rng, d.shape, (700, 700 * canvas.aspect)))
    cloud = smooth(0.4, 1.8, cut("cloud", rng, d.shape, (900, 500 * canvas.aspect)))
    sea, shore = (colour(code) for code in _WORLDS[int(rng.integers(len(_WORLDS)))])
    tone = sea[:, None, None] + (shore - sea)[:, None, None] * land[None]
    tone += (1.0 - tone) * (cloud * 0.75)[None]
    lit = np.clip(0.62 - (x * stage.light.side * -0.75 + y * 0.55) / radius * 0.75, 0.03, 1.0)
    canvas.mix(tone * lit[None], smooth(radius + 0.0015, radius - 0.0015, d))
    air = np.exp(-np.abs(d - radius) * 42) * np.clip(lit, 0.05, 1) * 0.75
    canvas.shine(blend(sea, colour("#cfe8ff"), 0.6), air)


def _craters(stage: Stage, crest: Plane) -> None:
    """Craters in the ground, their far rims in the light."""
    canvas, rng = stage.canvas, stage.rng("craters")
    dark, lit = Stencil(canvas, 0.6, 1.0), Stencil(canvas, 0.6, 1.0)
    turn = np.linspace(0, 2 * np.pi, 26)
    for u, share in rng.random((18, 2)).tolist():
        down = 0.03 + 0.17 * share
        wide = 0.012 + down * float(rng.uniform(0.1, 0.32))
        ring = np.column_stack([np.cos(turn) * wide, np.sin(turn) * wide * 0.42]) + np.array(
            [u, stage.at(crest, u) + down]
        )
        lit.polygon(ring + np.array([stage.light.side * -0.0015, 0.004]))
        dark.polygon(ring)
    canvas.shine(stage.tones.light, lit.mask() * 0.32, lit.at)
    canvas.shade(colour("#3a3850"), dark.mask() * 0.75, dark.at)


SPACE = Setting(0.74, space)
