"""The lake: a wooded shore under mountains, and all of it again in the water."""

import numpy as np

from services.image.backends.painting.canvas import blend
from services.image.backends.painting.cast import paint_set
from services.image.backends.painting.places.setting import Setting, bough, distance, ground, heaven, pine_frame
from services.image.backends.painting.plants import lay_grass, reeds
from services.image.backends.painting.stage import Stage, grass_of
from services.image.backends.painting.terrain import hill_line, mist
from services.image.backends.painting.trees import tree_line
from services.image.backends.painting.water import lay_water
from services.image.backends.painting.weather import bank


def lake(stage: Stage) -> None:
    """The far shore, the water, and the bank on this side."""
    heaven(stage)
    distance(stage)
    shore = np.minimum(hill_line(stage, "shore", stage.horizon - 0.012, 0.02, 110.0), stage.horizon)
    ground(stage, shore, 0.40, "shore")
    tree_line(stage, shore, 0.085, 0.36, "shore trees")
    stage.back = shore + 0.006
    paint_set(stage)
    mist(stage, stage.horizon - 0.01, 0.016, 0.4, "lake mist")
    lay_water(stage, stage.horizon, 1.0, 0.20)
    bank(stage, 0.28, "lake bank")
    cast = stage.plan.cast
    swimming = bool(cast) and all(role.drawing.habitat in ("water", "afloat", "built") for role in cast)
    crest = hill_line(stage, "near", 0.96 if swimming else 0.87, 0.05, 110.0)
    crest = crest + 0.07 * (stage.canvas.across()[0] - 0.5) * stage.light.side
    ground(stage, crest, 0.0, "near")
    if not stage.plan.winter:
        tone = blend(stage.tone(grass_of(stage), 0.3), stage.tones.shade, 0.25)
        lay_grass(stage, crest, 0.045, tone, "bank grass")
    stage.ground = crest
    stage.water = (stage.horizon, float(crest.min()))


def lake_frame(stage: Stage) -> None:
    """Reeds at the dark side; a bough or pines over the water."""
    if stage.plan.winter:
        pine_frame(stage)
        return
    reeds(stage, -stage.light.side, "reeds")
    if stage.rng("lake bough").random() < 0.6:
        bough(stage)


LAKE = Setting(0.54, lake, lake_frame)
