"""A figure: its colours in the picture's light, its form, its shadow, its image in the water."""

from dataclasses import replace

import numpy as np
from PIL import Image

from services.image.backends.painting.brush import Bristle, worked
from services.image.backends.painting.canvas import Colour, blend, colour, luminance
from services.image.backends.painting.drawings import Sprite, inked
from services.image.backends.painting.noise import Plane, cut, smooth
from services.image.backends.painting.plan import SHELTERED, Role
from services.image.backends.painting.sky import spot
from services.image.backends.painting.stage import Stage
from services.image.backends.painting.standing import Stand
from services.image.backends.painting.stencil import moved, soft
from services.image.backends.painting.trees import branch

LAMP = "#ffd27a"
CONTRAST = 0.17
"""In brightness, between a figure and what lies behind it."""


def put(stage: Stage, role: Role, stand: Stand) -> None:
    """Paint one figure."""
    canvas = stage.canvas
    sprite = inked(role.drawing, stand.height * canvas.height, left=stand.left)
    at = (round(stand.v * canvas.height + sprite.top), round(stand.u * canvas.width + sprite.left))
    sprite = _cut(_wavering(stage, role, sprite), stand, canvas.height)
    alpha = sprite.alpha
    if stand.perched:
        branch(stage, (stand.u, stand.v))
    elif not stand.aloft and not stand.wet:
        _shadow(stage, stand, alpha, at)
    _halo(stage, role, stand)
    tone = _toned(stage, role, stand, sprite)
    if role.drawing.habitat != "built":
        tone = _apart(stage, role, (tone, alpha), at)
    if stand.wet:
        _mirrored(stage, stand, (tone, alpha), at)
    canvas.mix(tone, alpha, at)
    shift = max(1, round(0.0030 * canvas.height + stand.height * 1.6))
    edge = np.clip(alpha - moved(alpha, shift // 2 + 1, -round(stage.light.side * shift)), 0.0, 1.0)
    power = 0.60 if stage.light.kind != "none" else 0.25
    canvas.shine(stage.tones.light, soft(edge, 0.001 * canvas.height) * (power * (1 - stand.far)), at)
    if "glow" in sprite.inks:
        _lamps(stage, sprite.inks["glow"], at)
    if stage.plan.winter and stage.plan.place not in SHELTERED and role.drawing.habitat == "built":
        caps = np.clip(alpha - moved(alpha, max(2, round(0.007 * canvas.height)), 0), 0.0, 1.0)
        canvas.mix(stage.tone("#f6faff", 0.8, stand.far), caps * 0.9, at)
    if stand.sunk:
        _foam(stage, stand, alpha.shape[1])


def _apart(stage: Stage, role: Role, figure: tuple[Plane, Plane], at: tuple[int, int]) -> Plane:
    """The figure's colours, darker or brighter where they would sink into what lies behind."""
    tone, alpha = figure
    top, left = max(0, at[0]), max(0, at[1])
    behind = stage.canvas.pixels[:, top : at[0] + alpha.shape[0], left : at[1] + alpha.shape[1]]
    seen = alpha[top - at[0] :, left - at[1] :][: behind.shape[1], : behind.shape[2]]
    weight = float(seen.sum())
    if weight < 1.0:
        return tone
    ground = luminance(np.array([float((plane * seen).sum()) / weight for plane in behind], dtype=np.float32))
    own = luminance(np.array([float((plane * alpha).sum()) / float(alpha.sum()) for plane in tone], dtype=np.float32))
    gap = own - ground
    if abs(gap) >= CONTRAST:
        return tone
    pale = luminance(_coat(role)) > 0.62 and ground < 0.75
    darker = not pale and gap < 0.05 and ground > 0.26
    aim = max(0.04, ground - CONTRAST) if darker else ground + CONTRAST
    if aim < own:
        return tone * (aim / max(own, 1e-3))
    gain = min(aim / max(own, 1e-3), 1.7)
    brighter: Plane = tone * gain
    return brighter + (aim - own * gain) * (1.0 - brighter)


def _wavering(stage: Stage, role: Role, sprite: Sprite) -> Sprite:
    """The figure drawn by a hand rather than a ruler."""
    shape = sprite.alpha.shape
    unit = stage.canvas.height / 720
    reach = (0.55 if role.drawing.habitat in ("built", "afloat") else 0.62) * unit
    rng = stage.rng(f"hand {role.drawing.name}")
    down = cut("rough", rng, shape, (shape[0] / unit, shape[1] / unit)) * reach
    across = cut("rough", rng, shape, (shape[0] / unit, shape[1] / unit)) * reach
    rows = np.clip(np.rint(np.arange(shape[0])[:, None] + down).astype(int), 0, shape[0] - 1)
    columns = np.clip(np.rint(np.arange(shape[1])[None, :] + across).astype(int), 0, shape[1] - 1)
    return replace(sprite, inks={name: soft(plane[rows, columns], 0.62 * unit) for name, plane in sprite.inks.items()})


def _cut(sprite: Sprite, stand: Stand, height: int) -> Sprite:
    """The figure without what is under water."""
    if not stand.sunk:
        return sprite
    rows, columns = sprite.alpha.shape
    line = -sprite.top - stand.sunk * stand.height * height
    wave = np.sin(np.arange(columns, dtype=np.float32) * 0.06)[None, :] * height * 0.004
    above = smooth(2.0, -2.0, np.arange(rows, dtype=np.float32)[:, None] - line - wave)
    return replace(sprite, inks={name: plane * above for name, plane in sprite.inks.items()})


def _toned(stage: Stage, role: Role, stand: Stand, sprite: Sprite) -> Plane:
    """The figure's colours: rounded by the light, laid with a brush that follows its form."""
    own = (_coat(role), role.drawing.accent)
    alpha = sprite.alpha
    total = np.maximum(sum(sprite.inks.values()), 1e-3)
    slope = _slope(stage, alpha)
    sun = _sun(stage, stand, slope, alpha.shape)
    tone = np.zeros((3, *alpha.shape), dtype=np.float32)
    for name, plane in sprite.inks.items():
        dark, lit = _ink(stage, own, (name, role.glowing), stand.far)
        tone += (plane / total)[None] * (dark[:, None, None] + (lit - dark)[:, None, None] * sun[None])
    return _brushed(stage, tone, alpha, slope) if stage.canvas.height >= 240 else tone


def _coat(role: Role) -> Colour:
    """Its own colour, leaning to the one that was said: a red fox is no letter box."""
    own = colour(role.drawing.colour)
    if not role.colour:
        return own
    return blend(own, colour(role.colour), 0.6 if role.drawing.kind in ("animals", "birds") else 1.0)


def _slope(stage: Stage, alpha: Plane) -> tuple[Plane, Plane]:
    """Where the figure's surface turns to: down and to the right."""
    wide = soft(alpha, 0.016 * stage.canvas.height)
    down, right = (np.asarray(side) for side in np.gradient(wide))
    scale = 0.016 * stage.canvas.height * 2.5
    falling: Plane = -down * scale
    turning: Plane = -right * scale
    return falling, turning


def _sun(stage: Stage, stand: Stand, slope: tuple[Plane, Plane], shape: tuple[int, ...]) -> Plane:
    """How much light falls on each place of the figure."""
    middle = stand.v - stand.height * 0.5
    to_right, down = (stage.light.u - stand.u) * stage.canvas.aspect, stage.light.v - middle
    long = max(float(np.hypot(to_right, down)), 0.1)
    facing = slope[0] * (down / long) + slope[1] * (to_right / long)
    rise = np.linspace(1.0, 0.0, shape[0], dtype=np.float32)[:, None]
    strong = 0.62 if stage.light.kind != "none" else 0.30
    return np.clip(0.30 + 0.26 * rise + strong * facing, 0.0, 1.0)


def _brushed(stage: Stage, tone: Plane, alpha: Plane, slope: tuple[Plane, Plane]) -> Plane:
    """The figure's colours gone over with a small brush, around its form."""
    bits = np.clip(np.moveaxis(tone, 0, 2) * 255.0 + 0.5, 0, 255).astype(np.uint8)
    along = np.arctan2(slope[0], slope[1]) + np.pi / 2
    unit = stage.canvas.height / 720
    area = alpha.shape[0] * alpha.shape[1] / unit**2
    bristles = (Bristle(int(area / 70), 17.0, 3.6, 5.0, 9.0), Bristle(int(area / 45), 10.0, 1.8, 5.0, 11.0))
    over = worked(Image.fromarray(bits), along, bristles, unit, stage.rng(f"coat {alpha.shape}"))
    return tone + (np.moveaxis(over, 2, 0) / 255.0 - tone) * 0.75


def _ink(stage: Stage, own: tuple[Colour, str], ink: tuple[str, bool], far: float) -> tuple[Colour, Colour]:
    """An ink's colour in the shade and in the light."""
    name, glowing = ink
    body = own[0]
    local = {
        "body": body,
        "pale": blend(body, colour("#fff6ea"), 0.68),
        "dark": body * (0.58 - 0.8 * max(0.0, luminance(body) - 0.6)),
        "accent": colour(own[1]),
        "glow": colour(LAMP),
        "skin": colour("#d9a982"),
    }[name]
    if name == "glow" and (lamps_lit(stage) or glowing):
        return blend(local, stage.tones.haze, far * 0.5), blend(local, colour("#fff3cf"), 0.35)
    if name == "glow":
        local = blend(local, colour("#3a4048"), 0.35)
    if glowing:
        return blend(local, colour("#fff0c8"), 0.35), blend(local, colour("#fff8e4"), 0.65)
    low, high = stage.tones.lit(local, 0.15, far), stage.tones.lit(local, 1.0, far)
    lift = max(0.0, 0.10 - luminance(low)) * 0.6
    return blend(low, stage.tones.ambient, lift), blend(high, local, 0.22)


def lamps_lit(stage: Stage) -> bool:
    """Whether lamps and windows shine."""
    return stage.plan.dark or bool(stage.plan.weather & {"fog", "storm", "snow", "rain"})


def _shadow(stage: Stage, stand: Stand, alpha: Plane, at: tuple[int, int]) -> None:
    """The figure's shadow on the ground: dark at its feet, and thrown away from the light."""
    canvas = stage.canvas
    tone = blend(stage.tones.shade, stage.tones.ambient, 0.35)
    feet = round(stand.v * canvas.height) - at[0]
    wide = alpha.shape[1] / canvas.width
    first, last = canvas.row(stand.v - 0.03), canvas.row(stand.v + 0.04)
    x = (canvas.across() - stand.u) / max(wide * 0.5, 1e-3)
    y = (canvas.down(first, last) - stand.v) / 0.011
    canvas.shade(tone, np.exp(-(x**2) * 1.7 - y**2) * 0.62, (first, 0))
    if stage.light.kind == "none" or feet < 4:
        return
    flat = 0.34
    lean = float(np.clip((stand.u - stage.light.u) * canvas.aspect * 1.6, -1.6, 1.6)) / flat
    depth = min(int(feet * flat), round(0.16 * canvas.height))
    if depth < 3:
        return
    pad = int(abs(lean) * depth) + 2
    source = np.clip(feet - 1 - (np.arange(depth) / flat).astype(int), 0, alpha.shape[0] - 1)
    across = np.arange(alpha.shape[1] + 2 * pad)[None, :] - pad - (np.arange(depth) * lean).astype(int)[:, None]
    inside = (across >= 0) & (across < alpha.shape[1])
    thrown = alpha[source[:, None], np.clip(across, 0, alpha.shape[1] - 1)] * inside
    fade = np.linspace(0.62, 0.12, depth, dtype=np.float32)[:, None]
    canvas.shade(tone, soft(thrown, 0.0035 * canvas.height) * fade, (at[0] + feet - 1, at[1] - pad))


def _halo(stage: Stage, role: Role, stand: Stand) -> None:
    """Bright air behind a figure, so that its outline reads."""
    middle = stand.v - stand.height * 0.55
    d = stage.canvas.distance(stand.u, middle, 1.25)
    power = 0.16 if not role.glowing else 0.45
    tone = blend(stage.tones.haze, stage.tones.light, 0.5) if not role.glowing else colour(role.colour or LAMP)
    reach = max(stand.height * 0.75, 0.06)
    stage.canvas.shine(tone, np.exp(-((d / reach) ** 2)) * power)


def _mirrored(stage: Stage, stand: Stand, figure: tuple[Plane, Plane], at: tuple[int, int]) -> None:
    """The figure upside down in the water, broken by ripples."""
    tone, alpha = figure
    waterline = round(stand.v * stage.canvas.height)
    above = min(max(waterline - at[0], 1), alpha.shape[0])
    rows = np.clip(above - 1 - (np.arange(int(above * 0.8)) * 1.25).astype(int), 0, above - 1)
    ripple = np.sin(np.arange(len(rows)) * 55.0 / max(stage.canvas.height * 0.11, 1.0)) * np.arange(len(rows)) * 0.035
    columns = np.clip(np.arange(alpha.shape[1])[None, :] + ripple[:, None].astype(int), 0, alpha.shape[1] - 1)
    fade = np.linspace(0.62, 0.10, len(rows), dtype=np.float32)[:, None]
    seen = alpha[rows[:, None], columns] * fade
    stage.canvas.mix(tone[:, rows[:, None], columns] * 0.72, seen, (waterline, at[1]))


def _foam(stage: Stage, stand: Stand, columns: int) -> None:
    """White water where a figure breaks the surface."""
    canvas = stage.canvas
    v = stand.v - stand.sunk * stand.height
    rng = stage.rng(f"foam {stand.u:.3f}")
    wide = columns / canvas.width * 0.46
    for _ in range(70):
        place = (stand.u + float(np.clip(rng.normal(0, 0.6), -1.15, 1.15)) * wide, v + float(rng.normal(0.004, 0.004)))
        spot(canvas, place, float(rng.uniform(0.001, 0.004)), colour("#f4fbfb"), 0.5)


def _lamps(stage: Stage, glow: Plane, at: tuple[int, int]) -> None:
    """The light of windows and lamps in the air around them."""
    if not lamps_lit(stage):
        return
    pad = round(0.06 * stage.canvas.height)
    wide = np.pad(glow, pad)
    near, far = soft(wide, 0.006 * stage.canvas.height), soft(wide, 0.024 * stage.canvas.height)
    stage.canvas.shine(colour(LAMP), np.clip(near * 0.55 + far * 0.95, 0.0, 0.9), (at[0] - pad, at[1] - pad))
