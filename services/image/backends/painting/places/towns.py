"""Places that people built: the city, the village, the castle, the ruins."""

import numpy as np

from services.image.backends.painting.canvas import blend, colour
from services.image.backends.painting.cast import Stand, paint_set, put
from services.image.backends.painting.drawings import library
from services.image.backends.painting.noise import Plane, cut, smooth
from services.image.backends.painting.places.setting import (
    Setting,
    distance,
    grass_frame,
    ground,
    heaven,
    near_ground,
    pine_frame,
    rolling,
)
from services.image.backends.painting.plan import Role
from services.image.backends.painting.plants import lay_grass, rim, tree_line
from services.image.backends.painting.sky import spot
from services.image.backends.painting.stage import Stage, grass_of, near_shade
from services.image.backends.painting.stencil import Stencil, soft
from services.image.backends.painting.terrain import hill_line, lay_mountains, mist, peak_line
from services.image.backends.painting.water import lay_water

_WALLS = ("#a8705a", "#c9a878", "#8f8a86", "#b89a82", "#7a6a74", "#c4b49a")
_ROOFS = ("#8f4034", "#6a4a44", "#4a4a56", "#a05a3c")


def city(stage: Stage) -> None:
    """Towers in the haze, a street between lit houses, and all of it on the wet ground."""
    heaven(stage)
    for number, (tall, far, count) in enumerate(((0.30, 0.70, 34), (0.40, 0.48, 24))):
        _skyline(stage, tall, far, count, number)
        mist(stage, stage.horizon - 0.02, 0.07, 0.34, f"smog {number}")
    _street(stage)
    stage.back = np.full(stage.canvas.width, stage.horizon + 0.02, dtype=np.float32)
    paint_set(stage)
    shine = 0.16 if stage.plan.weather & {"rain", "storm"} else 0.12
    lay_water(stage, stage.horizon + 0.03, 1.0, shine, "#20242c" if not stage.plan.winter else "#8a96a8")
    dull = np.clip((stage.canvas.down() - (stage.horizon + 0.03)) * 30, 0, 1) * (
        0.30 if stage.plan.weather & {"rain", "storm"} else 0.52
    )
    stone = stage.tone("#5a5a62" if not stage.plan.winter else "#dfe6f0", 0.4)
    stage.canvas.mix(stone, dull)
    stage.water = None
    stage.ground = np.full(stage.canvas.width, 0.84, dtype=np.float32)


def _skyline(stage: Stage, tall: float, far: float, count: int, number: int) -> None:
    """Towers in one depth, with their windows."""
    canvas, rng = stage.canvas, stage.rng(f"skyline {number}")
    walls = Stencil(canvas, 0.0, min(1.0, stage.horizon + 0.05))
    for _ in range(count):
        u, wide = float(rng.uniform(-0.03, 1.03)), float(rng.uniform(0.014, 0.034))
        top = stage.horizon - tall * float(rng.uniform(0.25, 1.0)) ** 1.5
        foot = stage.horizon + 0.05
        walls.polygon(np.array([(u - wide, foot), (u - wide, top), (u + wide, top), (u + wide, foot)]))
        kind = rng.random()
        if kind < 0.3:
            walls.polygon(
                np.array(
                    [
                        (u - wide * 0.6, top),
                        (u - wide * 0.6, top - 0.03),
                        (u + wide * 0.6, top - 0.03),
                        (u + wide * 0.6, top),
                    ]
                )
            )
            walls.line(np.array([(u, top - 0.03), (u, top - 0.075)]), 0.0025)
        elif kind < 0.5:
            walls.polygon(np.array([(u - wide, top), (u, top - 0.05), (u + wide, top)]))
    mask = walls.mask()
    canvas.mix(stage.tone("#4f5566", 0.35, far), mask, walls.at)
    if stage.plan.dark or stage.plan.weather:
        _windows(stage, mask, walls.at, far, rng)


def _windows(stage: Stage, mask: Plane, at: tuple[int, int], far: float, rng: np.random.Generator) -> None:
    """A grid of windows, some lit."""
    canvas = stage.canvas
    step = max(3.0, canvas.height * 0.0115)
    rows = (np.arange(mask.shape[0]) / step)[:, None]
    columns = (np.arange(mask.shape[1]) / (step * 0.8))[None, :]
    lit = rng.random((int(rows.max()) + 2, int(columns.max()) + 2)).astype(np.float32)
    bright = lit[rows.astype(int), columns.astype(int)]
    frame = ((rows % 1.0) > 0.35) & ((rows % 1.0) < 0.85) & ((columns % 1.0) > 0.25) & ((columns % 1.0) < 0.85)
    glow = (bright > 0.66) * frame * mask * (0.45 + bright * 0.5) * (1 - far * 0.45)
    canvas.shine(colour("#ffce82"), glow, at)


def _street(stage: Stage) -> None:
    """Two rows of houses that run to the vanishing point, and street lamps."""
    _canvas, rng = stage.canvas, stage.rng("street")
    for side in (-1.0, 1.0):
        near = 0.62
        for number in range(6, -1, -1):
            depth, next_depth = 0.62 ** (number), 0.62 ** (number + 1)
            outer, inner = 0.5 + side * (near * depth), 0.5 + side * (near * next_depth)
            tall = float(rng.uniform(0.50, 0.78))
            foot_o, foot_i = stage.horizon + 0.34 * depth, stage.horizon + 0.34 * next_depth
            top_o, top_i = stage.horizon - tall * depth, stage.horizon - tall * next_depth
            _facade(stage, ((outer, foot_o, top_o), (inner, foot_i, top_i)), number, rng)
    lamps = library()["lamp"]
    for number in range(4, 0, -1):
        depth = 0.60**number
        for side in (-1.0, 1.0):
            put(
                stage,
                Role(lamps, "lamp"),
                Stand(0.5 + side * 0.46 * depth, stage.horizon + 0.31 * depth, 0.50 * depth, 0.4 * (number / 5)),
            )


def _facade(
    stage: Stage,
    wall: tuple[tuple[float, float, float], tuple[float, float, float]],
    number: int,
    rng: np.random.Generator,
) -> None:
    """One house front in perspective."""
    canvas = stage.canvas
    (u, foot, top), (u2, foot2, top2) = wall
    far = min(0.62, 0.11 * number)
    code = _WALLS[int(rng.integers(len(_WALLS)))]
    lit_side = (u - 0.5) * stage.light.side < 0
    stencil = Stencil(canvas, max(0.0, top - 0.1), min(1.0, foot + 0.02))
    stencil.polygon(np.array([(u, foot), (u, top), (u2, top2), (u2, foot2)]))
    base = stage.tone(code, 0.75 if lit_side else 0.2, far)
    canvas.mix(blend(base, stage.tones.shade, 0.30 if stage.plan.dark else 0.08), stencil.mask(), stencil.at)
    frames, panes = (
        Stencil(canvas, max(0.0, top - 0.1), min(1.0, foot)),
        Stencil(canvas, max(0.0, top - 0.1), min(1.0, foot)),
    )
    for row in np.linspace(0.10, 0.78, 5):
        for column in (0.16, 0.44, 0.72):
            corners = []
            for du, dv in ((0.0, 0.0), (0.16, 0.0), (0.16, 0.10), (0.0, 0.10)):
                share = column + du
                y0, y1 = top + (top2 - top) * share, foot + (foot2 - foot) * share
                corners.append((u + (u2 - u) * share, y0 + (y1 - y0) * (row + dv)))
            lamp = rng.random() < (0.55 if stage.plan.dark else 0.10)
            (panes if lamp else frames).polygon(np.array(corners))
    canvas.mix(blend(stage.tone("#3a4454", 0.3, far), stage.tones.sky[1], 0.3), frames.mask() * 0.85, frames.at)
    glow = panes.mask()
    canvas.mix(blend(colour("#ffc872"), stage.tones.haze, far * 0.5), glow, panes.at)
    if stage.plan.dark:
        canvas.shine(colour("#ff9f4a"), soft(glow, 0.014 * canvas.height) * 0.55, panes.at)


def house_row(stage: Stage, foot: float, tall: float, far: float, subject: str) -> None:
    """Narrow gabled houses, wall to wall, with lit windows."""
    canvas, rng = stage.canvas, stage.rng(subject)
    u = -0.02
    while u < 1.02:
        wide, high = float(rng.uniform(0.035, 0.060)), tall * float(rng.uniform(0.55, 1.0))
        wall, roof = _WALLS[int(rng.integers(6))], _ROOFS[int(rng.integers(4))]
        body = Stencil(canvas, max(0.0, foot - high * 1.6), foot)
        body.polygon(np.array([(u, foot), (u, foot - high), (u + wide, foot - high), (u + wide, foot)]))
        canvas.mix(
            blend(stage.tone(wall, 0.5, far), stage.tones.shade, 0.3 if stage.plan.dark else 0.0), body.mask(), body.at
        )
        top = Stencil(canvas, max(0.0, foot - high * 1.6), foot)
        top.polygon(
            np.array([(u - 0.003, foot - high), (u + wide / 2, foot - high * 1.35), (u + wide + 0.003, foot - high)])
        )
        canvas.mix(stage.tone(roof if not stage.plan.winter else "#eef3fa", 0.5, far), top.mask(), top.at)
        _house_windows(stage, (u, foot, wide, high), far, rng)
        u += wide


def _house_windows(stage: Stage, box: tuple[float, float, float, float], far: float, rng: np.random.Generator) -> None:
    u, foot, wide, high = box
    canvas = stage.canvas
    lit, dim = Stencil(canvas, max(0.0, foot - high * 1.6), foot), Stencil(canvas, max(0.0, foot - high * 1.6), foot)
    for row in (0.22, 0.48, 0.74):
        for column in (0.18, 0.58):
            x, y = u + wide * column, foot - high * (row + 0.14)
            pane = np.array([(x, y), (x + wide * 0.22, y), (x + wide * 0.22, y + high * 0.13), (x, y + high * 0.13)])
            (lit if rng.random() < (0.6 if stage.plan.dark else 0.15) else dim).polygon(pane)
    canvas.mix(stage.tone("#3a4454", 0.3, far), dim.mask() * 0.8, dim.at)
    glow = lit.mask()
    canvas.mix(colour("#ffcb78"), glow * 0.95, lit.at)
    if stage.plan.dark:
        canvas.shine(colour("#ff9f4a"), soft(glow, 0.012 * canvas.height) * 0.6, lit.at)


def village(stage: Stage) -> None:
    """Houses on the slopes around a church, smoke, lit windows."""
    heaven(stage)
    distance(stage)
    drawings, rng = library(), stage.rng("village")
    crest = hill_line(stage, "hill 0", stage.horizon, 0.05)
    ground(stage, crest, 0.40, "hill 0")
    tree_line(stage, crest, 0.05, 0.38, "village woods")
    for number, (base, size, far, count) in enumerate(
        ((0.03, 0.085, 0.34, 9), (0.10, 0.125, 0.20, 7), (0.18, 0.18, 0.08, 4))
    ):
        crest = hill_line(stage, f"terrace {number}", stage.horizon + base, 0.03)
        ground(stage, crest, far, f"terrace {number}")
        for u in np.linspace(0.06, 0.94, count) + rng.normal(0, 0.022, count):
            if number == 2 and abs(float(u) - 0.5) < 0.2:
                continue
            name = "church" if number == 1 and abs(float(u) - stage.light.u) < 0.07 else "house"
            role = Role(drawings[name], name, colour=_WALLS[int(rng.integers(6))])
            tall = size * float(rng.uniform(0.8, 1.15)) * (1.5 if name == "church" else 1.0)
            put(stage, role, Stand(float(u), stage.at(crest, float(u)) + 0.014, tall, far, bool(rng.random() < 0.5)))
        mist(stage, stage.horizon + base + 0.05, 0.02, 0.22, f"smoke {number}")
    stage.back = crest
    paint_set(stage)
    near = near_ground(stage, 0.85, 0.03)
    if not stage.plan.winter:
        lay_grass(stage, near, 0.03, stage.tone(grass_of(stage), 0.4), "near grass", 600)


def castle(stage: Stage) -> None:
    """A castle on its hill, before mountains."""
    heaven(stage)
    lay_mountains(
        stage, peak_line(stage, "peaks 0", stage.horizon, 0.26), 0.62, "peaks 0", 0.8 if stage.plan.winter else 0.4
    )
    mist(stage, stage.horizon - 0.01, 0.05, 0.55, "valley")
    u = np.linspace(0.0, 1.0, stage.canvas.width, dtype=np.float32)
    middle = 0.5 - stage.light.side * 0.20
    hill = 0.19 * np.exp(-(((u - middle) / 0.21) ** 2))
    crest = hill_line(stage, "castle hill", stage.horizon + 0.08, 0.02) - hill
    ground(stage, crest, 0.24, "castle hill")
    tree_line(stage, crest + 0.03, 0.045, 0.26, "castle woods")
    stage.back = crest
    paint_set(stage)
    tree_line(stage, crest + 0.075, 0.055, 0.16, "lower woods")
    mist(stage, stage.horizon + 0.12, 0.04, 0.40, "moat mist")
    rolling(stage, ((stage.horizon + 0.17, 0.04, 0.10),), woods=False)
    near = near_ground(stage, 0.84, 0.04)
    if not stage.plan.winter:
        lay_grass(stage, near, 0.03, stage.tone(grass_of(stage), 0.4), "near grass", 600)


def ruins(stage: Stage) -> None:
    """Broken columns on a hill, the light between them."""
    heaven(stage)
    distance(stage)
    crest = rolling(stage, ((stage.horizon + 0.01, 0.05, 0.45), (stage.horizon + 0.10, 0.03, 0.20)))
    stage.back = crest
    paint_set(stage)
    _columns(stage, 0.755, 0.34, 0.22, "far columns", (0.16, 0.27, 0.38, 0.62, 0.73, 0.84))
    near = near_ground(stage, 0.79, 0.03)
    _columns(stage, 0.86, 0.60, 0.03, "near columns", (0.07, 0.20, 0.88))
    if not stage.plan.winter:
        lay_grass(stage, near, 0.035, stage.tone(grass_of(stage), 0.4), "near grass", 700)


def _columns(stage: Stage, foot: float, tall: float, far: float, subject: str, places: tuple[float, ...]) -> None:
    """Fluted columns, some broken, some still joined by a beam."""
    canvas, rng = stage.canvas, stage.rng(subject)
    whole, flutes = Stencil(canvas), Stencil(canvas)
    wide = tall * 0.055
    tops: list[tuple[float, float]] = []
    for u in places:
        at = u if stage.light.side > 0 else 1 - u
        high = tall * (1.0 if rng.random() < 0.6 else float(rng.uniform(0.35, 0.75)))
        top, half = foot - high, wide / canvas.aspect * 1.78
        jag = float(rng.uniform(-0.02, 0.02)) if high < tall else 0.0
        whole.polygon(
            np.array([(at - half, foot), (at - half * 0.84, top), (at + half * 0.84, top + jag), (at + half, foot)])
        )
        whole.polygon(
            np.array(
                [
                    (at - half * 1.35, foot + 0.02),
                    (at - half * 1.35, foot),
                    (at + half * 1.35, foot),
                    (at + half * 1.35, foot + 0.02),
                ]
            )
        )
        for share in (-0.5, -0.1, 0.3, 0.62):
            flutes.line(np.array([(at + half * share, foot), (at + half * share * 0.84, top + 0.01)]), wide * 0.16)
        if high == tall:
            whole.polygon(
                np.array(
                    [
                        (at - half * 1.3, top + 0.02),
                        (at - half * 1.5, top - 0.008),
                        (at + half * 1.5, top - 0.008),
                        (at + half * 1.3, top + 0.02),
                    ]
                )
            )
            tops.append((at, top))
    for (u, v), (u2, v2) in zip(sorted(tops), sorted(tops)[1:], strict=False):
        if u2 - u < 0.15:
            whole.polygon(
                np.array(
                    [(u - 0.025, v - 0.008), (u - 0.025, v - 0.045), (u2 + 0.025, v2 - 0.045), (u2 + 0.025, v2 - 0.008)]
                )
            )
    mask = whole.mask()
    stone = cut("rough", rng, mask.shape, (330, 330 * canvas.aspect)) * 0.10
    tone = stage.tone("#c9bda6", 0.55, far)
    canvas.mix(tone[:, None, None] * (1 + stone)[None], mask, whole.at)
    canvas.shade(stage.tone("#6a5f58", 0.2, far), flutes.mask() * mask * 0.75, flutes.at)
    canvas.shine(stage.tones.light, rim(stage, mask, 0.008) * 0.6, whole.at)
    moss = smooth(0.5, 1.6, cut("rough", rng, mask.shape, (150, 150 * canvas.aspect)))
    canvas.mix(stage.tone("#4f6a3c", 0.4, far), mask * moss * 0.5, whole.at)


def street_frame(stage: Stage) -> None:
    """Drops of light on the lens where lamps are near."""
    if not stage.plan.dark:
        return
    rng = stage.rng("bokeh")
    for _ in range(9):
        spot(
            stage.canvas,
            (float(rng.random()), float(rng.uniform(0.5, 1.0))),
            float(rng.uniform(0.012, 0.03)),
            colour("#ffb460"),
            0.10,
        )


def near_wall(stage: Stage) -> None:
    """Grass, or pines in winter."""
    if stage.plan.winter:
        pine_frame(stage)
    else:
        grass_frame(stage)
    del stage


CITY = Setting(0.56, city, street_frame)
VILLAGE = Setting(0.52, village, near_wall)
CASTLE = Setting(0.58, castle, near_wall)
RUINS = Setting(0.60, ruins, near_wall)

__all__ = ["CASTLE", "CITY", "RUINS", "VILLAGE", "house_row", "near_shade"]
