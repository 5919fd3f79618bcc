"""The station: rails across the picture, a platform before them, a roof over it."""

import numpy as np

from services.image.backends.painting.canvas import blend
from services.image.backends.painting.cast import paint_set
from services.image.backends.painting.drawings import library
from services.image.backends.painting.figure import put
from services.image.backends.painting.noise import cut
from services.image.backends.painting.places.setting import Setting, distance, ground, heaven
from services.image.backends.painting.plan import Role
from services.image.backends.painting.stage import Stage, near_shade
from services.image.backends.painting.standing import Stand
from services.image.backends.painting.stencil import Stencil, outline
from services.image.backends.painting.terrain import Land, hill_line, lay_land, mist
from services.image.backends.painting.trees import rim, tree_line

_RAILS = 0.735
"""Height (v) of the nearer rail."""
_EDGE = 0.80
"""Of the platform's edge."""
_BRACKET = outline("0 0, 1 1, .86 1, 0 .2")


def station(stage: Stage) -> None:
    """Land, rails, the trains on them, the platform with its lamps and its roof."""
    heaven(stage)
    distance(stage)
    crest = hill_line(stage, "hill 0", stage.horizon, 0.04)
    ground(stage, crest, 0.40, "hill 0")
    tree_line(stage, crest, 0.07, 0.38, "line woods")
    stage.back = hill_line(stage, "hill 1", stage.horizon + 0.07, 0.03)
    ground(stage, stage.back, 0.20, "hill 1")
    tree_line(stage, stage.back, 0.05, 0.18, "near woods")
    paint_set(stage)
    mist(stage, stage.horizon + 0.10, 0.03, 0.30, "line mist")
    _rails(stage)
    for role in stage.plan.cast:
        if role.drawing.name == "train":
            put(stage, role, Stand(0.5 + stage.light.side * 0.10, _RAILS + 0.004, 0.25 * role.scale, 0.05))
    _platform(stage)
    _roof(stage)
    stage.ground = np.full(stage.canvas.width, _EDGE + 0.065, dtype=np.float32)


def _rails(stage: Stage) -> None:
    """Gravel, sleepers and two rails."""
    canvas = stage.canvas
    bed = np.full(canvas.width, _RAILS - 0.045, dtype=np.float32)
    lay_land(stage, Land(bed, stage.tone("#8f8478", 0.7, 0.08), stage.tone("#5a5048", 0.3), 0.12, 0.25, 700), "gravel")
    wood, steel = Stencil(canvas, _RAILS - 0.06, 0.82), Stencil(canvas, _RAILS - 0.06, 0.82)
    for u in np.linspace(-0.3, 1.3, 60).tolist():
        wood.line([(0.5 + (u - 0.5) * 0.94, _RAILS - 0.026), (u, _RAILS + 0.022)], 0.010)
    for v, wide in ((_RAILS - 0.018, 0.004), (_RAILS + 0.010, 0.006)):
        steel.line([(0.0, v), (1.0, v)], wide)
    canvas.mix(stage.tone("#4a3a2e", 0.4), wood.mask() * 0.8, wood.at)
    canvas.mix(blend(stage.tone("#9aa4ae", 0.9), stage.tones.light, 0.5), steel.mask(), steel.at)


def _platform(stage: Stage) -> None:
    """Flagstones with a pale edge, and lamps."""
    canvas, first = stage.canvas, stage.canvas.row(_EDGE)
    crest = np.full(canvas.width, _EDGE, dtype=np.float32)
    stone = Land(
        crest, stage.tone("#b0a490", 0.8), blend(stage.tone("#6a6054", 0.3), stage.tones.shade, 0.3), 0.22, 0.07, 420
    )
    lay_land(stage, stone, "platform")
    edge, joints = Stencil(canvas, _EDGE - 0.01, 1.0), Stencil(canvas, _EDGE - 0.01, 1.0)
    edge.line([(0.0, _EDGE + 0.009), (1.0, _EDGE + 0.009)], 0.016)
    for u in np.linspace(-0.5, 1.5, 26).tolist():
        joints.line([(0.5 + (u - 0.5) * 0.86, _EDGE + 0.018), (0.5 + (u - 0.5) * 1.2, 1.0)], 0.0016)
    for v in (_EDGE + 0.045, _EDGE + 0.10):
        joints.line([(0.0, v), (1.0, v)], 0.0016)
    canvas.shade(stage.tones.shade, joints.mask() * 0.45, joints.at)
    worn = cut("rough", stage.rng("worn"), edge.mask().shape, (40, 300 * canvas.aspect)) * 0.12
    canvas.mix(
        stage.tone("#f0e4c4", 0.95), np.clip(edge.mask() * (0.85 + worn), 0.0, 1.0), (first - (first - edge.at[0]), 0)
    )
    lamp = Role(library()["streetlamp"], "lamp")
    for off in (0.30, -0.20):
        put(stage, lamp, Stand(0.5 + stage.light.side * off, _EDGE + 0.035, 0.40))


def _roof(stage: Stage) -> None:
    """A roof along the upper edge, on iron posts with brackets, and a clock under it."""
    canvas, side = stage.canvas, stage.light.side
    roof = Stencil(canvas)
    roof.polygon([(0.0, 0.0), (1.0, 0.0), (1.0, 0.075), (0.0, 0.075)])
    for u in np.linspace(0.0, 1.0, 41).tolist():
        roof.polygon([(u - 0.0125, 0.07), (u, 0.115), (u + 0.0125, 0.07)])
    for u in (0.5 - side * 0.40, 0.5 + side * 0.44):
        roof.line([(u, 0.96), (u, 0.05)], 0.020)
        roof.line([(u, 0.985), (u, 0.94)], 0.036)
        for reach in (-1.0, 1.0):
            roof.stamp(_BRACKET, (u, 0.26), (reach * 0.09, 0.19))
    mask = roof.mask()
    canvas.mix(near_shade(stage, 0.55), mask, roof.at)
    canvas.shine(stage.tones.light, rim(stage, mask, 0.0035) * 0.5, roof.at)
    clock = Role(library()["stationclock"], "clock")
    put(stage, clock, Stand(0.5 - side * 0.22, 0.235, 0.15, aloft=True))


STATION = Setting(0.50, station)
