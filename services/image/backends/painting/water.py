"""Water: what stands above it, upside down; ripples; the track of light; waves."""

import numpy as np

from services.image.backends.painting.canvas import blend, colour
from services.image.backends.painting.noise import SIDE, Plane, cut, line, look_up, smooth
from services.image.backends.painting.stage import Stage


def lay_water(stage: Stage, top: float, bottom: float = 1.0, rough: float = 0.35, deep: str = "#1d4654") -> None:
    """Still or rippled water from `top` down; it reflects what has been painted so far."""
    canvas = stage.canvas
    first, last = canvas.row(top), canvas.row(bottom)
    if last - first < 2 or first < 2:
        return
    y = canvas.down(first, last) - top
    ripple, second = _ripples(stage, y)
    mirror = top - y * 0.92 + ripple * (0.006 + y * (0.10 * rough))
    rows = np.clip((mirror * canvas.height).astype(np.int64), 0, first - 1)
    sideways = second * (1.0 + y * (60 * rough)) * (canvas.height / 720)
    columns = np.clip(np.arange(canvas.width)[None, :] + sideways.astype(np.int64), 0, canvas.width - 1)
    index = rows * canvas.width + columns
    flat = canvas.pixels.reshape(3, -1)
    share = np.clip(0.86 - y * 0.95 - np.abs(ripple) * (0.07 * rough), 0.30, 0.92)
    body = blend(stage.tone(deep, 0.35), stage.tones.sky[0], 0.25)
    for plane, source, ink in zip(canvas.pixels, flat, body, strict=True):
        plane[first:last] = ink + (source.take(index) - ink) * share
    _glints(stage, (first, last), y, ripple + second)
    stage.water = (top, bottom)


def _ripples(stage: Stage, y: Plane) -> tuple[Plane, Plane]:
    """Two fields of ripples that run together towards the horizon."""
    canvas = stage.canvas
    rng = stage.rng("ripples")
    far = 0.11 / (y + 0.014)
    start = rng.uniform(0, SIDE, 4).astype(np.float32)
    across = (canvas.across() - 0.5) * canvas.aspect
    x = across * far * 46
    down = far * 170 + np.zeros_like(x)
    return look_up("rough", x + start[0], down + start[1]), look_up("rough", x * 2.1 + start[2], down * 2.3 + start[3])


def _glints(stage: Stage, rows: tuple[int, int], y: Plane, ripple: Plane) -> None:
    """Light on the ripples, and the track under sun or moon."""
    canvas, light = stage.canvas, stage.light
    sheen = smooth(1.3, 3.4, ripple) * 0.20
    canvas.shine(blend(stage.tones.sky[-1], stage.tones.light, 0.5), sheen, (rows[0], 0))
    if light.kind == "none":
        return
    wide = 0.022 + y * 0.30
    off = (canvas.across() - light.u) * canvas.aspect
    track = np.exp(-((off / wide) ** 2))
    sparkle = smooth(-0.5, 1.9, ripple + track * 0.9) * track * np.exp(-y * 1.4)
    canvas.shine(blend(stage.tones.light, colour("#ffffff"), 0.25), sparkle, (rows[0], 0))


def lay_waves(stage: Stage, top: float, rough: float) -> None:
    """Waves that come towards the onlooker, with foam on their crests; `rough` from 0 to 1."""
    canvas = stage.canvas
    count = 8
    storm = stage.plan.weather & {"storm", "wind"}
    for number in range(count):
        share = (number + 0.6) / count
        base = top + (1.04 - top) * share**1.75
        height = rough * (0.012 + 0.17 * share**1.5)
        rng = stage.rng(f"wave {number}")
        crest = _wave_line(rng, canvas.width, base, height, 2.0 + 6.5 * (1 - share))
        _wave(stage, crest, height, share, bool(storm))


def _wave_line(rng: np.random.Generator, width: int, base: float, height: float, waves: float) -> Plane:
    """A crest with peaks sharper than its troughs."""
    u = np.linspace(0.0, 1.0, width, dtype=np.float32)
    drift = line("cloud", rng, width, 140.0)
    phase = u * (waves * 2 * np.pi) + drift * 1.1 + rng.uniform(0, 6.3)
    sharp = 1.0 - np.abs(np.sin(phase * 0.5)) ** 0.8
    swell = smooth(-1.2, 1.8, line("cloud", rng, width, 200.0))
    chop = line("rough", rng, width, 300.0) * 0.04
    return np.asarray(base - height * (sharp * (0.35 + swell) - 0.4 + chop), dtype=np.float32)


def _wave(stage: Stage, crest: Plane, height: float, share: float, storm: bool) -> None:
    """One row of waves: clear at the crest, deep below, foam in streaks."""
    canvas = stage.canvas
    first = canvas.row(max(0.0, float(crest.min()) - 0.02))
    v = canvas.down(first)
    if len(v) < 2:
        return
    below = v - crest[None, :]
    alpha = np.clip(below * (canvas.height * 0.6) + 0.5, 0.0, 1.0)
    far = 0.55 * (1 - share) ** 1.5
    deep = blend(stage.tone("#12343f", 0.15, far), stage.tones.sky[0], 0.22)
    clear = blend(stage.tone("#4f9a94" if not storm else "#5c8a86", 0.8, far), stage.tones.light, 0.10)
    rng = stage.rng(f"foam {share:.3f}")
    streaks = cut("rough", rng, below.shape, (300 * len(v) / canvas.height, 90 * canvas.aspect))
    glow = np.exp(-below / max(height * 0.5, 0.006)) * (0.75 + 0.15 * streaks)
    tone = deep[:, None, None] + (clear - deep)[:, None, None] * np.clip(glow, 0, 1)[None]
    canvas.mix(tone, alpha, (first, 0))
    rise = np.clip((float(np.quantile(crest, 0.75)) - crest) / max(height, 1e-3), 0.0, 1.0)[None, :]
    lip = np.exp(-np.abs(below) / (0.0018 + 0.010 * share * (2.2 if storm else 1.0)))
    lace = smooth(0.5, 1.7, streaks + rise * 1.1 - below / max(height * 0.8, 0.01))
    foam = np.clip(
        lip * (0.15 + rise * 1.3) * smooth(-1.2, 0.6, streaks) + lace * alpha * (0.42 if storm else 0.16), 0, 1
    )
    canvas.mix(stage.tone("#f2f7f6", 0.9, far * 0.8), foam * 0.85, (first, 0))
    if stage.light.kind != "none":
        off = (canvas.across() - stage.light.u) * canvas.aspect
        track = np.exp(-((off / (0.05 + 0.35 * share)) ** 2)) * alpha
        shimmer = smooth(0.2, 1.7, streaks + np.exp(-below / 0.02)) * track * 0.7
        canvas.shine(stage.tones.light, shimmer, (first, 0))
