"""The harbour: houses with lit windows over dark water, boats, and a quay."""

import numpy as np

from services.image.backends.painting.canvas import blend
from services.image.backends.painting.cast import paint_set
from services.image.backends.painting.drawings import library
from services.image.backends.painting.figure import put
from services.image.backends.painting.houses import house_row
from services.image.backends.painting.noise import line
from services.image.backends.painting.places.setting import Setting, distance, heaven
from services.image.backends.painting.plan import Role
from services.image.backends.painting.stage import Stage, near_shade
from services.image.backends.painting.standing import Stand
from services.image.backends.painting.stencil import Stencil
from services.image.backends.painting.terrain import mist
from services.image.backends.painting.trees import rim
from services.image.backends.painting.water import lay_water

_QUAY = 0.86


def harbour(stage: Stage) -> None:
    """Two rows of houses, one above the other, and their lights in the water."""
    heaven(stage)
    distance(stage, stage.horizon - 0.06)
    width = stage.canvas.width
    slope = stage.horizon - 0.045 + 0.02 * line("cloud", stage.rng("slope"), width, 90.0)
    house_row(stage, slope, 0.12, 0.34, "upper houses")
    mist(stage, stage.horizon - 0.04, 0.02, 0.25, "chimney smoke")
    house_row(stage, np.full(width, stage.horizon + 0.004, dtype=np.float32), 0.16, 0.18, "quay houses")
    stage.back = np.full(width, stage.horizon + 0.004, dtype=np.float32)
    paint_set(stage)
    lay_water(stage, stage.horizon, 1.0, 0.30)
    _moored(stage)
    _quay(stage)


def _moored(stage: Stage) -> None:
    """Boats at their moorings."""
    boat, rng = Role(library()["sailboat"], "boat"), stage.rng("moored")
    for off in (0.28, 0.37, 0.46, -0.42):
        tall = float(rng.uniform(0.12, 0.25))
        v = stage.horizon + 0.05 + tall * 0.25
        put(stage, boat, Stand(0.5 + stage.light.side * off, v, tall, 0.12, bool(rng.random() < 0.5), wet=True))


def _quay(stage: Stage) -> None:
    """Planks before the water, for the cast to stand on."""
    canvas = stage.canvas
    boards, seams, posts = Stencil(canvas, 0.7, 1.0), Stencil(canvas, 0.7, 1.0), Stencil(canvas, 0.7, 1.0)
    boards.polygon([(0.0, _QUAY), (1.0, _QUAY), (1.0, 1.0), (0.0, 1.0)])
    far = np.linspace(0.0, 1.0, canvas.height, dtype=np.float32)[canvas.row(0.7) :, None]
    low, high = blend(stage.tone("#5a4636", 0.2), stage.tones.shade, 0.4), stage.tone("#a08264", 0.9)
    lit = np.clip(1.0 - (far - _QUAY) * 5.5, 0.0, 1.0) + boards.mask() * 0
    canvas.mix(low[:, None, None] + (high - low)[:, None, None] * lit[None], boards.mask(), boards.at)
    for u in np.linspace(-0.6, 1.6, 60):
        seams.line([(0.5 + (u - 0.5) * 0.8, _QUAY), (0.5 + (u - 0.5) * 1.25, 1.0)], 0.0022)
    canvas.shade(stage.tones.shade, seams.mask() * 0.55, seams.at)
    for u in (0.05, 0.29, 0.71, 0.95):
        posts.line([(u, 0.935), (u, 0.80)], 0.030)
        posts.disc(u, 0.80, 0.0155)
    rope = np.linspace(0.0, 1.0, 12)
    for left, right in ((0.05, 0.29), (0.71, 0.95)):
        sag = 0.825 + 0.06 * np.sin(np.pi * rope)
        posts.line(np.column_stack([left + (right - left) * rope, sag]), 0.005)
    canvas.mix(near_shade(stage, 0.6), posts.mask(), posts.at)
    canvas.shine(stage.tones.light, rim(stage, posts.mask(), 0.003) * 0.5, posts.at)
    stage.ground = np.full(canvas.width, _QUAY + 0.035, dtype=np.float32)
    stage.water = (stage.horizon, _QUAY)


HARBOUR = Setting(0.55, harbour)
