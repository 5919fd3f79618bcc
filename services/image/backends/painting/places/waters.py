"""Places at the water: the sea, the coast, the harbour, the lake, the river."""

import numpy as np

from services.image.backends.painting.canvas import blend, colour
from services.image.backends.painting.cast import Stand, paint_set, put
from services.image.backends.painting.drawings import library
from services.image.backends.painting.noise import cut, line, smooth
from services.image.backends.painting.places.setting import (
    Setting,
    bough,
    distance,
    grass_frame,
    ground,
    heaven,
    near_ground,
    pine_frame,
)
from services.image.backends.painting.places.towns import house_row
from services.image.backends.painting.places.woods import palms
from services.image.backends.painting.plan import Role
from services.image.backends.painting.plants import lay_grass, reeds, rim, tree_line
from services.image.backends.painting.stage import Stage, grass_of, near_shade
from services.image.backends.painting.stencil import Stencil
from services.image.backends.painting.terrain import Land, hill_line, lay_land, lay_mountains, mist, peak_line
from services.image.backends.painting.water import lay_water, lay_waves
from services.image.backends.painting.weather import bank


def sea(stage: Stage) -> None:
    """Open water to the horizon; waves in wind and storm."""
    heaven(stage)
    if "mountains" in stage.plan.behind or "coast" in stage.plan.behind:
        lay_mountains(stage, peak_line(stage, "isles", stage.horizon + 0.01, 0.14), 0.6, "isles", 0.0)
    stage.back = np.full(stage.canvas.width, stage.horizon + 0.004, dtype=np.float32)
    if any(role.drawing.name in ("lighthouse", "castle", "tower", "house") for role in stage.plan.cast):
        _rock(stage)
    paint_set(stage)
    rough = 1.0 if stage.plan.weather & {"storm"} else 0.55 if stage.plan.weather & {"wind", "rain"} else 0.0
    lay_water(stage, stage.horizon, 1.0, 0.55)
    if rough:
        lay_waves(stage, stage.horizon + 0.03, rough)
    stage.water = (stage.horizon, 1.0)


def _rock(stage: Stage) -> None:
    """A rock in the sea to build on."""
    canvas, rng = stage.canvas, stage.rng("rock")
    u = np.linspace(0.0, 1.0, canvas.width, dtype=np.float32)
    middle = 0.5 - stage.light.side * 0.20
    hump = 0.085 * np.exp(-(((u - middle) / 0.10) ** 2))
    rough = line("rough", rng, canvas.width, 260.0) * 0.010 * (hump > 0.01)
    crest = stage.horizon + 0.012 - hump - rough
    lay_land(
        stage, Land(crest, stage.tone("#5a534e", 0.6, 0.2), stage.tone("#3a3838", 0.1, 0.15), 0.10, 0.2, 420), "rock"
    )
    stage.back = crest


def coast(stage: Stage) -> None:
    """Cliffs on one side, the sea, surf and sand."""
    heaven(stage)
    _cliffs(stage)
    paint_set(stage)
    lay_water(stage, stage.horizon, 1.0, 0.5)
    if stage.plan.weather & {"storm", "wind"}:
        lay_waves(stage, stage.horizon + 0.04, 0.6)
    crest = hill_line(stage, "near", 0.80, 0.05, 70.0)
    _surf(stage, crest)
    stage.ground = crest + 0.05
    stage.water = (stage.horizon, float(crest.min()))
    if "palm" in stage.plan.features:
        side = -stage.light.side
        palms(stage, ((0.5 + side * 0.36, 0.90), (0.5 + side * 0.44, 0.93)), 0.52, 0.0)


def _cliffs(stage: Stage) -> None:
    """Headlands that step back into the haze."""
    canvas = stage.canvas
    u = canvas.across()[0]
    side = -stage.light.side
    from_edge = 0.5 + side * (0.5 - u) if side > 0 else u
    from_edge = (1 - u) if side > 0 else u
    stage.back = np.full(canvas.width, stage.horizon + 0.004, dtype=np.float32)
    for number, (reach, tall, far) in enumerate(((0.52, 0.10, 0.60), (0.40, 0.17, 0.38), (0.27, 0.26, 0.18))):
        rng = stage.rng(f"cliff {number}")
        rough = line("rough", rng, canvas.width, 240.0) * 0.008 + line("cloud", rng, canvas.width, 90.0) * 0.015
        shape = smooth(reach, reach * 0.72, from_edge + rough)
        crest = stage.horizon + 0.012 - tall * shape * (1.0 + rough * 4)
        lay_land(
            stage,
            Land(crest, stage.tone("#8a8474", 0.8, far), stage.tone("#54504a", 0.15, far), 0.16, 0.22, 420),
            f"cliff {number}",
        )
        cap = Land(crest, stage.tone(grass_of(stage), 0.8, far), stage.tone("#8a8474", 0.6, far), 0.022, 0.1, 420)
        _cap(stage, cap, f"cap {number}")
        stage.back = crest
    mist(stage, stage.horizon - 0.005, 0.02, 0.3, "sea mist")


def _cap(stage: Stage, land: Land, subject: str) -> None:
    """Grass on top of a cliff."""
    canvas = stage.canvas
    first = canvas.row(max(0.0, float(land.crest.min())))
    below = canvas.down(first) - land.crest[None, :]
    ragged = cut("rough", stage.rng(subject), below.shape, (240, 300 * canvas.aspect)) * 0.004
    alpha = (
        smooth(0.0, 0.003, below) * smooth(0.024, 0.012, below + ragged) * (land.crest < stage.horizon - 0.02)[None, :]
    )
    canvas.mix(land.top, alpha, (first, 0))


def _surf(stage: Stage, crest: np.ndarray) -> None:
    """The beach, wet where the last wave was, and lines of foam."""
    canvas = stage.canvas
    sand = "#e6cfa2" if not stage.plan.winter else "#dfe6ec"
    wet = Land(crest, blend(stage.tone(sand, 0.5), stage.tones.sky[-1], 0.45), stage.tone(sand, 0.6), 0.05, 0.03, 300)
    lay_land(stage, wet, "wet sand")
    dry = crest + 0.035 + 0.008 * line("cloud", stage.rng("dry"), canvas.width, 160.0)
    lay_land(
        stage,
        Land(dry, stage.tone(sand, 0.9), blend(stage.tone(sand, 0.3), stage.tones.shade, 0.25), 0.26, 0.05, 420),
        "dry sand",
    )
    for number, (off, thick) in enumerate(((0.0, 0.008), (-0.028, 0.006), (-0.062, 0.004))):
        edge = crest + off + 0.005 * line("rough", stage.rng(f"surf {number}"), canvas.width, 200.0)
        first, last = canvas.row(float(edge.min()) - 0.03), canvas.row(float(edge.max()) + 0.03)
        below = canvas.down(first, last) - edge[None, :]
        lace = cut("rough", stage.rng(f"lace {number}"), below.shape, (40, 300 * canvas.aspect))
        alpha = np.exp(-((below / thick) ** 2)) * smooth(-1.0, 0.8, lace + (1.0 if number == 0 else 0.0))
        canvas.mix(stage.tone("#f8fbfa", 0.95), np.clip(alpha, 0, 0.92), (first, 0))


def harbour(stage: Stage) -> None:
    """A row of houses with lit windows over dark water, boats, and a quay."""
    heaven(stage)
    distance(stage, stage.horizon - 0.03)
    house_row(stage, stage.horizon + 0.004, 0.17, 0.22, "quay houses")
    stage.back = np.full(stage.canvas.width, stage.horizon + 0.004, dtype=np.float32)
    paint_set(stage)
    lay_water(stage, stage.horizon, 1.0, 0.30)
    boats = library()
    rng = stage.rng("moored")
    for u in (0.5 + stage.light.side * 0.30, 0.5 + stage.light.side * 0.40, 0.5 - stage.light.side * 0.40):
        tall = float(rng.uniform(0.14, 0.24))
        put(
            stage,
            Role(boats["sailboat"], "boat"),
            Stand(u, stage.horizon + 0.05 + tall * 0.25, tall, 0.12, bool(rng.random() < 0.5), wet=True),
        )
    _quay(stage)


def _quay(stage: Stage) -> None:
    """Planks in the foreground for the cast to stand on."""
    canvas = stage.canvas
    crest = np.full(canvas.width, 0.86, dtype=np.float32)
    lay_land(
        stage,
        Land(
            crest,
            stage.tone("#8a6e54", 0.75),
            blend(stage.tone("#4a3a2e", 0.2), stage.tones.shade, 0.4),
            0.14,
            0.06,
            500,
        ),
        "quay",
    )
    seams = Stencil(canvas, 0.86, 1.0)
    for u in np.linspace(-0.6, 1.6, 60):
        seams.line(np.array([(0.5 + (u - 0.5) * 0.8, 0.86), (0.5 + (u - 0.5) * 1.25, 1.0)]), 0.0022)
    canvas.shade(stage.tones.shade, seams.mask() * 0.6, seams.at)
    posts = Stencil(canvas, 0.70, 1.0)
    for u in (0.06, 0.30, 0.70, 0.94):
        posts.polygon(np.array([(u - 0.011, 0.93), (u - 0.011, 0.79), (u + 0.011, 0.79), (u + 0.011, 0.93)]))
    canvas.mix(near_shade(stage, 0.6), posts.mask(), posts.at)
    canvas.shine(stage.tones.light, rim(stage, posts.mask(), 0.003) * 0.5, posts.at)
    stage.ground = crest + 0.03
    stage.water = (stage.horizon, 0.86)


def lake(stage: Stage) -> None:
    """Mountains or hills, a wooded shore, and all of it again in the water."""
    heaven(stage)
    distance(stage)
    shore = hill_line(stage, "shore", stage.horizon - 0.012, 0.02, 110.0)
    ground(stage, np.minimum(shore, stage.horizon), 0.40, "shore")
    tree_line(stage, shore, 0.085, 0.36, "shore trees")
    stage.back = np.minimum(shore, stage.horizon) + 0.006
    paint_set(stage)
    mist(stage, stage.horizon - 0.01, 0.016, 0.4, "lake mist")
    lay_water(stage, stage.horizon, 1.0, 0.20)
    bank(stage, 0.28, "lake bank")
    dry = all(role.drawing.habitat == "water" for role in stage.plan.cast) and stage.plan.cast
    base = 0.95 if dry else 0.87
    crest = hill_line(stage, "near", base, 0.05, 110.0)
    crest = crest + 0.07 * (stage.canvas.across()[0] - 0.5) * stage.light.side
    ground(stage, crest, 0.0, "near")
    if not stage.plan.winter:
        lay_grass(
            stage, crest, 0.045, blend(stage.tone(grass_of(stage), 0.3), stage.tones.shade, 0.25), "bank grass", 800
        )
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


def river(stage: Stage) -> None:
    """A river that winds out of the hills, or falls from them."""
    heaven(stage)
    distance(stage)
    crest = hill_line(stage, "hill 0", stage.horizon, 0.05)
    ground(stage, crest, 0.45, "hill 0")
    tree_line(stage, crest, 0.06, 0.42, "river woods")
    stage.back = hill_line(stage, "hill 1", stage.horizon + 0.05, 0.03)
    ground(stage, stage.back, 0.22, "hill 1")
    if "waterfall" in stage.plan.features:
        _waterfall(stage)
    paint_set(stage)
    top = stage.horizon + 0.075
    before = stage.canvas.pixels.copy()
    lay_water(stage, top, 1.0, 0.42)
    _banks(stage, before, top)
    bridges = [role for role in stage.plan.cast if role.drawing.name == "bridge"]
    for role in bridges:
        put(stage, role, Stand(0.5 - stage.light.side * 0.05, top + 0.10, 0.20 * role.scale, 0.12, wet=True))
    stage.ground = np.full(stage.canvas.width, 0.86, dtype=np.float32)
    stage.water = (top + 0.1, 0.97)


def _banks(stage: Stage, before: np.ndarray, top: float) -> None:
    """Put the land back beside the river's bed."""
    canvas = stage.canvas
    first = canvas.row(top)
    share = (canvas.down(first) - top) / (1 - top)
    side = stage.light.side
    middle = 0.5 + side * 0.16 + side * 0.20 * np.sin(share * 4.4) * (1.05 - share) - side * 0.02 * share
    wide = 0.012 + 0.33 * share**1.35
    rough = cut("rough", stage.rng("banks"), (len(share), canvas.width), (190, 190 * canvas.aspect)) * 0.016
    off = np.abs(canvas.across() - middle) - wide + rough * (0.2 + share)
    land = smooth(-0.004, 0.004, off)
    grass = grass_of(stage)
    deep = blend(stage.tone(grass, 0.2), stage.tones.shade, 0.3)
    brush = cut("rough", stage.rng("bank brush"), (len(share), canvas.width), (170, 340 * canvas.aspect)) * 0.09
    tone = stage.tone(grass, 0.85, 0.15)[:, None, None] * (1 - share)[None] + deep[:, None, None] * share[None]
    canvas.mix(tone * (1 + brush)[None], land, (first, 0))
    edge = np.exp(-((off / (0.003 + 0.008 * share)) ** 2)) * 0.7
    canvas.shade(stage.tone("#3a342a", 0.2), edge, (first, 0))


def _waterfall(stage: Stage) -> None:
    """A fall over a cliff beside the light."""
    canvas, rng = stage.canvas, stage.rng("fall")
    middle = stage.light.u - stage.light.side * 0.06
    top, foot = stage.horizon - 0.30, stage.horizon + 0.10
    u = canvas.across()[0]
    off = np.abs(u - middle)
    crest = top + smooth(0.10, 0.40, off) * 0.34 + line("rough", rng, canvas.width, 240.0) * 0.012
    lay_land(
        stage,
        Land(
            crest,
            stage.tone("#6a655c", 0.7, 0.25),
            stage.tone("#46443f", 0.15, 0.3),
            0.4,
            0.28,
            520,
        ),
        "cliff",
    )
    first, last = canvas.row(top + 0.01), canvas.row(foot)
    v = canvas.down(first, last)
    wide = 0.030 + 0.05 * (v - top)
    threads = cut("rough", rng, (last - first, canvas.width), (26, 420 * canvas.aspect))
    alpha = smooth(1.0, 0.6, np.abs(canvas.across() - middle) / wide + threads * 0.12)
    tone = blend(stage.tone("#eef8fb", 0.9, 0.1), colour("#ffffff"), 0.1)
    canvas.mix(tone, alpha * (0.80 + 0.12 * threads).clip(0, 1), (first, 0))
    spray = np.exp(-((canvas.distance(middle, foot - 0.01, 2.0) / 0.09) ** 2)) * 0.8
    canvas.mix(blend(stage.tones.haze, tone, 0.6), spray)


SEA = Setting(0.52, sea)
COAST = Setting(0.52, coast)
HARBOUR = Setting(0.55, harbour)
LAKE = Setting(0.54, lake, lake_frame)
RIVER = Setting(0.54, river, grass_frame)

__all__ = ["COAST", "HARBOUR", "LAKE", "RIVER", "SEA", "near_ground"]
