"""What a place is, and the layers that many places share."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from services.image.backends.painting.canvas import blend
from services.image.backends.painting.cumulus import heap, lay_puffs
from services.image.backends.painting.noise import Plane
from services.image.backends.painting.plants import lay_grass
from services.image.backends.painting.sky import paint_sky
from services.image.backends.painting.stage import Stage, grass_of, near_shade
from services.image.backends.painting.stencil import Stencil, outline
from services.image.backends.painting.terrain import (
    Land,
    hill_line,
    lay_dune,
    lay_land,
    lay_mountains,
    lay_snow_ground,
    mist,
    path,
    peak_line,
)
from services.image.backends.painting.trees import lay_pines, rim, tree_line
from services.image.backends.painting.weather import lightning

_LEAF = outline("0 0, .5 -.32, 1 0, .5 .32")
_COVERED = frozenset({"rain", "storm", "overcast", "fog", "snow", "clear"})


def _nothing(stage: Stage) -> None:
    """No frame."""


@dataclass(frozen=True)
class Setting:
    """A kind of place."""

    horizon: float
    """Height (v) of the horizon."""
    paint: Callable[[Stage], None]
    """Paints everything behind the cast, and says where the cast stands."""
    frame: Callable[[Stage], None] = _nothing
    """Paints what stands before the cast."""


def heaven(stage: Stage) -> None:
    """The sky and its lightning."""
    paint_sky(stage.canvas, stage.plan, stage.tones, stage.light, stage.horizon)
    if stage.plan.hour in ("day", "golden", "dawn") and not stage.plan.weather & _COVERED:
        _heaps(stage)
    if "storm" in stage.plan.weather:
        lightning(stage)


def _heaps(stage: Stage) -> None:
    """Heaps of cloud that stand on the horizon on a fair day, on the side away from the sun."""
    rng = stage.rng("heaps")
    if rng.random() < 0.35:
        return
    puffs = []
    for off in (0.10, 0.26, 0.44)[: int(rng.integers(1, 4))]:
        foot = (0.5 - stage.light.side * (off + float(rng.normal(0, 0.03))), stage.horizon + 0.01)
        size = (float(rng.uniform(0.25, 0.45)), float(rng.uniform(0.14, 0.34)))
        puffs.append(heap(rng, foot, size, stage.canvas.aspect))
    lay_puffs(stage, np.vstack(puffs), stage.horizon - 0.01, 0.30, "heaps")


def distance(stage: Stage, base: float | None = None) -> None:
    """What stands at the horizon: mountains where they were named, hills otherwise."""
    horizon = stage.horizon if base is None else base
    behind = stage.plan.behind
    if "mountains" in behind or (not behind & {"sea", "coast", "desert"} and stage.rng("distance").random() < 0.5):
        snow = 0.8 if stage.plan.winter else 0.35
        lay_mountains(stage, peak_line(stage, "far peaks", horizon - 0.02, 0.24), 0.62, "far peaks", snow)
    elif "desert" in behind:
        lay_dune(stage, hill_line(stage, "far dunes", horizon - 0.03, 0.05), 0.6, "far dunes")
    else:
        far = stage.tone("#6f8790", 0.4, 0.68)
        lay_land(
            stage,
            Land(hill_line(stage, "far hills", horizon - 0.06, 0.055), far, stage.tones.haze, 0.16, 0.03),
            "far hills",
        )
    mist(stage, horizon - 0.01, 0.03, 0.5, "far mist")


def rolling(stage: Stage, layers: tuple[tuple[float, float, float], ...], woods: bool = True) -> Plane:
    """Hills one behind the other (height, swell, haze); the crest of the last is returned."""
    crest = np.zeros(stage.canvas.width, dtype=np.float32)
    for number, (base, swell, far) in enumerate(layers):
        subject = f"hill {number}"
        crest = hill_line(stage, subject, base, swell, 150.0 + 60 * number)
        ground(stage, crest, far, subject)
        if woods and number < len(layers) - 1 and stage.rng(subject + " woods").random() < 0.75:
            tree_line(stage, crest, 0.05 - 0.018 * far, far, subject + " woods")
        if far > 0.2:
            mist(stage, float(np.median(crest)) + 0.075, 0.025, 0.35 * far, subject + " mist")
    return crest


def ground(stage: Stage, crest: Plane, far: float, subject: str) -> None:
    """Grass, or snow in winter."""
    if stage.plan.winter and far < 0.3:
        lay_snow_ground(stage, crest, subject)
        return
    code = grass_of(stage)
    low = stage.tone(code, 0.15, far * 0.8)
    lay_land(
        stage,
        Land(crest, stage.tone(code, 0.9, far), blend(low, stage.tones.shade, 0.25 * (1 - far)), 0.4, 0.10, 330),
        subject,
    )


def near_ground(stage: Stage, base: float, swell: float) -> Plane:
    """The ground on which the cast stands, with a path if one was named."""
    crest = hill_line(stage, "near", base, swell, 120.0)
    ground(stage, crest, 0.0, "near")
    if "path" in stage.plan.features:
        path(stage, crest, "path")
    stage.ground = crest
    return crest


def grass_frame(stage: Stage) -> None:
    """Dark grass right before the onlooker."""
    crest = hill_line(stage, "front", 0.985, 0.03, 160.0) - side_rise(stage) * 0.09
    tone = blend(stage.tone(grass_of(stage), 0.10), near_shade(stage, 0.5), 0.12 if stage.plan.hour == "day" else 0.65)
    lay_land(stage, Land(crest, tone, blend(tone, stage.tones.shade, 0.5), 0.06, 0.12, 400), "front")
    lay_grass(stage, crest, 0.10, tone, "front grass")


def front(stage: Stage) -> None:
    """Grass before the onlooker, or pines in winter."""
    if stage.plan.winter:
        pine_frame(stage)
    else:
        grass_frame(stage)


def side_rise(stage: Stage) -> Plane:
    """Rises towards both edges of the picture."""
    u = stage.canvas.across()[0]
    rise: Plane = np.abs(u - 0.5) ** 2 * 4
    return rise


def pine_frame(stage: Stage) -> None:
    """Two or three near pines at the darker edge."""
    rng = stage.rng("pine frame")
    side = -stage.light.side
    feet, heights = [], []
    for number in range(3):
        u = 0.5 + side * (0.38 + 0.075 * number + float(rng.normal(0, 0.01)))
        feet.append((u, 0.985 + 0.03 * number))
        heights.append(float(rng.uniform(0.62, 0.92)))
    lay_pines(stage, feet, heights, 0.0, "pine frame")


def bough(stage: Stage) -> None:
    """A bough that hangs into the picture from the light's side, at the top."""
    canvas = stage.canvas
    rng = stage.rng("bough")
    side = stage.light.side
    stencil = Stencil(canvas, 0.0, 0.5)
    start = 1.02 if side > 0 else -0.02
    share = np.linspace(0.0, 1.0, 12)
    u = start - side * share * 0.36
    v = 0.03 + 0.10 * share**1.4 + 0.008 * np.sin(share * 9)
    for at in range(11):
        stencil.line([(u[at], v[at]), (u[at + 1], v[at + 1])], 0.017 * (1 - share[at]) + 0.002)
        for _ in range(9):
            x, y = float(u[at] + rng.normal(0, 0.022)), float(v[at] + abs(rng.normal(0.012, 0.03)))
            size, turn = float(rng.uniform(0.011, 0.021)), float(rng.uniform(0.2, 2.4))
            around = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
            stencil.stamp(_LEAF @ around, (x, y), (size / canvas.aspect, size))
    mask = stencil.mask()
    canvas.mix(near_shade(stage, 0.65), mask, stencil.at)
    canvas.shine(stage.tones.light, rim(stage, mask, 0.002) * 0.35, stencil.at)
