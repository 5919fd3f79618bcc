"""The open sea: water to the horizon, waves in wind and storm, a rock where somebody built."""

import numpy as np

from services.image.backends.painting.cast import paint_set
from services.image.backends.painting.noise import line
from services.image.backends.painting.places.setting import Setting, heaven
from services.image.backends.painting.stage import Stage
from services.image.backends.painting.terrain import Land, lay_land, lay_mountains, peak_line
from services.image.backends.painting.water import lay_water, lay_waves


def sea(stage: Stage) -> None:
    """The sky, what stands in the water, and the water that mirrors both."""
    heaven(stage)
    if stage.plan.behind & {"mountains", "coast"}:
        lay_mountains(stage, peak_line(stage, "isles", stage.horizon + 0.01, 0.14), 0.6, "isles", 0.0)
    stage.back = np.full(stage.canvas.width, stage.horizon + 0.004, dtype=np.float32)
    if any(role.drawing.habitat == "built" for role in stage.plan.cast):
        _rock(stage)
    paint_set(stage)
    lay_water(stage, stage.horizon, 1.0, 0.55)
    rough = 1.0 if "storm" in stage.plan.weather else 0.55 if stage.plan.weather & {"wind", "rain"} else 0.0
    if rough:
        lay_waves(stage, stage.horizon + 0.03, rough)
    stage.water = (stage.horizon, 1.0)


def _rock(stage: Stage) -> None:
    """A rock in the sea to build on."""
    width = stage.canvas.width
    u = np.linspace(0.0, 1.0, width, dtype=np.float32)
    hump = 0.085 * np.exp(-(((u - (0.5 - stage.light.side * 0.20)) / 0.10) ** 2))
    rough = line("rough", stage.rng("rock"), width, 260.0) * 0.010 * (hump > 0.01)
    crest = stage.horizon + 0.012 - hump - rough
    land = Land(crest, stage.tone("#6a625b", 0.6, 0.2), stage.tone("#3a3838", 0.1, 0.15), 0.10, 0.2, 420)
    lay_land(stage, land, "rock")
    stage.back = crest


SEA = Setting(0.52, sea)
