"""Places without a landscape: the cave, the room, the sea floor, space, the sea of clouds."""

import numpy as np

from services.image.backends.painting.canvas import blend, colour
from services.image.backends.painting.cast import paint_set
from services.image.backends.painting.light import shafts
from services.image.backends.painting.noise import cut, line, smooth
from services.image.backends.painting.places.setting import Setting, heaven, side_rise
from services.image.backends.painting.plants import rim
from services.image.backends.painting.sky import paint_sky, spot
from services.image.backends.painting.stage import Stage, near_shade
from services.image.backends.painting.stencil import Stencil, moved
from services.image.backends.painting.terrain import Land, glow_pool, hill_line, lay_land, mist, peak_line
from services.image.backends.painting.water import lay_water

_CRYSTALS = ("#5fe0d8", "#8a7aff", "#ff8ad0", "#ffd27a")


def cave(stage: Stage) -> None:
    """A vault of rock, an opening with the sky in it, a pool, and crystals that shine."""
    canvas = stage.canvas
    heaven(stage)
    glow_pool(stage, stage.light.u, 0.36, 0.4, 0.5)
    for number, far in enumerate((0.55, 0.30, 0.08)):
        _vault(stage, number, far)
    lay_water(stage, stage.horizon + 0.06, 1.0, 0.16, "#0f3a44")
    shafts(stage, (stage.light.u, 0.02), 0.75)
    _crystals(stage)
    crest = hill_line(stage, "near", 0.88, 0.04, 110.0) - side_rise(stage) * 0.16
    lay_land(stage, Land(crest, stage.tone("#6a5f58", 0.55), near_shade(stage, 0.8), 0.14, 0.26, 420), "near")
    stage.ground = crest
    stage.back = crest - 0.06
    canvas.mix(
        stage.tones.shade,
        np.clip(side_rise(stage)[None, :] - 0.55, 0, 0.4) + canvas.down() * 0,
    )
    paint_set(stage)


def _vault(stage: Stage, number: int, far: float) -> None:
    """One ring of rock around the opening, with teeth of stone."""
    canvas, rng = stage.canvas, stage.rng(f"vault {number}")
    reach = 0.20 + 0.13 * number
    u, v = canvas.across() - stage.light.u, canvas.down() - 0.40
    turn = np.arctan2(v, u * canvas.aspect)
    edge = line("cloud", rng, 720, 300.0) * 0.045 + line("rough", rng, 720, 500.0) * 0.02
    edge = np.where(np.arange(720) < 60, edge * np.linspace(0, 1, 720) * 12, edge)
    edge = np.where(np.arange(720) > 660, edge * np.linspace(12, 0, 720), edge)
    hole = edge[((turn / (2 * np.pi) + 0.5) * 719).astype(int)]
    d = np.hypot(u * (canvas.aspect * 0.85), v) + hole - reach
    alpha = smooth(-0.002, 0.003, d)
    rock = cut("rough", rng, d.shape, (260, 260 * canvas.aspect))
    folds = cut("cloud", rng, d.shape, (300, 120 * canvas.aspect))
    inner = np.exp(-np.clip(d, 0, None) * 5.5)
    high, low = (
        stage.tone("#8f7a6c", 0.8, far * 0.8),
        blend(stage.tone("#3a3438", 0.2), stage.tones.shade, 0.6 - far * 0.4),
    )
    lit = np.clip(inner * (0.75 + 0.22 * folds + 0.20 * rock), 0.0, 1.0)
    canvas.mix(low[:, None, None] + (high - low)[:, None, None] * lit[None], alpha)
    teeth = Stencil(canvas, 0.0, 0.6)
    for _ in range(5 + 3 * number):
        x, wide, long = (
            float(rng.random()),
            float(rng.uniform(0.006, 0.02)),
            float(rng.uniform(0.06, 0.22)) * (0.6 + 0.3 * number),
        )
        if abs(x - stage.light.u) > reach * 0.30:
            teeth.polygon(
                np.array(
                    [
                        (x - wide, -0.02),
                        (x - wide * 0.3, long * 0.6),
                        (x, long),
                        (x + wide * 0.4, long * 0.5),
                        (x + wide, -0.02),
                    ]
                )
            )
    mask = teeth.mask()
    canvas.mix(blend(low, high, 0.25), mask, teeth.at)
    canvas.shine(stage.tones.light, rim(stage, mask, 0.004) * 0.4, teeth.at)


def _crystals(stage: Stage) -> None:
    """Clusters of crystals at both sides, glowing."""
    canvas, rng = stage.canvas, stage.rng("crystals")
    code = _CRYSTALS[int(rng.integers(4))]
    for u, v, size in ((0.12, 0.80, 0.16), (0.86, 0.78, 0.20), (0.24, 0.72, 0.07), (0.74, 0.71, 0.08)):
        canvas.shine(
            colour(code),
            np.exp(-((canvas.distance(u, v - size * 0.4) / (size * 1.5)) ** 2)) * 0.50,
        )
        body, face = Stencil(canvas, 0.3, 1.0), Stencil(canvas, 0.3, 1.0)
        for lean in rng.uniform(-0.8, 0.8, 6):
            long, wide = size * float(rng.uniform(0.5, 1.0)), size * 0.10
            tip = (u + np.sin(lean) * long / canvas.aspect, v - np.cos(lean) * long)
            side = wide / canvas.aspect
            root = u + np.sin(lean) * 0.02
            near_tip = (u + np.sin(lean) * long * 0.8 / canvas.aspect, v - np.cos(lean) * long * 0.8)
            body.polygon(
                np.array(
                    [
                        (root - side, v),
                        (near_tip[0] - side, near_tip[1]),
                        tip,
                        (near_tip[0] + side, near_tip[1]),
                        (root + side, v),
                    ]
                )
            )
            face.polygon(
                np.array(
                    [(root, v), (near_tip[0], near_tip[1]), tip, (near_tip[0] + side, near_tip[1]), (root + side, v)]
                )
            )
        canvas.mix(colour(code) * 0.75, body.mask() * 0.92, body.at)
        canvas.shine(colour("#ffffff"), face.mask() * 0.45, face.at)


def interior(stage: Stage) -> None:
    """A room: a tall window with the world outside, its light on the floor, shelves and a lamp."""
    canvas = stage.canvas
    heaven(stage)
    crest = hill_line(stage, "outside", stage.horizon, 0.05)
    lay_land(stage, Land(crest, stage.tone("#6f8790", 0.4, 0.55), stage.tones.haze, 0.2, 0.05), "outside")
    middle = 0.5 + stage.light.side * 0.16
    wall = Stencil(canvas)
    wall.polygon(np.array([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]))
    half, top, sill = 0.135 * 1.78 / canvas.aspect, 0.16, 0.60
    arch = np.linspace(np.pi, 0.0, 16)
    opening = np.vstack(
        [
            [(middle - half, sill)],
            np.column_stack([middle + np.cos(arch) * half, top + 0.10 - np.sin(arch) * 0.15]),
            [(middle + half, sill)],
        ]
    )
    wall.polygon(opening.copy(), 0)
    for off in (-half / 3, half / 3):
        wall.line(np.array([(middle + off, 0.0), (middle + off, sill)]), 0.007)
    for v in (0.27, 0.43):
        wall.line(np.array([(middle - half, v), (middle + half, v)]), 0.006)
    mask = wall.mask()
    plaster = cut("rough", stage.rng("plaster"), mask.shape, (200, 200 * canvas.aspect)) * 0.05
    reach = np.exp(-canvas.distance(middle, 0.4) * 1.9)
    warm = stage.tone("#8a6a58", 0.25)
    dark = blend(warm, stage.tones.shade, 0.55)
    tone = dark[:, None, None] + (stage.tone("#c49a78", 0.7) - dark)[:, None, None] * (reach * (1 + plaster))[None]
    canvas.mix(tone, mask)
    _floor(stage, middle, half)
    _shelves(stage)
    _lamp(stage)
    stage.ground = np.full(canvas.width, 0.84, dtype=np.float32)
    stage.back = np.full(canvas.width, 0.76, dtype=np.float32)
    paint_set(stage)
    shafts(stage, (middle, 0.10), 0.42)


def _floor(stage: Stage, middle: float, half: float) -> None:
    """Floorboards, and the window's light across them."""
    canvas = stage.canvas
    crest = np.full(canvas.width, 0.72, dtype=np.float32)
    lay_land(stage, Land(crest, stage.tone("#6a4a38", 0.5), near_shade(stage, 0.6), 0.30, 0.06, 420), "floor")
    seams, beam = Stencil(canvas, 0.72, 1.0), Stencil(canvas, 0.72, 1.0)
    for u in np.linspace(-1.2, 2.2, 44):
        seams.line(np.array([(0.5 + (u - 0.5) * 0.62, 0.72), (0.5 + (u - 0.5) * 1.2, 1.0)]), 0.002)
    canvas.shade(stage.tones.shade, seams.mask() * 0.5, seams.at)
    lean = -stage.light.side * 0.16
    for number in range(3):
        a, b = middle - half + number * half * 2 / 3 + 0.004, middle - half + (number + 1) * half * 2 / 3 - 0.004
        beam.polygon(
            np.array([(a + lean * 0.3, 0.75), (b + lean * 0.3, 0.75), (b + lean * 1.5, 0.97), (a + lean * 1.5, 0.97)])
        )
    canvas.shine(stage.tones.light, beam.mask(0.004) * 0.55, beam.at)
    skirting = Stencil(canvas, 0.68, 0.74)
    skirting.polygon(np.array([(0.0, 0.70), (1.0, 0.70), (1.0, 0.722), (0.0, 0.722)]))
    canvas.mix(blend(stage.tone("#5a4236", 0.3), stage.tones.shade, 0.4), skirting.mask(), skirting.at)


def _shelves(stage: Stage) -> None:
    """Shelves with books, bottles and boxes on the darker wall."""
    canvas, rng = stage.canvas, stage.rng("shelves")
    left = 0.02 if stage.light.side > 0 else 0.70
    inks = ["#8f3f34", "#3f5a6a", "#b08a4a", "#4a6a48", "#6a4a6a", "#c4b08a"]
    boards = Stencil(canvas, 0.0, 0.75)
    for v in (0.18, 0.34, 0.50, 0.66):
        boards.line(np.array([(left, v), (left + 0.28, v)]), 0.011)
        groups = [Stencil(canvas, 0.0, 0.75) for _ in inks]
        u = left + 0.008
        while u < left + 0.26:
            wide, tall = float(rng.uniform(0.006, 0.014)), float(rng.uniform(0.06, 0.115))
            if rng.random() < 0.88:
                groups[int(rng.integers(6))].polygon(
                    np.array([(u, v), (u, v - tall), (u + wide, v - tall), (u + wide, v)])
                )
            u += wide + 0.0012
        for ink, stencil in zip(inks, groups, strict=True):
            canvas.mix(blend(stage.tone(ink, 0.35), stage.tones.shade, 0.25), stencil.mask(), stencil.at)
    for u in (left, left + 0.28):
        boards.line(np.array([(u, 0.06), (u, 0.72)]), 0.013)
    boards.line(np.array([(left, 0.06), (left + 0.28, 0.06)]), 0.013)
    mask = boards.mask()
    canvas.mix(blend(stage.tone("#5a4030", 0.4), stage.tones.shade, 0.3), mask, boards.at)
    canvas.shine(stage.tones.light, rim(stage, mask, 0.002) * 0.3, boards.at)


def _lamp(stage: Stage) -> None:
    """A lamp that hangs in the room."""
    u, v = 0.5 - stage.light.side * 0.12, 0.20
    cord = Stencil(stage.canvas, 0.0, 0.3)
    cord.line(np.array([(u, 0.0), (u, v - 0.03)]), 0.003)
    half = 0.028 * 1.78 / stage.canvas.aspect
    cord.polygon(
        np.array(
            [(u - half * 0.3, v - 0.035), (u + half * 0.3, v - 0.035), (u + half, v + 0.012), (u - half, v + 0.012)]
        )
    )
    stage.canvas.mix(near_shade(stage, 0.5), cord.mask(), cord.at)
    spot(stage.canvas, (u, v + 0.016), 0.010, colour("#fff0c8"), 1.0)
    spot(stage.canvas, (u, v + 0.03), 0.09, colour("#ffb45a"), 0.45)
    d = stage.canvas.distance(u, v + 0.1, 1.2)
    stage.canvas.shine(colour("#ff9f4a"), np.exp(-((d / 0.36) ** 2)) * 0.26)


def underwater(stage: Stage) -> None:
    """Blue depth, light from above, a floor of sand with coral and weed."""
    canvas, tones = stage.canvas, stage.tones
    v = canvas.down()[:, 0]
    deep, clear = blend(colour("#06283f"), tones.sky[0], 0.25), blend(colour("#7fe0dc"), tones.light, 0.25)
    clear = blend(clear, tones.sky[1], 0.55) if stage.plan.dark else clear
    share = np.clip(1.0 - v * 1.15, 0.0, 1.0) ** 1.6
    for plane, low, high in zip(canvas.pixels, deep, clear, strict=True):
        plane[:] = (low + (high - low) * share)[:, None]
    glow_pool(stage, stage.light.u, -0.05, 0.5, 0.6)
    swirl = cut("cloud", stage.rng("swirl"), (canvas.height, canvas.width), (120, 160 * canvas.aspect))
    canvas.shine(clear, np.clip(swirl, 0, 2) * 0.06)
    haze = blend(deep, clear, 0.30)
    for number, (base, far) in enumerate(((0.70, 0.72), (0.78, 0.42))):
        crest = hill_line(stage, f"reef {number}", base, 0.09, 160.0) - side_rise(stage) * 0.08
        rock = blend(blend(colour("#2f5a68"), deep, 0.3), haze, far)
        lay_land(stage, Land(crest, rock, blend(rock, deep, 0.6), 0.2, 0.16, 320), f"reef {number}")
        _weeds(stage, crest, far, number, haze)
    shafts(stage, (stage.light.u, -0.12), 1.0, clear)
    crest = hill_line(stage, "near", 0.86, 0.04, 110.0)
    sand = blend(blend(colour("#c9b88a"), clear, 0.35), deep, 0.35)
    lay_land(stage, Land(crest, sand, blend(sand, deep, 0.75), 0.18, 0.08, 300), "near")
    net = cut("rough", stage.rng("caustics"), (canvas.height, canvas.width), (110, 170 * canvas.aspect))
    lines = np.exp(-((np.abs(net) * 5.0) ** 2)) * smooth(0.84, 0.9, canvas.down()) * 0.22
    canvas.shine(clear, lines)
    stage.ground, stage.back, stage.water = crest, crest, None
    _coral(stage, crest)
    paint_set(stage)


def _weeds(stage: Stage, crest: np.ndarray, far: float, number: int, haze: np.ndarray) -> None:
    """Long weed that sways."""
    canvas, rng = stage.canvas, stage.rng(f"weed {number}")
    stencil = Stencil(canvas, 0.1, 1.0)
    for _ in range(16):
        u, tall, wave = (
            float(rng.random()),
            float(rng.uniform(0.12, 0.36)) * (1.25 - 0.5 * far),
            float(rng.uniform(0, 6.3)),
        )
        share = np.linspace(0.0, 1.0, 14)
        x = u + 0.013 * np.sin(share * 8 + wave) * share
        y = stage.at(crest, u) + 0.02 - tall * share
        wide = 0.0055 * (1 - share) ** 0.6 + 0.001
        stencil.polygon(np.vstack([np.column_stack([x - wide, y]), np.column_stack([x + wide, y])[::-1]]))
    canvas.mix(
        blend(blend(colour("#2a6a54"), stage.tones.shade, 0.25), haze, far),
        stencil.mask(),
        stencil.at,
    )


def _coral(stage: Stage, crest: np.ndarray) -> None:
    """Fans and knobs of coral in warm colours at the edges."""
    canvas, rng = stage.canvas, stage.rng("coral")
    for code, u in zip(("#e0625a", "#f09a4a", "#c85a9a", "#e8b84a"), (0.08, 0.20, 0.80, 0.92), strict=True):
        stencil = Stencil(canvas, 0.4, 1.0)
        foot = stage.at(crest, u) + 0.05
        stack = [(u, foot, float(rng.normal(0, 0.15)), 0.062, 0.017, 0)]
        while stack:
            x, y, angle, long, wide, level = stack.pop()
            tip = (x + np.sin(angle) * long / canvas.aspect, y - np.cos(angle) * long)
            stencil.line(np.array([(x, y), tip]), wide)
            stencil.disc(*tip, wide * 0.55)
            if level < 4:
                stack += [
                    (
                        float(tip[0]),
                        float(tip[1]),
                        angle + turn + float(rng.normal(0, 0.1)),
                        long * 0.8,
                        wide * 0.76,
                        level + 1,
                    )
                    for turn in (-0.42, 0.42)
                ]
        mask = stencil.mask()
        canvas.mix(blend(colour(code), colour("#0a3a52"), 0.30), mask, stencil.at)
        lit = np.clip(mask - moved(mask, max(1, canvas.height // 240), 0), 0, 1)
        canvas.shine(stage.tones.light, lit * 0.5, stencil.at)


def bubbles(stage: Stage) -> None:
    """Strings of bubbles."""
    rng = stage.rng("bubbles")
    rings, cores = Stencil(stage.canvas), Stencil(stage.canvas)
    for start in rng.uniform(0.1, 0.9, 4):
        for share in rng.random(16):
            r = float(rng.uniform(0.002, 0.009))
            u, v = float(start + 0.012 * np.sin(share * 14)), float(0.9 - 0.8 * share)
            rings.disc(u, v, r)
            cores.disc(u, v, r * 0.72)
    mask = np.clip(rings.mask() - cores.mask() * 0.85, 0.0, 1.0)
    stage.canvas.shine(colour("#dffcff"), mask * 0.75)


def space(stage: Stage) -> None:
    """Nebulae, stars, a great planet, and the ground of a small moon."""
    canvas, rng = stage.canvas, stage.rng("space")
    paint_sky(canvas, stage.plan, stage.tones, stage.light, stage.horizon)
    canvas.mix(colour("#05060f"), 0.72)
    shape = (canvas.height, canvas.width)
    for code, start in (("#7a4ad0", 0.2), ("#d0508a", 0.7), ("#2f8ad0", 0.1)):
        cloud = cut("cloud", rng, shape, (260, 260 * canvas.aspect))
        veil = cut("rough", rng, shape, (240, 240 * canvas.aspect))
        canvas.shine(colour(code), smooth(start, 2.4, cloud + veil * 0.16) * 0.85)
    for x, y, size in zip(rng.random(520), rng.random(520), rng.pareto(2.2, 520).clip(0.3, 3.4) * 0.0009, strict=True):
        spot(canvas, (float(x), float(y)), float(size), colour("#f4f6ff"), min(1.0, 0.4 + float(size) * 400))
    _world(stage)
    crest = hill_line(stage, "near", 0.82, 0.05, 120.0)
    far = peak_line(stage, "crags", 0.76, 0.12)
    lay_land(stage, Land(far, colour("#3a3650"), colour("#191828"), 0.2, 0.2, 300), "crags")
    lay_land(stage, Land(crest, colour("#8a86a0") * 0.9, colour("#232234"), 0.24, 0.14, 380), "near")
    _craters(stage, crest)
    stage.ground, stage.back = crest, far


def _world(stage: Stage) -> None:
    """A planet with seas, clouds and air, half in the dark."""
    canvas, rng = stage.canvas, stage.rng("world")
    u, v, radius = 0.5 + stage.light.side * 0.20, 0.32, 0.23
    x, y = (canvas.across() - u) * canvas.aspect, canvas.down() - v
    d = np.hypot(x, y)
    disc = smooth(radius + 0.0015, radius - 0.0015, d)
    land = smooth(-0.1, 0.5, cut("cloud", rng, d.shape, (700, 700 * canvas.aspect)))
    cloud = smooth(0.4, 1.8, cut("cloud", rng, d.shape, (900, 500 * canvas.aspect)))
    tint = [("#2a6fae", "#5f9a5a"), ("#b0653a", "#e0a870"), ("#5a3f8a", "#b07ad0"), ("#2f8a8a", "#d9d08a")][
        int(rng.integers(4))
    ]
    sea, shore = colour(tint[0]), colour(tint[1])
    tone = sea[:, None, None] + (shore - sea)[:, None, None] * land[None]
    tone += (1.0 - tone) * (cloud * 0.75)[None]
    lit = np.clip(0.55 - (x * stage.light.side * -0.8 + y * 0.6) / radius * 0.75, 0.03, 1.0)
    canvas.mix(tone * lit[None], disc)
    air = np.exp(-np.abs(d - radius) * 42) * np.clip(lit, 0.05, 1) * 0.75
    canvas.shine(blend(sea, colour("#cfe8ff"), 0.6), air)


def _craters(stage: Stage, crest: np.ndarray) -> None:
    """Craters in the ground of a moon."""
    canvas, rng = stage.canvas, stage.rng("craters")
    dark, lit = Stencil(canvas, 0.6, 1.0), Stencil(canvas, 0.6, 1.0)
    turn = np.linspace(0, 2 * np.pi, 26)
    for _ in range(16):
        u, down = float(rng.random()), float(rng.uniform(0.03, 0.2))
        v, wide = stage.at(crest, u) + down, 0.012 + down * float(rng.uniform(0.1, 0.32))
        ring = np.column_stack([u + np.cos(turn) * wide, v + np.sin(turn) * wide * 0.42])
        lit.polygon(ring + np.array([stage.light.side * -0.0015, 0.004]))
        dark.polygon(ring.copy())
    canvas.shine(stage.tones.light, lit.mask() * 0.30, lit.at)
    canvas.shade(colour("#3a3850"), dark.mask() * 0.72, dark.at)


def clouds(stage: Stage) -> None:
    """Above the clouds: banks of white that catch the light, peaks like islands."""
    heaven(stage)
    canvas, tones = stage.canvas, stage.tones
    for number, far in enumerate((0.70, 0.52, 0.36, 0.20, 0.06)):
        base = stage.horizon + 0.01 + 0.075 * number
        subject = f"bank {number}"
        rng = stage.rng(subject)
        puff = (
            np.abs(line("cloud", rng, canvas.width, 240.0)) * 0.045
            + np.abs(line("rough", rng, canvas.width, 200.0)) * 0.012
        )
        crest = np.asarray(base - puff * (0.6 + 0.35 * number), dtype=np.float32)
        bright = blend(blend(tones.light, colour("#ffffff"), 0.35), tones.haze, far * 0.7)
        low = blend(blend(tones.sky[1], tones.sky[2 if len(tones.sky) > 2 else -1], 0.5), tones.haze, far * 0.5)
        lay_land(stage, Land(crest, bright, low, 0.13, 0.03, 90), subject)
        billow = cut("cloud", rng, (canvas.height - canvas.row(base), canvas.width), (200, 130 * canvas.aspect))
        if billow.shape[0] > 2:
            canvas.shine(tones.light, np.clip(billow - 0.2, 0, 2) * 0.16, (canvas.row(base), 0))
        if number == 1:
            stage.back = crest
            paint_set(stage)
        mist(stage, base + 0.05, 0.03, 0.30, subject + " veil")
    stage.ground = np.full(canvas.width, 0.86, dtype=np.float32)


CAVE = Setting(0.62, cave)
INTERIOR = Setting(0.48, interior)
UNDERWATER = Setting(0.62, underwater, bubbles)
SPACE = Setting(0.74, space)
CLOUDS = Setting(0.52, clouds)
