"""The cave: a vault of rock, an opening with the sky in it, a pool, and crystals that shine."""

import numpy as np

from services.image.backends.painting.canvas import blend, colour
from services.image.backends.painting.cast import paint_set
from services.image.backends.painting.light import shafts
from services.image.backends.painting.noise import Plane, cut, line, smooth
from services.image.backends.painting.places.setting import Setting, heaven, side_rise
from services.image.backends.painting.stage import Stage, near_shade
from services.image.backends.painting.stencil import Stencil, outline
from services.image.backends.painting.terrain import Land, glow_pool, hill_line, lay_land, mist
from services.image.backends.painting.trees import rim, tree_line
from services.image.backends.painting.water import lay_water

_CRYSTALS = ("#5fe0d8", "#8a7aff", "#ff8ad0", "#ffd27a")
_TOOTH = outline("-1 0, -.3 -.6, 0 -1, .4 -.5, 1 0")
_CRYSTAL = outline("-1 0, -1 .8, 0 1, 1 .8, 1 0")
_FACET = outline("0 0, 0 .8, 0 1, 1 .8, 1 0")
_BEARINGS = 720


def cave(stage: Stage) -> None:
    """Three rings of rock around the opening; the nearest is nearly dark."""
    heaven(stage)
    stage.canvas.shade(stage.tones.sky[0], 0.15)
    crest = hill_line(stage, "outside", 0.52, 0.05)
    lay_land(stage, Land(crest, stage.tone("#5f8a6a", 0.6, 0.55), stage.tones.haze, 0.12, 0.06), "outside")
    tree_line(stage, crest, 0.05, 0.5, "outside trees")
    glow_pool(stage, stage.light.u, 0.40, 0.26, 0.30)
    for number, far in enumerate((0.50, 0.26, 0.06)):
        _vault(stage, number, far)
    _teeth(stage)
    lay_water(stage, stage.horizon + 0.06, 1.0, 0.16, "#0f3a44")
    mist(stage, stage.horizon + 0.05, 0.035, 0.30, "cave mist")
    shafts(stage, (stage.light.u, 0.02), 0.55)
    _crystals(stage)
    crest = hill_line(stage, "near", 0.88, 0.04, 110.0) - side_rise(stage) * 0.16
    lay_land(stage, Land(crest, stage.tone("#7a6c60", 0.55), near_shade(stage, 0.8), 0.14, 0.30, 420), "near")
    stage.ground, stage.back = crest, crest - 0.06
    glow_pool(stage, 0.5 - stage.light.side * 0.12, 0.84, 0.20, 0.22)
    paint_set(stage)


def _vault(stage: Stage, number: int, far: float) -> None:
    """One ring of rock: bright at its inner edge, in folds that run outwards."""
    canvas, rng = stage.canvas, stage.rng(f"vault {number}")
    u, v = (canvas.across() - stage.light.u) * canvas.aspect, canvas.down() - 0.40
    bearing = ((np.arctan2(v, u) / (2 * np.pi) + 0.5) * (_BEARINGS - 1)).astype(int)
    away = np.hypot(u * 0.85, v) + _edge(rng)[bearing] - (0.21 + 0.13 * number)
    rock = cut("rough", rng, away.shape, (260, 260 * canvas.aspect))
    folds = (
        cut("cloud", rng, away.shape, (300, 120 * canvas.aspect)) + line("rough", rng, _BEARINGS, 360.0)[bearing] * 0.5
    )
    high = stage.tone("#a08a78", 0.85, far * 0.7)
    low = blend(stage.tone("#3a3438", 0.2), stage.tones.shade, 0.6 - far * 0.4)
    lit = np.clip(np.exp(-np.maximum(away, 0.0) * 6.5) * (0.70 + 0.26 * folds + 0.24 * rock), 0.0, 1.0)
    canvas.mix(low[:, None, None] + (high - low)[:, None, None] * lit[None], smooth(-0.002, 0.003, away))


def _edge(rng: np.random.Generator) -> Plane:
    """How far the rock reaches in, in every direction; the ends meet."""
    edge = line("cloud", rng, _BEARINGS, 300.0) * 0.045 + line("rough", rng, _BEARINGS, 500.0) * 0.02
    closing = np.minimum(np.arange(_BEARINGS), np.arange(_BEARINGS)[::-1]) / 60.0
    return edge * np.clip(closing, 0.0, 1.0)


def _teeth(stage: Stage) -> None:
    """Stone that hangs from the vault."""
    canvas, rng = stage.canvas, stage.rng("teeth")
    for number, far in ((0, 0.3), (1, 0.08)):
        teeth = Stencil(canvas, 0.0, 0.6)
        for u in rng.random(9 + 5 * number):
            if abs(u - stage.light.u) > 0.10:
                size = (float(rng.uniform(0.006, 0.018)), float(rng.uniform(0.08, 0.26)) * (0.7 + 0.4 * number))
                teeth.stamp(_TOOTH, (float(u), -0.02), size)
        mask = teeth.mask()
        canvas.mix(blend(stage.tone("#4a4244", 0.3, far), stage.tones.shade, 0.4), mask, teeth.at)
        canvas.shine(stage.tones.light, rim(stage, mask, 0.004) * 0.45, teeth.at)


def _crystals(stage: Stage) -> None:
    """Clusters of crystals at both sides."""
    canvas, rng = stage.canvas, stage.rng("crystals")
    tint = colour(_CRYSTALS[int(rng.integers(4))])
    for u, v, size in ((0.12, 0.82, 0.17), (0.86, 0.80, 0.21), (0.25, 0.73, 0.08), (0.74, 0.72, 0.09)):
        d = canvas.distance(u, v - size * 0.4)
        canvas.shine(tint, np.exp(-((d / (size * 1.6)) ** 2)) * 0.50)
        body, face = Stencil(canvas, 0.3, 1.0), Stencil(canvas, 0.3, 1.0)
        for lean in np.sort(rng.uniform(-0.75, 0.75, 7)):
            long, wide = size * float(rng.uniform(0.5, 1.0)), size * 0.085
            turn = np.array([[np.cos(lean), -np.sin(lean)], [np.sin(lean), np.cos(lean)]])
            for stencil, shape in ((body, _CRYSTAL), (face, _FACET)):
                leaning = (shape * (wide, long)) @ turn
                stencil.stamp(leaning, (u + lean * 0.02, v), (1 / canvas.aspect, 1.0))
        canvas.mix(blend(tint, stage.tones.shade, 0.25), body.mask() * 0.94, body.at)
        canvas.shine(colour("#ffffff"), face.mask() * 0.42, face.at)


CAVE = Setting(0.62, cave)
