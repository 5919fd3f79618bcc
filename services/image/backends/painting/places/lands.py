"""Open land: the meadow, the mountains, the desert, the ice."""

import numpy as np

from services.image.backends.painting.canvas import blend, colour
from services.image.backends.painting.cast import paint_set
from services.image.backends.painting.noise import cut, line, smooth
from services.image.backends.painting.places.forest import palms
from services.image.backends.painting.places.setting import (
    Setting,
    distance,
    grass_frame,
    heaven,
    near_ground,
    pine_frame,
    rolling,
)
from services.image.backends.painting.plants import lay_flowers, lay_grass
from services.image.backends.painting.sky import spot
from services.image.backends.painting.stage import Stage, grass_of
from services.image.backends.painting.stencil import Stencil, moved, outline
from services.image.backends.painting.terrain import (
    glow_pool,
    hill_line,
    lay_dune,
    lay_mountains,
    lay_snow_ground,
    mist,
    path,
    peak_line,
)
from services.image.backends.painting.trees import lay_pines
from services.image.backends.painting.water import lay_water

_MESA = outline("-1.5 0, -.92 .6, -.8 1, .8 .98, .9 .62, 1.5 0")


def meadow(stage: Stage) -> None:
    """Hills behind hills, and a slope of grass and flowers."""
    heaven(stage)
    distance(stage)
    crest = rolling(
        stage, ((stage.horizon, 0.05, 0.52), (stage.horizon + 0.07, 0.05, 0.32), (stage.horizon + 0.13, 0.04, 0.16))
    )
    stage.back = crest
    paint_set(stage)
    near = near_ground(stage, 0.80, 0.04)
    if stage.plan.winter:
        return
    lay_grass(stage, near, 0.035, stage.tone(grass_of(stage), 0.45), "near grass")
    if stage.plan.season in ("spring", "summer") or "flowers" in stage.plan.features:
        lay_flowers(stage, near, 1.0, "wild flowers")


def meadow_frame(stage: Stage) -> None:
    """Grass, or pines in winter."""
    if stage.plan.winter:
        pine_frame(stage)
    else:
        grass_frame(stage)


def mountains(stage: Stage) -> None:
    """Three ranges, mist in the valleys, pines on the near slope."""
    heaven(stage)
    snow = 0.85 if stage.plan.winter else 0.45
    if "volcano" in stage.plan.features:
        _volcano(stage)
    else:
        lay_mountains(stage, peak_line(stage, "peaks 0", stage.horizon - 0.06, 0.36), 0.55, "peaks 0", snow)
    mist(stage, stage.horizon - 0.05, 0.05, 0.6, "valley 0")
    lay_mountains(stage, peak_line(stage, "peaks 1", stage.horizon + 0.05, 0.22), 0.30, "peaks 1", snow * 0.6)
    mist(stage, stage.horizon + 0.06, 0.045, 0.5, "valley 1")
    crest = rolling(stage, ((stage.horizon + 0.10, 0.06, 0.24),))
    stage.back = crest
    _slope(stage, crest, 0.18)
    paint_set(stage)
    mist(stage, stage.horizon + 0.17, 0.03, 0.30, "valley 2")
    near = near_ground(stage, 0.83, 0.05)
    if not stage.plan.winter:
        lay_grass(stage, near, 0.03, stage.tone(grass_of(stage), 0.4), "near grass")


def _slope(stage: Stage, crest: np.ndarray, far: float) -> None:
    """Scattered pines on a slope."""
    rng = stage.rng("slope pines")
    feet, heights = [], []
    for _ in range(46):
        u = float(rng.random())
        down = float(rng.random())
        feet.append((u, stage.at(crest, u) + 0.01 + 0.10 * down))
        heights.append(float(rng.uniform(0.06, 0.12)) * (0.8 + 0.7 * down))
    order = np.argsort([v for _, v in feet])
    lay_pines(stage, [feet[at] for at in order], [heights[at] for at in order], far, "slope pines")


def _volcano(stage: Stage) -> None:
    """A burning mountain."""
    canvas = stage.canvas
    u = np.linspace(0.0, 1.0, canvas.width, dtype=np.float32)
    top = 0.5 + stage.light.side * 0.10
    cone = 0.46 * np.exp(-np.abs(u - top) * 4.2)
    crest = (
        np.maximum(stage.horizon - cone, stage.horizon - 0.36)
        + line("rough", stage.rng("cone"), canvas.width, 300.0) * 0.004
    )
    lay_mountains(stage, crest, 0.35, "volcano", 0.0)
    mouth = stage.horizon - 0.36
    rng = stage.rng("lava")
    for _ in range(5):
        x, y = top + float(rng.normal(0, 0.012)), mouth
        while y < stage.horizon:
            spot(canvas, (x, y), 0.0045, colour("#ff7a2a"), 0.55)
            y += 0.005
            x += float(rng.normal(0.0, 0.0016)) + (x - top) * 0.03
    for _ in range(120):
        rise = float(rng.random()) ** 1.6
        place = (top + float(rng.normal(0, 0.015 + 0.10 * rise)) / canvas.aspect, mouth - 0.30 * rise)
        spot(canvas, place, 0.004, colour("#ffb04a"), 0.8 * (1 - rise))
    canvas.shine(colour("#ff5a1e"), np.exp(-canvas.distance(top, mouth - 0.03) * 6.0) * 0.8)


def mountain_frame(stage: Stage) -> None:
    """Near pines."""
    pine_frame(stage)


def desert(stage: Stage) -> None:
    """Dunes to the horizon."""
    heaven(stage)
    if stage.rng("mesa").random() < 0.5:
        _mesas(stage)
    layers = ((stage.horizon, 0.03, 0.62), (stage.horizon + 0.06, 0.07, 0.40), (stage.horizon + 0.14, 0.10, 0.18))
    crest = hill_line(stage, "dune 0", stage.horizon, 0.03)
    for number, (base, swell, far) in enumerate(layers):
        crest = hill_line(stage, f"dune {number}", base, swell, 120.0 - 20 * number)
        lay_dune(stage, crest, far, f"dune {number}")
        if far > 0.3:
            mist(stage, float(np.median(crest)) + 0.06, 0.02, 0.22, f"dust {number}")
    stage.back = crest
    paint_set(stage)
    stage.ground = hill_line(stage, "near", 0.83, 0.06, 90.0)
    lay_dune(stage, stage.ground, 0.0, "near")
    if "path" in stage.plan.features:
        path(stage, stage.ground, "path")
    if "palm" in stage.plan.features:
        side = stage.light.side
        palms(stage, ((0.5 + side * 0.30, 0.80), (0.5 + side * 0.37, 0.82), (0.5 + side * 0.43, 0.81)), 0.36)


def _mesas(stage: Stage) -> None:
    """Table mountains on the horizon."""
    rng = stage.rng("mesas")
    canvas = stage.canvas
    stencil = Stencil(canvas, 0.0, min(1.0, stage.horizon + 0.05))
    for _ in range(4):
        u, wide, tall = float(rng.random()), float(rng.uniform(0.05, 0.12)), float(rng.uniform(0.07, 0.17))
        stencil.stamp(_MESA, (u, stage.horizon + 0.04), (wide, tall + 0.04))
    mask = stencil.mask()
    canvas.mix(stage.tone("#a85f42", 0.5, 0.5), mask, stencil.at)
    shift = round(0.03 * canvas.height)
    lit = np.clip(mask - moved(mask, 0, -round(stage.light.side * shift)), 0.0, 1.0)
    canvas.mix(stage.tone("#e8a06a", 1.0, 0.45), lit * 0.6, stencil.at)


def arctic(stage: Stage) -> None:
    """Ice cliffs, a strip of black water with floes, and snow."""
    heaven(stage)
    lay_mountains(stage, peak_line(stage, "ice 0", stage.horizon - 0.01, 0.20), 0.58, "ice 0", 1.0)
    mist(stage, stage.horizon - 0.01, 0.03, 0.45, "ice mist")
    _berg(stage)
    lay_water(stage, stage.horizon, 1.0, 0.22, "#1c4a66")
    _floes(stage)
    stage.back = np.full(stage.canvas.width, stage.horizon + 0.005, dtype=np.float32)
    paint_set(stage)
    crest = hill_line(stage, "near", 0.82, 0.045, 110.0)
    lay_snow_ground(stage, crest, "near")
    stage.ground = crest
    glow_pool(stage, stage.light.u, 0.84, 0.22, 0.12)


def _berg(stage: Stage) -> None:
    """An iceberg before the ice cliffs."""
    canvas, rng = stage.canvas, stage.rng("berg")
    middle = 0.5 + stage.light.side * 0.20
    stencil = Stencil(canvas, 0.0, min(1.0, stage.horizon + 0.01))
    shade = Stencil(canvas, 0.0, min(1.0, stage.horizon + 0.01))
    foot = stage.horizon + 0.01
    for off, wide, tall in ((0.0, 0.11, 0.24), (-0.10, 0.07, 0.13), (0.11, 0.08, 0.16)):
        u = middle + off
        top = (u + float(rng.normal(0, 0.015)), foot - tall)
        ledge = (u + wide * 0.55, foot - tall * float(rng.uniform(0.45, 0.65)))
        stencil.polygon(np.array([(u - wide, foot), (u - wide * 0.7, foot - tall * 0.5), top, ledge, (u + wide, foot)]))
        dark = [
            (top[0], top[1]),
            (u - stage.light.side * wide * 0.6, foot - tall * 0.45),
            (u - stage.light.side * wide, foot),
            (u + 0.01, foot),
            (u - 0.012, foot - tall * 0.4),
        ]
        shade.polygon(np.array(dark))
    canvas.mix(stage.tone("#f2fbff", 0.95, 0.22), stencil.mask(), stencil.at)
    canvas.mix(stage.tone("#7fb4d4", 0.3, 0.25), shade.mask() * 0.75, shade.at)


def _floes(stage: Stage) -> None:
    """Flat ice on the water, larger the nearer it is."""
    canvas, rng = stage.canvas, stage.rng("floes")
    ice, edge = Stencil(canvas, stage.horizon, 1.0), Stencil(canvas, stage.horizon, 1.0)
    for _ in range(42):
        depth = float(rng.random()) ** 1.6
        v, wide = stage.horizon + 0.012 + depth * 0.26, 0.012 + 0.10 * depth
        u = float(rng.random())
        angle = np.linspace(0, 2 * np.pi, 9)[:-1] + rng.normal(0, 0.15, 8)
        reach = rng.uniform(0.65, 1.0, 8)
        x, y = u + np.cos(angle) * reach * wide, v + np.sin(angle) * reach * wide * 0.20
        edge.polygon(np.column_stack([x, y + 0.004 + 0.010 * depth]))
        ice.polygon(np.column_stack([x, y]))
    canvas.mix(stage.tone("#6fb0cc", 0.4, 0.1), edge.mask(), edge.at)
    canvas.mix(stage.tone("#f4fbff", 0.9, 0.1), ice.mask(), ice.at)
    grain = smooth(0.2, 1.8, cut("rough", rng, ice.mask().shape, (200, 200 * canvas.aspect)))
    canvas.shade(stage.tone("#9fc4dc", 0.4), ice.mask() * grain * 0.4, ice.at)


def ice_tint(stage: Stage) -> None:
    """The blue of ice in the shadows at the bottom."""
    below = np.clip((stage.canvas.down() - 0.82) * 2.2, 0.0, 0.3)
    stage.canvas.shade(blend(stage.tones.sky[0], colour("#6f9cc8"), 0.5), below)


MEADOW = Setting(0.56, meadow, meadow_frame)
MOUNTAINS = Setting(0.58, mountains, mountain_frame)
DESERT = Setting(0.58, desert)
ARCTIC = Setting(0.58, arctic, ice_tint)
