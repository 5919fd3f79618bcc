"""Plants: grass, flowers, reeds."""

import numpy as np

from services.image.backends.painting.canvas import Colour, blend
from services.image.backends.painting.noise import Plane
from services.image.backends.painting.stage import Stage, grass_of
from services.image.backends.painting.stencil import Places, Stencil
from services.image.backends.painting.trees import rim


def blades(crest: Plane, count: int, height: float, aspect: float, rng: np.random.Generator) -> list[Places]:
    """Blades of grass along a crest and below it, the nearer the longer."""
    u = rng.random(count)
    rise = rng.random(count) ** 1.5
    v = crest[(u * (len(crest) - 1)).astype(int)] + rise * 0.05 + 0.01
    long = height * rng.uniform(0.4, 1.0, count) * (0.7 + 0.6 * rise)
    lean = rng.normal(0.12, 0.35, count) * long / aspect
    wide = np.maximum(0.0022 * long / height, 0.0009)
    middle_u, middle_v = u + lean * 0.35, v - long * 0.6
    left, right = np.column_stack([u - wide, v]), np.column_stack([u + wide, v])
    waist_l, waist_r = (
        np.column_stack([middle_u - wide * 0.6, middle_v]),
        np.column_stack([middle_u + wide * 0.6, middle_v]),
    )
    tips = np.column_stack([u + lean, v - long])
    return list(np.stack([left, waist_l, tips, waist_r, right], axis=1))


def lay_grass(stage: Stage, crest: Plane, height: float, tone: Colour, subject: str) -> None:
    """Grass along a crest, its tips in the light."""
    canvas = stage.canvas
    rng = stage.rng(subject)
    top = max(0.0, float(crest.min()) - height * 1.4)
    stencil = Stencil(canvas, top, min(1.0, float(crest.max()) + 0.08))
    stencil.polygons(blades(crest, 720, height, canvas.aspect, rng))
    canvas.mix(tone, stencil.mask(), stencil.at)
    lit = Stencil(canvas, top, min(1.0, float(crest.max()) + 0.08))
    lit.polygons(blades(crest, 180, height * 0.9, canvas.aspect, rng))
    reach = np.exp(-np.abs(canvas.across() - stage.light.u) * 3.0) * 0.75 + 0.12
    canvas.mix(
        blend(blend(tone, stage.tone(grass_of(stage), 1.0), 0.6), stage.tones.light, 0.12 + 0.2 * stage.plan.dark),
        lit.mask() * reach,
        lit.at,
    )


def lay_flowers(stage: Stage, crest: Plane, bottom: float, subject: str) -> None:
    """Flowers strewn over a slope, the nearer the larger."""
    canvas = stage.canvas
    rng = stage.rng(subject)
    codes = [["#e0524a", "#f2c14a", "#ffffff", "#c77ad6", "#e87aa8"][i] for i in rng.permutation(5)[:3]]
    for code in codes:
        stencil = Stencil(canvas, max(0.0, float(crest.min()) - 0.02), 1.0)
        u, depth = rng.random(170), rng.random(170) ** 1.4
        for x, share in zip(u, depth, strict=True):
            y = stage.at(crest, float(x)) + share * (bottom - stage.at(crest, float(x)))
            r = 0.0016 + 0.0085 * float(share) ** 1.5 * float(rng.uniform(0.6, 1.1))
            for turn in range(3):
                stencil.disc(
                    float(x) + r * 0.6 * np.cos(turn * 2.1) / canvas.aspect, y + r * 0.5 * np.sin(turn * 2.1), r * 0.62
                )
        canvas.mix(stage.tone(code, 0.95), stencil.mask(), stencil.at)


def reeds(stage: Stage, side: float, subject: str) -> None:
    """Reeds and bulrushes in the corner of the picture, right before the onlooker."""
    canvas = stage.canvas
    rng = stage.rng(subject)
    stencil = Stencil(canvas, 0.45, 1.0)
    for _ in range(34):
        off = float(rng.random()) ** 1.7 * 0.24
        u = off if side < 0 else 1.0 - off
        tall = float(rng.uniform(0.10, 0.34)) * (1.2 - off * 2.5)
        lean = float(rng.normal(0.02, 0.035))
        share = np.linspace(0.0, 1.0, 6)
        x, y = u + lean * share**2, 1.02 - tall * share
        wide = 0.0042 * (1 - share) + 0.0006
        stencil.polygon(np.vstack([np.column_stack([x - wide / 1.8, y]), np.column_stack([x + wide / 1.8, y])[::-1]]))
        if rng.random() < 0.35:
            stencil.line(np.array([(x[-1], y[-1] + 0.005), (x[-1] + lean * 0.1, y[-1] - 0.035)]), 0.009)
    mask = stencil.mask()
    canvas.mix(blend(stage.tone("#3a4a34", 0.2), stage.tones.shade, 0.6), mask, stencil.at)
    canvas.shine(stage.tones.light, rim(stage, mask, 0.002) * 0.30, stencil.at)
