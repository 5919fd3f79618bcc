"""The village: houses on the slopes around a church, smoke, lit windows."""

import numpy as np

from services.image.backends.painting.canvas import blend
from services.image.backends.painting.cast import paint_set
from services.image.backends.painting.drawings import library
from services.image.backends.painting.figure import put
from services.image.backends.painting.houses import WALLS
from services.image.backends.painting.places.setting import Setting, distance, front, ground, heaven, near_ground
from services.image.backends.painting.plan import Role
from services.image.backends.painting.plants import lay_grass
from services.image.backends.painting.sky import spot
from services.image.backends.painting.stage import Stage, grass_of
from services.image.backends.painting.standing import Stand
from services.image.backends.painting.terrain import hill_line, mist, path
from services.image.backends.painting.trees import tree_line

_TERRACES = ((0.03, 0.095, 0.36, 9), (0.10, 0.15, 0.20, 7), (0.20, 0.25, 0.06, 6))
"""How far below the horizon, how high, how hazy and how many the houses of each terrace are."""


def village(stage: Stage) -> None:
    """Terrace below terrace; a lane runs up between them."""
    heaven(stage)
    distance(stage)
    crest = hill_line(stage, "hill 0", stage.horizon, 0.05)
    ground(stage, crest, 0.40, "hill 0")
    tree_line(stage, crest, 0.06, 0.38, "village woods")
    for number in range(len(_TERRACES)):
        crest = _terrace(stage, number)
    stage.back = crest
    paint_set(stage)
    near = near_ground(stage, 0.85, 0.03)
    if not stage.plan.winter:
        lay_grass(stage, near, 0.03, stage.tone(grass_of(stage), 0.4), "near grass")
    if "path" not in stage.plan.features:
        path(stage, near, "lane")


def _terrace(stage: Stage, number: int) -> np.ndarray:
    """One row of houses on its slope; the nearest row leaves the middle free."""
    base, size, far, count = _TERRACES[number]
    rng, drawings = stage.rng(f"terrace {number}"), library()
    crest = hill_line(stage, f"slope {number}", stage.horizon + base, 0.03)
    ground(stage, crest, far, f"slope {number}")
    for u in (np.linspace(0.05, 0.95, count) + rng.normal(0, 0.022, count)).tolist():
        if number == 2 and abs(u - 0.5) < 0.24:
            continue
        name = "church" if number == 1 and abs(u - stage.light.u) < 0.07 else "house"
        role = Role(drawings[name], name, colour=WALLS[int(rng.integers(len(WALLS)))])
        tall = size * float(rng.uniform(0.85, 1.15)) * (1.6 if name == "church" else 1.0)
        foot = stage.at(crest, u) + 0.014
        put(stage, role, Stand(u, foot, tall, far, bool(rng.random() < 0.5)))
        if name == "house" and rng.random() < 0.5:
            _smoke(stage, (u + 0.22 * tall / stage.canvas.aspect, foot - tall), tall, rng)
    mist(stage, stage.horizon + base + 0.05, 0.02, 0.18, f"smoke {number}")
    return crest


def _smoke(stage: Stage, chimney: tuple[float, float], tall: float, rng: np.random.Generator) -> None:
    """Smoke from a chimney, thinner the higher it is."""
    tone = blend(stage.tones.haze, stage.tones.light, 0.4)
    for share in np.linspace(0.0, 1.0, 14).tolist():
        u = chimney[0] + (0.05 * share**1.5 + float(rng.normal(0, 0.004))) * tall * 4
        spot(stage.canvas, (u, chimney[1] - share * tall * 0.9), tall * (0.03 + 0.10 * share), tone, 0.30 * (1 - share))


VILLAGE = Setting(0.52, village, front)
