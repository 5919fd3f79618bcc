"""Plants: pines, leafy and bare trees, palms, grass, reeds, flowers."""

import numpy as np

from services.image.backends.painting.canvas import Colour, blend, colour
from services.image.backends.painting.noise import Plane, cut, smooth
from services.image.backends.painting.stage import FOLIAGE, Stage
from services.image.backends.painting.stencil import Places, Stencil, moved


def rim(stage: Stage, mask: Plane, width: float) -> Plane:
    """The edge of a mask that looks towards the light."""
    shift = max(1, round(width * stage.canvas.height))
    toward = stage.light.side if stage.light.side else 1.0
    return np.clip(mask - moved(mask, shift // 2 + 1, -round(toward * shift)), 0.0, 1.0)


def pine(stencil: Stencil, foot: tuple[float, float], height: float, aspect: float, rng: np.random.Generator) -> None:
    """A pine: boughs in storeys, each hanging a little."""
    u, v = foot
    storeys = int(np.clip(height * 34, 5, 13))
    lean = float(rng.normal(0, 0.012)) * height
    stencil.line(np.array([[u, v], [u + lean / aspect, v - height]]), 0.022 * height + 0.001)
    for number in range(storeys):
        share = number / storeys
        y = v - height * (0.10 + 0.86 * share)
        reach = height * 0.205 * (1 - share) ** 0.9 * float(rng.uniform(0.8, 1.15)) + 0.004 * height
        drop = height * (0.075 + 0.05 * (1 - share))
        left, right = reach * float(rng.uniform(0.85, 1.1)), reach * float(rng.uniform(0.85, 1.1))
        x = u + lean * share / aspect
        points = [(x, y - height * 0.085), (x + right * 0.45 / aspect, y - drop * 0.1), (x + right / aspect, y + drop * 0.62),
                  (x + right * 0.55 / aspect, y + drop * 0.38), (x + right * 0.25 / aspect, y + drop * 0.62), (x, y + drop * 0.36),
                  (x - left * 0.28 / aspect, y + drop * 0.64), (x - left * 0.6 / aspect, y + drop * 0.36),
                  (x - left / aspect, y + drop * 0.62), (x - left * 0.45 / aspect, y - drop * 0.1)]  # fmt: skip
        stencil.polygon(np.array(points))


def bare(
    stencil: Stencil, foot: tuple[float, float], height: float, aspect: float, rng: np.random.Generator
) -> list[tuple[float, float]]:
    """A tree without leaves; returns where its twigs end."""
    ends: list[tuple[float, float]] = []
    stack = [(foot[0], foot[1], float(rng.normal(0, 0.07)), height * 0.30, height * 0.035, 0)]
    while stack:
        u, v, angle, length, width, level = stack.pop()
        middle = angle + float(rng.normal(0, 0.10))
        joint = (u + np.sin(middle) * length * 0.5 / aspect, v - np.cos(middle) * length * 0.5)
        tip = (joint[0] + np.sin(angle) * length * 0.5 / aspect, joint[1] - np.cos(angle) * length * 0.5)
        stencil.line(np.array([(u, v), joint]), width)
        stencil.line(np.array([joint, tip]), width * 0.82)
        stencil.disc(*joint, width * 0.42)
        if level >= 5 or width < 0.0007:
            ends.append((float(tip[0]), float(tip[1])))
            continue
        for turn in (-1, 1) if level else (-1, 0, 1):
            spread = turn * float(rng.uniform(0.28, 0.62)) + float(rng.normal(0, 0.08))
            shorter = length * float(rng.uniform(0.66, 0.86))
            stack.append((float(tip[0]), float(tip[1]), angle * 0.9 + spread, shorter, width * 0.66, level + 1))
    return ends


def trunk(stencil: Stencil, u: float, foot: float, width: float, rng: np.random.Generator) -> None:
    """A trunk that leaves the picture at its top."""
    lean = float(rng.normal(0, 0.025))
    bend = float(rng.normal(0, 0.008))
    steps = np.linspace(0.0, 1.0, 9)
    v = foot - steps * (foot + 0.05)
    middle = u + lean * steps + bend * np.sin(steps * 4)
    half = width * (0.62 - 0.28 * steps + 0.9 * np.exp(-steps * 26))
    stencil.polygon(np.vstack([np.column_stack([middle - half, v]), np.column_stack([middle + half, v])[::-1]]))
    for _ in range(int(rng.integers(1, 4))):
        at = float(rng.uniform(0.35, 0.9))
        turn = -1.0 if rng.random() < 0.5 else 1.0
        long = width * float(rng.uniform(3.0, 7.0))
        x, y = u + lean * at + bend * np.sin(at * 4), foot - at * (foot + 0.05)
        twig = np.array([(x, y), (x + turn * long * 0.5, y - long * 0.5), (x + turn * long, y - long * 1.3)])
        stencil.line(twig[:2], width * 0.42)
        stencil.line(twig[1:], width * 0.26)


def crown(
    stencil: Stencil, middle: tuple[float, float], size: tuple[float, float], rng: np.random.Generator, aspect: float
) -> None:
    """A leafy crown of many tufts."""
    for _ in range(46):
        angle, reach = float(rng.uniform(0, 2 * np.pi)), float(np.sqrt(rng.random()))
        r = size[1] * float(rng.uniform(0.14, 0.30))
        stencil.disc(
            middle[0] + np.cos(angle) * reach * size[0] / aspect, middle[1] - np.sin(angle) * reach * size[1] * 0.9, r
        )


def palm(stencil: Stencil, foot: tuple[float, float], height: float, aspect: float, rng: np.random.Generator) -> None:
    """A palm: a bent trunk and hanging fronds."""
    lean = float(rng.uniform(-0.32, 0.32)) * height
    steps = np.linspace(0.0, 1.0, 10)
    u, v = foot[0] + lean * steps**2 / aspect, foot[1] - height * steps
    for at in range(9):
        stencil.line(np.array([(u[at], v[at]), (u[at + 1], v[at + 1])]), height * (0.045 - 0.022 * steps[at]))
    for angle in np.linspace(-0.35, np.pi + 0.35, 9) + rng.normal(0, 0.1, 9):
        long = height * float(rng.uniform(0.34, 0.46))
        share = np.linspace(0.0, 1.0, 8)
        x = u[-1] + np.cos(angle) * long * share / aspect
        y = v[-1] - np.sin(angle) * long * share * 0.75 + long * 0.55 * share**2
        wide = long * 0.085 * np.sin(np.pi * np.clip(share + 0.06, 0, 1))
        stencil.polygon(np.vstack([np.column_stack([x, y - wide * 0.35]), np.column_stack([x, y + wide * 1.6])[::-1]]))


def blades(crest: Plane, count: int, height: float, aspect: float, rng: np.random.Generator) -> list[Places]:
    """Blades of grass along a crest and below it, the nearer the longer."""
    u = rng.random(count)
    rise = rng.random(count) ** 1.5
    v = crest[(u * (len(crest) - 1)).astype(int)] + rise * 0.05 + 0.01
    long = height * rng.uniform(0.4, 1.0, count) * (0.7 + 0.6 * rise)
    lean = rng.normal(0.12, 0.35, count) * long / aspect
    wide = np.maximum(0.0022 * long / height, 0.0009)
    middle_u, middle_v = u + lean * 0.35, v - long * 0.6
    left, right = np.column_stack([u - wide, v]), np.column_stack([u + wide, v])
    waist_l, waist_r = (
        np.column_stack([middle_u - wide * 0.6, middle_v]),
        np.column_stack([middle_u + wide * 0.6, middle_v]),
    )
    tips = np.column_stack([u + lean, v - long])
    return list(np.stack([left, waist_l, tips, waist_r, right], axis=1))


def lay_grass(stage: Stage, crest: Plane, height: float, tone: Colour, subject: str, thick: int = 700) -> None:
    """Grass along a crest, its tips in the light."""
    canvas = stage.canvas
    rng = stage.rng(subject)
    top = max(0.0, float(crest.min()) - height * 1.4)
    stencil = Stencil(canvas, top, min(1.0, float(crest.max()) + 0.08))
    stencil.polygons(blades(crest, thick, height, canvas.aspect, rng))
    canvas.mix(tone, stencil.mask(), stencil.at)
    lit = Stencil(canvas, top, min(1.0, float(crest.max()) + 0.08))
    lit.polygons(blades(crest, thick // 4, height * 0.9, canvas.aspect, rng))
    reach = np.exp(-np.abs(canvas.across() - stage.light.u) * 3.0) * 0.75 + 0.12
    canvas.mix(blend(tone, stage.tones.light, 0.55), lit.mask() * reach, lit.at)


def lay_flowers(stage: Stage, crest: Plane, bottom: float, subject: str) -> None:
    """Flowers strewn over a slope, the nearer the larger."""
    canvas = stage.canvas
    rng = stage.rng(subject)
    codes = [["#e0524a", "#f2c14a", "#ffffff", "#c77ad6", "#e87aa8"][i] for i in rng.permutation(5)[:3]]
    for code in codes:
        stencil = Stencil(canvas, max(0.0, float(crest.min()) - 0.02), 1.0)
        u, depth = rng.random(170), rng.random(170) ** 1.4
        for x, share in zip(u, depth, strict=True):
            y = stage.at(crest, float(x)) + share * (bottom - stage.at(crest, float(x)))
            r = 0.0016 + 0.0085 * float(share) ** 1.5 * float(rng.uniform(0.6, 1.1))
            for turn in range(3):
                stencil.disc(
                    float(x) + r * 0.6 * np.cos(turn * 2.1) / canvas.aspect, y + r * 0.5 * np.sin(turn * 2.1), r * 0.62
                )
        canvas.mix(stage.tone(code, 0.95), stencil.mask(), stencil.at)


def foliage_tone(stage: Stage, number: int, far: float, sun: float = 0.45) -> Colour:
    """One of the season's leaf colours in this light."""
    codes = FOLIAGE["winter" if stage.plan.season == "winter" else stage.plan.season]
    return stage.tone(codes[number % 3], sun, far)


def lay_leaves(stage: Stage, stencil: Stencil, far: float, number: int, subject: str) -> None:
    """Colour crowns: light and shade in tufts, brighter towards the light and the top."""
    canvas = stage.canvas
    mask = stencil.mask()
    rng = stage.rng(subject)
    tufts = cut("rough", rng, mask.shape, (430 * mask.shape[0] / canvas.height, 430 * canvas.aspect))
    ragged = smooth(0.30, 0.62, mask + tufts * 0.10 * (mask > 0))
    shift = max(2, canvas.height // 40)
    lit = np.clip(0.45 + (mask - moved(mask, shift, -round(stage.light.side * shift))) * 0.6 + tufts * 0.20, 0.0, 1.0)
    low, high = foliage_tone(stage, number, far, 0.12), foliage_tone(stage, number + 1, far, 0.95)
    tone = low[:, None, None] + (high - low)[:, None, None] * lit[None]
    canvas.mix(tone, ragged, stencil.at)


def lay_pines(stage: Stage, feet: list[tuple[float, float]], heights: list[float], far: float, subject: str) -> None:
    """Pines in one layer, with snow on their boughs in winter."""
    canvas = stage.canvas
    rng = stage.rng(subject)
    top = max(0.0, min(v - h for (_, v), h in zip(feet, heights, strict=True)) - 0.02)
    bottom = min(1.0, max(v for _, v in feet) + 0.02)
    stencil = Stencil(canvas, top, bottom)
    for foot, height in zip(feet, heights, strict=True):
        pine(stencil, foot, height, canvas.aspect, rng)
    mask = stencil.mask()
    tone = blend(stage.tone("#2c4a3c", 0.25, far), stage.tones.shade, 0.35 * (1 - far))
    canvas.mix(tone, mask, stencil.at)
    edge = rim(stage, mask, 0.0032)
    if stage.plan.winter:
        shift = max(1, round(0.007 * canvas.height))
        caps = np.clip(mask - moved(mask, shift, 0), 0.0, 1.0)
        speck = smooth(-0.5, 0.6, cut("fine", rng, mask.shape, mask.shape))
        canvas.mix(stage.tone("#f4f8ff", 0.9, far), caps * (0.5 + 0.4 * speck), stencil.at)
    canvas.shine(stage.tones.light, edge * (0.30 * (1 - far)), stencil.at)


def tree_line(stage: Stage, crest: Plane, height: float, far: float, subject: str) -> None:
    """A far wood along a crest: too many trees to draw each."""
    canvas = stage.canvas
    rng = stage.rng(subject)
    stencil = Stencil(canvas, max(0.0, float(crest.min()) - height * 1.5), min(1.0, float(crest.max()) + 0.02))
    count = int(150 * canvas.aspect / 1.78)
    pines = "pine" in stage.plan.features or stage.plan.season == "winter" or rng.random() < 0.4
    for u in np.sort(rng.random(count)):
        v, tall = stage.at(crest, float(u)) + 0.006, height * float(rng.uniform(0.45, 1.0))
        if pines:
            half = tall * 0.20 / canvas.aspect
            stencil.polygon(np.array([(u - half, v), (u, v - tall), (u + half, v)]))
            stencil.polygon(np.array([(u - half * 1.35, v), (u, v - tall * 0.62), (u + half * 1.35, v)]))
        else:
            stencil.disc(float(u), v - tall * 0.45, tall * 0.42)
            stencil.disc(float(u) + tall * 0.2 / canvas.aspect, v - tall * 0.3, tall * 0.36)
    if pines:
        canvas.mix(stage.tone("#33524a", 0.2, far), stencil.mask(), stencil.at)
    else:
        lay_leaves(stage, stencil, far, int(rng.integers(3)), subject + " leaves")


def reeds(stage: Stage, side: float, subject: str) -> None:
    """Reeds and bulrushes in the corner of the picture, right before the onlooker."""
    canvas = stage.canvas
    rng = stage.rng(subject)
    stencil = Stencil(canvas, 0.45, 1.0)
    for _ in range(34):
        off = float(rng.random()) ** 1.7 * 0.24
        u = off if side < 0 else 1.0 - off
        tall = float(rng.uniform(0.10, 0.34)) * (1.2 - off * 2.5)
        lean = float(rng.normal(0.02, 0.035))
        share = np.linspace(0.0, 1.0, 6)
        x, y = u + lean * share**2, 1.02 - tall * share
        wide = 0.0042 * (1 - share) + 0.0006
        stencil.polygon(np.vstack([np.column_stack([x - wide / 1.8, y]), np.column_stack([x + wide / 1.8, y])[::-1]]))
        if rng.random() < 0.35:
            stencil.line(np.array([(x[-1], y[-1] + 0.005), (x[-1] + lean * 0.1, y[-1] - 0.035)]), 0.009)
    mask = stencil.mask()
    canvas.mix(blend(stage.tone("#3a4a34", 0.2), stage.tones.shade, 0.6), mask, stencil.at)
    canvas.shine(stage.tones.light, rim(stage, mask, 0.002) * 0.30, stencil.at)


def white_bark(stage: Stage) -> Colour:
    """The colour of birches."""
    return (
        stage.tone("#e8e2d6", 0.6) if not stage.plan.dark else blend(stage.tone("#cfd3dc", 0.6), colour("#000000"), 0.1)
    )
