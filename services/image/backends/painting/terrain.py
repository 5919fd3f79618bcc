"""Land: ranges of mountains, hills, dunes and the ground under the cast."""

from dataclasses import dataclass

import numpy as np

from services.image.backends.painting.canvas import Colour, blend, colour
from services.image.backends.painting.noise import Plane, cut, line, resized, smooth
from services.image.backends.painting.stage import Stage
from services.image.backends.painting.stencil import soft


@dataclass(frozen=True)
class Land:
    """One layer of land, from its crest down to the bottom of the picture."""

    crest: Plane
    """Height (v) in every column."""
    top: Colour
    """At the crest."""
    low: Colour
    """Where it sinks into the haze."""
    sink: float = 0.3
    """How far below the crest that is."""
    texture: float = 0.1
    """How much the brush shows."""
    grain: float = 240.0
    """Size of the brush marks: more is finer."""


def lay_land(stage: Stage, land: Land, subject: str) -> None:
    """Lay a layer of land."""
    canvas = stage.canvas
    first = canvas.row(max(0.0, float(land.crest.min()) - 0.01))
    v = canvas.down(first)
    if not len(v):
        return
    below = v - land.crest[None, :]
    alpha = np.clip(below * canvas.height + 0.5, 0.0, 1.0)
    depth = smooth(0.0, land.sink, below)
    span = (land.grain * 0.55 * len(v) / canvas.height, land.grain * canvas.aspect * 0.5)
    brush = cut("rough", stage.rng(subject), below.shape, span) * land.texture
    tone = land.top[:, None, None] + (land.low - land.top)[:, None, None] * depth[None]
    canvas.mix(tone * (1.0 + brush)[None], alpha, (first, 0))


def hill_line(stage: Stage, subject: str, base: float, swell: float, waves: float = 220.0) -> Plane:
    """The crest of rolling land."""
    rng = stage.rng(subject)
    width = stage.canvas.width
    slow = line("cloud", rng, width, waves * 0.6 * stage.canvas.aspect / 1.78)
    return np.asarray(base + swell * 0.5 * slow, dtype=np.float32)


def peak_line(stage: Stage, subject: str, base: float, height: float, waves: float = 150.0) -> Plane:
    """The crest of a mountain range."""
    rng = stage.rng(subject)
    width, share = stage.canvas.width, stage.canvas.aspect / 1.78
    u = np.linspace(0.0, 1.0, width, dtype=np.float32)
    total = np.zeros(width, dtype=np.float32)
    for number in range(5):
        at, wide = float(rng.uniform(0.0, 1.0)), float(rng.uniform(0.16, 0.34))
        rise = float(rng.uniform(0.45, 1.0)) if number else 1.0
        total = np.maximum(total, rise * (1.0 - np.abs(u - at) / wide))
    rough = line("cloud", rng, width, waves * share) * 0.16 + line("rough", rng, width, waves * 2.2 * share) * 0.055
    return np.asarray(base - height * np.maximum(total + rough, -0.1), dtype=np.float32)


def lay_mountains(stage: Stage, crest: Plane, far: float, subject: str, snow: float = 0.5) -> None:
    """A range with a lit and a shaded side, and snow from the tops down (0 none, 1 all)."""
    canvas = stage.canvas
    first = canvas.row(max(0.0, float(crest.min()) - 0.01))
    v = canvas.down(first)
    below = v - crest[None, :]
    alpha = np.clip(below * canvas.height + 0.5, 0.0, 1.0)
    rng = stage.rng(subject)
    shape = below.shape
    rough = cut("rough", rng, shape, (260 * shape[0] / canvas.height, 260 * canvas.aspect))
    folds = cut("cloud", rng, shape, (330 * shape[0] / canvas.height, 150 * canvas.aspect))
    # A face's edge runs down aslant: the slope is read further along the crest the deeper one looks.
    columns = np.arange(canvas.width)[None, :] + (below * 0.45 + folds * 0.022 + rough * 0.008) * canvas.height
    slope = np.gradient(_smoothed(crest, canvas.width)) * canvas.width / canvas.aspect
    face = slope[np.clip(columns.astype(np.int64), 0, canvas.width - 1)] * -stage.light.side
    lit = smooth(-0.35, 0.35, face + rough * 0.16 + folds * 0.10)
    rock_lit, rock_dark = stage.tone("#8f8580", 0.95, far), stage.tone("#4a4c5a", 0.1, far)
    snow_lit, snow_dark = stage.tone("#ffffff", 1.0, far), stage.tone("#9fb2d0", 0.25, far)
    white = smooth(0.04, -0.04, below - (snow * 0.42) + rough * 0.035 + folds * 0.03) if snow else below * 0
    dark = rock_dark[:, None, None] + (snow_dark - rock_dark)[:, None, None] * white[None]
    bright = rock_lit[:, None, None] + (snow_lit - rock_lit)[:, None, None] * white[None]
    sink = smooth(0.05, 0.42, below)[None] * 0.75
    tone = dark + (bright - dark) * lit[None]
    tone += (stage.tones.haze[:, None, None] - tone) * sink
    canvas.mix(tone, alpha, (first, 0))


def _smoothed(crest: Plane, width: int) -> Plane:
    """The crest without its finest teeth."""
    few = max(8, width // 10)
    smoothed: Plane = resized(resized(np.ascontiguousarray(crest[None, :]), (1, few)), (1, width))[0]
    return smoothed


def lay_dune(stage: Stage, crest: Plane, far: float, subject: str) -> None:
    """A dune: smooth, one side in the light, wind ripples along it."""
    canvas = stage.canvas
    first = canvas.row(max(0.0, float(crest.min()) - 0.01))
    below = canvas.down(first) - crest[None, :]
    alpha = np.clip(below * canvas.height + 0.5, 0.0, 1.0)
    rng = stage.rng(subject)
    bend = cut("cloud", rng, below.shape, (60, 50 * canvas.aspect))
    columns = np.arange(canvas.width)[None, :] + (below * 1.5 + bend * 0.05) * canvas.height
    slope = np.gradient(_smoothed(crest, canvas.width)) * canvas.width / canvas.aspect
    face = slope[np.clip(columns.astype(np.int64), 0, canvas.width - 1)] * -stage.light.side
    lit = smooth(-0.05, 0.07, face)
    ripple = np.sin((below * 260 + bend * 5.0 + canvas.across() * 40) * (1.0 - 0.5 * far)) * 0.05 * (1 - far)
    bright, dark = stage.tone("#f2c98c", 1.0, far), stage.tone("#a8643c", 0.3, far)
    tone = dark[:, None, None] + (bright - dark)[:, None, None] * (lit * (0.9 + ripple))[None]
    tone += (stage.tones.haze[:, None, None] - tone) * (smooth(0.0, 0.5, below) * (0.25 + 0.5 * far))[None]
    canvas.mix(tone, alpha, (first, 0))


def mist(stage: Stage, v: float, thick: float, strength: float, subject: str) -> None:
    """A bank of mist along a height."""
    canvas = stage.canvas
    first, last = canvas.row(v - thick * 2.2), canvas.row(v + thick * 2.2)
    if last <= first:
        return
    rows = canvas.down(first, last)
    veil = np.exp(-(((rows - v) / thick) ** 2))
    drift = cut("cloud", stage.rng(subject), (last - first, canvas.width), (90, 90 * canvas.aspect))
    alpha = np.clip(veil * (0.65 + 0.3 * drift) * strength, 0.0, 1.0)
    canvas.mix(blend(stage.tones.haze, stage.tones.light, 0.25), alpha, (first, 0))


def lay_snow_ground(stage: Stage, crest: Plane, subject: str) -> None:
    """Snow: blue in its hollows, warm where the light touches it, glittering."""
    canvas = stage.canvas
    tones = stage.tones
    shade = blend(stage.tone("#c4d2ea", 0.45), tones.sky[0], 0.08)
    lay_land(stage, Land(crest, stage.tone("#ffffff", 0.95), shade, 0.35, 0.025, 120), subject)
    first = canvas.row(max(0.0, float(crest.min())))
    rows = canvas.height - first
    if rows < 2:
        return
    drifts = cut("cloud", stage.rng(subject + " drifts"), (rows, canvas.width), (330, 60 * canvas.aspect))
    inside = np.clip((canvas.down(first) - crest[None, :]) * canvas.height, 0.0, 1.0)
    reach = np.exp(-canvas.distance(stage.light.u, float(crest.mean()), 2.2)[first:] * 2.6)
    canvas.shade(stage.tone("#8fa4d0", 0.3), smooth(0.1, -1.3, drifts) * inside * 0.5, (first, 0))
    canvas.shine(tones.light, smooth(0.2, 1.6, drifts) * inside * (0.10 + 0.5 * reach), (first, 0))


def glow_pool(stage: Stage, u: float, v: float, size: float, strength: float) -> None:
    """Light that lies in the air or on the ground around a place."""
    d = stage.canvas.distance(u, v, 1.5)
    alpha = np.exp(-((d / size) ** 2)) * strength
    stage.canvas.shine(stage.tones.light, alpha)


def path(stage: Stage, crest: Plane, subject: str) -> None:
    """A path that winds from the onlooker's feet to the horizon."""
    canvas = stage.canvas
    rng = stage.rng(subject)
    start, end = float(rng.uniform(0.35, 0.65)), stage.light.u
    top = stage.at(crest, end)
    first = canvas.row(top)
    share = (canvas.down(first) - top) / max(1.0 - top, 0.05)
    share = np.clip(share, 0.0, 1.0)
    bend = rng.uniform(-0.12, 0.12) * np.sin(share * 5.0) * (1 - share)
    middle = end + (start - end) * share**0.8 + bend
    wide = 0.006 + 0.15 * share**1.6
    rough = cut("rough", rng, (len(share), canvas.width), (200, 200 * canvas.aspect)) * 0.06
    off = np.abs(canvas.across() - middle) / wide + rough
    alpha = smooth(1.08, 0.9, off) * 0.8
    inside = np.clip((canvas.down(first) - crest[None, :]) * canvas.height, 0.0, 1.0)
    code = "#dfe6f0" if stage.plan.winter else "#c9a878"
    tone = blend(stage.tone(code, 0.9), colour("#000000"), 0.05)
    canvas.mix(tone, alpha * inside, (first, 0))


def long_shadows(stage: Stage, trunks: Plane, foot: float, strength: float) -> None:
    """Shadows of what stands along a line, thrown towards the onlooker; `trunks` says how dense it is."""
    canvas, light = stage.canvas, stage.light
    first, last = canvas.row(foot), canvas.row(min(1.0, foot + 0.30))
    if light.kind == "none" or last - first < 2:
        return
    v = canvas.down(first, last)
    root = stage.horizon - 0.05
    back = (foot - root) / (v - root)
    columns = ((light.u + (canvas.across() - light.u) * back) * canvas.width).astype(int)
    thrown = trunks[np.clip(columns, 0, canvas.width - 1)]
    fade = np.exp(-(v - foot) / 0.13) * strength
    tone = blend(stage.tones.shade, stage.tones.ambient, 0.45)
    canvas.shade(tone, soft(thrown, 0.002 * canvas.height) * fade, (first, 0))
