"""Trees: pines, leafy and bare ones, palms, far woods, the branch that a bird sits on."""

import numpy as np

from services.image.backends.painting.canvas import Colour, blend, colour
from services.image.backends.painting.noise import Plane, cut, line, smooth
from services.image.backends.painting.stage import FOLIAGE, Stage
from services.image.backends.painting.stencil import Stencil, moved, outline

_BOUGH = outline("0 1.1, .45 .1, 1 -.62, .55 -.38, .26 -.63, 0 -.36")


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
    stencil.line([(u, v), (u + 0.6 * lean / aspect, v - 0.6 * height)], 0.024 * height + 0.001)
    for number in range(storeys):
        share = number / storeys
        reach = height * 0.205 * (1 - share) ** 0.9 * float(rng.uniform(0.8, 1.15)) + 0.004 * height
        drop = height * (0.075 + 0.05 * (1 - share))
        place = (u + lean * share / aspect, v - height * (0.10 + 0.86 * share))
        for side in (-1.0, 1.0):
            long = side * reach * float(rng.uniform(0.85, 1.1)) / aspect
            stencil.stamp(_BOUGH, place, (long, drop))


def bare(stencil: Stencil, foot: tuple[float, float], height: float, aspect: float, rng: np.random.Generator) -> None:
    """A tree without leaves: every branch bends and forks until it is a twig."""
    stack = [(foot[0], foot[1], float(rng.normal(0, 0.07)), height * 0.30, height * 0.035, 0)]
    while stack:
        u, v, angle, length, width, level = stack.pop()
        middle = angle + float(rng.normal(0, 0.10))
        joint = (u + float(np.sin(middle)) * length * 0.5 / aspect, v - float(np.cos(middle)) * length * 0.5)
        tip = (joint[0] + float(np.sin(angle)) * length * 0.5 / aspect, joint[1] - float(np.cos(angle)) * length * 0.5)
        stencil.line([(u, v), joint], width)
        stencil.line([joint, tip], width * 0.82)
        stencil.disc(*joint, width * 0.42)
        if level >= 5 or width < 0.0007:
            continue
        for turn in (-1, 1) if level else (-1, 0, 1):
            spread = turn * float(rng.uniform(0.28, 0.62)) + float(rng.normal(0, 0.08))
            stack.append((*tip, angle * 0.9 + spread, length * float(rng.uniform(0.66, 0.86)), width * 0.66, level + 1))


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


def branch(stage: Stage, seat: tuple[float, float]) -> None:
    """A branch from the nearer edge of the picture, to sit on."""
    canvas, rng = stage.canvas, stage.rng(f"branch {seat[0]:.3f}")
    side = 1.0 if seat[0] > 0.5 else -1.0
    edge = 1.03 if side > 0 else -0.03
    share = np.linspace(0.0, 1.0, 14)
    u = edge + (seat[0] - side * 0.09 - edge) * share
    reach = max(abs(edge - seat[0]), 0.05)
    v = seat[1] + 0.012 + 0.10 * np.maximum(np.abs(u - seat[0]) / reach - 0.25, 0.0) ** 1.5 + 0.006 * np.sin(share * 11)
    stencil = Stencil(canvas, 0.0, 1.0)
    for at in range(13):
        width = 0.030 * (1 - share[at]) ** 0.8 + 0.006
        stencil.line([(u[at], v[at]), (u[at + 1], v[at + 1])], width)
        stencil.disc(u[at + 1], v[at + 1], width * 0.42)
        if at % 3 == 2:
            turn, long = float(rng.uniform(0.4, 1.0)), float(rng.uniform(0.04, 0.09))
            up = -1.0 if rng.random() < 0.6 else 1.0
            tip = (u[at] - side * long * np.cos(turn) / canvas.aspect, v[at] + up * long * np.sin(turn))
            stencil.line([(u[at], v[at]), tip], 0.006)
    mask = stencil.mask()
    canvas.mix(blend(stage.tone("#4a3a30", 0.3), stage.tones.shade, 0.45), mask, stencil.at)
    if stage.plan.winter:
        caps = np.clip(mask - moved(mask, max(2, canvas.height // 110), 0), 0.0, 1.0)
        canvas.mix(stage.tone("#f6faff", 0.8), caps * 0.9, stencil.at)
    canvas.shine(stage.tones.light, rim(stage, mask, 0.003) * 0.45, stencil.at)


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


def foliage_tone(stage: Stage, number: int, far: float, sun: float = 0.45) -> Colour:
    """One of the season's leaf colours in this light."""
    codes = FOLIAGE["winter" if stage.plan.season == "winter" else stage.plan.season]
    return stage.tone(codes[number % 3], sun, far)


def lay_leaves(stage: Stage, stencil: Stencil, far: float, number: int, subject: str) -> None:
    """Colour crowns: light and shade in tufts, brighter towards the light and the top."""
    canvas = stage.canvas
    mask = stencil.mask(0.0045)
    rng = stage.rng(subject)
    tufts = cut("rough", rng, mask.shape, (430 * mask.shape[0] / canvas.height, 430 * canvas.aspect))
    leaves = cut("rough", rng, mask.shape, (900 * mask.shape[0] / canvas.height, 900 * canvas.aspect))
    ragged = smooth(0.38, 0.56, mask + (tufts * 0.07 + leaves * 0.13) * (mask > 0.02))
    shift = max(2, canvas.height // 40)
    lit = np.clip(
        0.45 + (mask - moved(mask, shift, -round(stage.light.side * shift))) * 0.6 + tufts * 0.20 + leaves * 0.12,
        0.0,
        1.0,
    )
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
    """A far wood along a crest, thick here and thin there: too many trees to draw each."""
    canvas = stage.canvas
    rng = stage.rng(subject)
    stencil = Stencil(canvas, max(0.0, float(crest.min()) - height * 1.6), min(1.0, float(crest.max()) + 0.02))
    thick = smooth(-0.9, 1.1, line("cloud", rng, 256, 190.0))
    pines = "pine" in stage.plan.features or stage.plan.season == "winter" or rng.random() < 0.4
    for u in np.sort(rng.random(int(210 * canvas.aspect / 1.78))):
        here = float(thick[int(u * 255)])
        if rng.random() > 0.15 + here:
            continue
        foot = (float(u), stage.at(crest, float(u)) + 0.006)
        tall = height * (0.35 + 0.75 * here) * float(rng.uniform(0.6, 1.15))
        (_far_pine if pines else _far_crown)(stencil, foot, tall, canvas.aspect)
    if pines:
        canvas.mix(stage.tone("#33524a", 0.2, far), stencil.mask(), stencil.at)
    else:
        lay_leaves(stage, stencil, far, int(rng.integers(3)), subject + " leaves")


def _far_pine(stencil: Stencil, foot: tuple[float, float], tall: float, aspect: float) -> None:
    u, v = foot
    half = tall * 0.17 / aspect
    for rise, wide in ((0.0, 1.35), (0.25, 1.0), (0.5, 0.65)):
        low = v - tall * rise * 0.8
        stencil.polygon(
            np.array([(u - half * wide, low), (u, low - tall * (0.55 - rise * 0.2)), (u + half * wide, low)])
        )


def _far_crown(stencil: Stencil, foot: tuple[float, float], tall: float, aspect: float) -> None:
    u, v = foot
    for right, up, size in ((0.0, 0.62, 0.34), (-0.26, 0.42, 0.30), (0.28, 0.40, 0.31), (0.02, 0.28, 0.36)):
        stencil.disc(u + right * tall / aspect, v - up * tall, size * tall)


def white_bark(stage: Stage) -> Colour:
    """The colour of birches."""
    return (
        stage.tone("#e8e2d6", 0.6) if not stage.plan.dark else blend(stage.tone("#cfd3dc", 0.6), colour("#000000"), 0.1)
    )
