"""Above the clouds: banks of white that catch the light, with peaks like islands."""

import numpy as np

from services.image.backends.painting.cast import paint_set
from services.image.backends.painting.cumulus import heap, lay_puffs
from services.image.backends.painting.places.setting import Setting, heaven
from services.image.backends.painting.stage import Stage
from services.image.backends.painting.terrain import glow_pool, lay_mountains, mist, peak_line

_BANKS = ((0.00, 0.62, 0.10), (0.06, 0.44, 0.15), (0.15, 0.26, 0.20), (0.27, 0.10, 0.27), (0.42, 0.0, 0.36))
"""How far below the horizon, how hazy and how high each bank is."""


def clouds(stage: Stage) -> None:
    """Bank before bank, the nearest the highest."""
    heaven(stage)
    canvas = stage.canvas
    mist(stage, stage.horizon, 0.10, 0.8, "cloud floor")
    if "mountains" in stage.plan.behind or stage.rng("islands").random() < 0.5:
        lay_mountains(stage, peak_line(stage, "islands", stage.horizon + 0.04, 0.20), 0.5, "islands", 0.6)
    canvas.mix(stage.tones.haze, np.clip((canvas.down() - stage.horizon) * 9, 0.0, 1.0))
    for number, (below, far, high) in enumerate(_BANKS):
        rng = stage.rng(f"bank {number}")
        foot = stage.horizon + below + 0.03
        puffs = [
            heap(
                rng,
                (float(u + rng.normal(0, 0.03)), foot + 0.02),
                (0.34, high * float(rng.uniform(0.6, 1.1))),
                canvas.aspect,
            )
            for u in np.linspace(-0.05, 1.05, 7 - number)
        ]
        floor = np.column_stack(
            [rng.uniform(-0.05, 1.05, 60), foot + rng.uniform(0.0, 0.4, 60) * high, rng.uniform(0.25, 0.5, 60) * high]
        )
        lay_puffs(stage, np.vstack([*puffs, floor]), foot + high * 0.45, far, f"bank {number}")
        mist(stage, foot + 0.05, 0.04, 0.45 * (1 - number / 5), f"veil {number}")
        if number == 2:
            stage.back = np.full(canvas.width, foot, dtype=np.float32)
            paint_set(stage)
    glow_pool(stage, stage.light.u, stage.horizon + 0.05, 0.3, 0.25)
    stage.ground = np.full(canvas.width, 0.80, dtype=np.float32)


CLOUDS = Setting(0.46, clouds)
