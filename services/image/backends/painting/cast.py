"""The cast: who and what is to be seen, in its place, in the picture's light."""

from dataclasses import dataclass, replace

import numpy as np

from services.image.backends.painting.canvas import Colour, blend, colour, luminance
from services.image.backends.painting.drawings import Drawing, Sprite, inked
from services.image.backends.painting.noise import Plane, smooth
from services.image.backends.painting.plan import Role
from services.image.backends.painting.sky import spot
from services.image.backends.painting.stage import Stage
from services.image.backends.painting.stencil import moved, soft

BUILDINGS = frozenset(
    [
        "house",
        "lighthouse",
        "castle",
        "tower",
        "church",
        "windmill",
        "bridge",
        "pyramid",
        "ferriswheel",
        "gate",
        "statue",
        "fountain",
        "well",
        "lamp",
        "tree",
    ]
)
_LAMP = "#ffd27a"
_SWIMMERS = frozenset(["whale", "dolphin", "fish", "octopus", "jellyfish"])
_AFLOAT = frozenset(["sailboat", "rowboat", "ship", "steamer", "swan", "heron"])


@dataclass(frozen=True)
class Stand:
    """Where one figure is put."""

    u: float
    v: float
    """Of its feet."""
    height: float
    """Of the figure, in picture heights."""
    far: float = 0.0
    left: bool = False
    wet: bool = False
    """Whether it stands in water, which mirrors it."""
    sunk: float = 0.0
    """How much of it is under water."""
    aloft: bool = False


def is_set(role: Role) -> bool:
    """Whether it is part of the scenery rather than an actor."""
    return role.drawing.name in BUILDINGS


def paint_set(stage: Stage) -> None:
    """Houses, towers and the like, on the further ground."""
    roles = [role for role in stage.plan.cast if is_set(role) and role.drawing.name != "bridge"]
    rng = stage.rng("set")
    spots = [0.5 - stage.light.side * 0.20, 0.5 + stage.light.side * 0.34, 0.5 - stage.light.side * 0.38, 0.5]
    line = stage.back if stage.back is not None else stage.ground
    for number, role in enumerate(roles[:4]):
        many = min(role.count, 4)
        for copy in range(many):
            u = float(np.clip(spots[number] + (copy - (many - 1) / 2) * 0.13 + rng.normal(0, 0.015), 0.08, 0.92))
            v = stage.at(line, u) + 0.012 if line is not None else stage.horizon
            size = role.drawing.height * role.scale * (0.80 if many == 1 else float(rng.uniform(0.45, 0.68)))
            size *= 0.8 if stage.ground is line else 0.72
            put(stage, role, Stand(u, v, min(size, v * 0.92), far=0.16, left=bool(rng.random() < 0.5)))


def paint_cast(stage: Stage) -> None:
    """The actors, the first of them where the eye goes."""
    roles = [role for role in stage.plan.cast if not is_set(role)]
    rng = stage.rng("cast")
    crowd = sum(min(role.count, 9) for role in roles)
    grown = 1.0 if crowd <= 2 else 0.86 if crowd <= 4 else 0.72
    taken: list[float] = []
    for number, role in enumerate(roles):
        for stand in stands(stage, replace(role, scale=role.scale * grown), number, taken, rng):
            put(stage, role, stand)


def stands(stage: Stage, role: Role, number: int, taken: list[float], rng: np.random.Generator) -> list[Stand]:
    """Where the copies of a role go, according to where it lives."""
    middle = _free(stage, number, taken)
    taken.append(middle)
    count = min(role.count, 9)
    size = role.drawing.height * role.scale * (1.0 if count == 1 else 0.84 if count < 4 else 0.66)
    wide = (role.drawing.box[2] - role.drawing.box[0]) * size / stage.canvas.aspect
    step = max(wide * 1.05, 0.05)
    found = []
    for copy in range(count):
        off = (copy - (count - 1) / 2) * step + float(rng.normal(0, 0.12 * step))
        u = float(np.clip(middle + off, wide * 0.55, 1 - wide * 0.55)) if wide < 0.85 else 0.5
        own = size * float(rng.uniform(0.8, 1.05) if count > 1 else 1.0)
        left = u > 0.5 if count == 1 or rng.random() < 0.8 else u < 0.5
        found.append(_stand(stage, role.drawing, replace(Stand(u, 0.0, own), left=left), rng))
    return sorted(found, key=lambda stand: stand.v)


def _free(stage: Stage, number: int, taken: list[float]) -> float:
    """A column on the side away from the light first, then where there is most room."""
    side = stage.light.side
    wishes = [0.5 - side * 0.155, 0.5 + side * 0.17, 0.5 - side * 0.35, 0.5 + side * 0.36, 0.5, 0.5 - side * 0.02]
    if number == 0:
        return wishes[0]
    return max(wishes, key=lambda wish: min((abs(wish - other) for other in taken), default=1.0))


def _stand(stage: Stage, drawing: Drawing, stand: Stand, rng: np.random.Generator) -> Stand:
    """The height at which a figure stands, floats or flies."""
    if stage.plan.place == "underwater":
        return _dive(stage, drawing, stand, rng)
    habitat = drawing.habitat
    if habitat == "water" and stage.water is not None:
        return _float(stage, drawing, stand, rng)
    if habitat in ("air", "sky") or drawing.name in _SWIMMERS:
        high = stage.horizon * (0.42 if habitat == "sky" else 0.62) + float(rng.normal(0, 0.05))
        v = max(stand.height * 1.04 + 0.03, high + stand.height * 0.4)
        return replace(stand, v=v, far=0.08, aloft=True)
    if stage.ground is None:
        top, bottom = stage.water or (stage.horizon, 1.0)
        return replace(stand, v=top + (bottom - top) * 0.45, wet=stage.water is not None)
    return replace(stand, v=stage.at(stage.ground, stand.u) + 0.022 + float(rng.uniform(0.0, 0.012)))


def _dive(stage: Stage, drawing: Drawing, stand: Stand, rng: np.random.Generator) -> Stand:
    if drawing.habitat in ("ground", "perch") and stage.ground is not None:
        return replace(stand, v=stage.at(stage.ground, stand.u) + 0.02)
    v = float(np.clip(0.56 + rng.normal(0, 0.09), stand.height + 0.04, 0.85))
    return replace(stand, v=v, aloft=True, far=0.12)


def _float(stage: Stage, drawing: Drawing, stand: Stand, rng: np.random.Generator) -> Stand:
    """On the water, in it, or leaping out of it."""
    top, bottom = stage.water or (0.6, 1.0)
    depth = top + (min(bottom, 0.97) - top) * (0.30 + float(rng.uniform(0.0, 0.12)))
    if drawing.name in _AFLOAT or drawing.name not in _SWIMMERS:
        return replace(stand, v=depth, wet=True)
    if drawing.name == "whale":
        return replace(stand, v=depth + 0.02, wet=True, sunk=0.30)
    if drawing.name == "dolphin":
        return replace(stand, v=depth - stand.height * 0.20, wet=True)
    return replace(stand, v=depth + stand.height * 0.25, wet=True, sunk=0.42)


def put(stage: Stage, role: Role, stand: Stand) -> None:
    """Paint one figure."""
    canvas = stage.canvas
    sprite = inked(role.drawing, stand.height * canvas.height, left=stand.left)
    at = (round(stand.v * canvas.height + sprite.top), round(stand.u * canvas.width + sprite.left))
    sprite = _cut(sprite, stand, canvas.height)
    alpha = sprite.alpha
    if not stand.aloft and not stand.wet:
        _shadow(stage, stand, alpha.shape[1])
    _halo(stage, role, stand)
    tone = _toned(stage, role, stand, sprite)
    if stand.wet:
        _mirrored(stage, stand, (tone, alpha), at)
    canvas.mix(tone, alpha, at)
    shift = max(1, round(0.0042 * canvas.height + stand.height * 2.2))
    edge = np.clip(alpha - moved(alpha, shift // 2 + 1, -round(stage.light.side * shift)), 0.0, 1.0)
    power = 0.62 if stage.light.kind != "none" else 0.25
    canvas.shine(stage.tones.light, edge * (power * (1 - stand.far)), at)
    if "glow" in sprite.inks:
        _lamps(stage, sprite.inks["glow"], at)
    if stage.plan.winter and stage.plan.place not in ("interior", "cave", "underwater") and is_set(role):
        caps = np.clip(alpha - moved(alpha, max(2, round(0.007 * canvas.height)), 0), 0.0, 1.0)
        canvas.mix(stage.tone("#f6faff", 0.8, stand.far), caps * 0.9, at)
    if stand.sunk:
        _foam(stage, stand, alpha.shape[1])


def _cut(sprite: Sprite, stand: Stand, height: int) -> Sprite:
    """The figure without what is under water."""
    if not stand.sunk:
        return sprite
    line = -sprite.top - stand.sunk * stand.height * height
    rows = np.arange(next(iter(sprite.inks.values())).shape[0], dtype=np.float32)[:, None]
    wave = (
        np.sin(np.arange(next(iter(sprite.inks.values())).shape[1], dtype=np.float32) * 0.06)[None, :] * height * 0.004
    )
    above = smooth(2.0, -2.0, rows - line - wave)
    return Sprite({name: plane * above for name, plane in sprite.inks.items()}, sprite.left, sprite.top)


def _toned(stage: Stage, role: Role, stand: Stand, sprite: Sprite) -> Plane:
    """The figure's colours, lit from above and from the light's side."""
    own = role.colour or role.drawing.colour
    shape = next(iter(sprite.inks.values())).shape
    rise = np.linspace(1.0, 0.0, shape[0], dtype=np.float32)[:, None]
    across = np.linspace(-1.0, 1.0, shape[1], dtype=np.float32)[None, :] * stage.light.side
    body = soft(sprite.alpha, 0.012 * stage.canvas.height)
    sun = np.clip(0.34 + 0.32 * rise + 0.16 * across + 0.30 * (1.0 - body), 0.0, 1.0)
    tone = np.zeros((3, *shape), dtype=np.float32)
    total = np.maximum(sum(sprite.inks.values()), (1e-3))
    for name, plane in sprite.inks.items():
        dark, lit = _ink(stage, (own, role.drawing.accent), name, stand.far, role.glowing)
        share = plane / total
        tone += share[None] * (dark[:, None, None] + (lit - dark)[:, None, None] * sun[None])
    return tone


def _ink(stage: Stage, own: tuple[str, str], name: str, far: float, glowing: bool) -> tuple[Colour, Colour]:
    """An ink's colour in the shade and in the light."""
    body, accent = colour(own[0]), colour(own[1])
    local = {
        "body": body,
        "pale": blend(body, colour("#fff6ea"), 0.68),
        "dark": body * 0.52,
        "accent": accent,
        "glow": colour(_LAMP),
        "skin": colour("#d9a982"),
    }[name]
    if name == "glow" and (stage.plan.dark or glowing or stage.plan.weather & {"fog", "storm", "snow"}):
        return blend(local, stage.tones.haze, far * 0.5), blend(local, colour("#fff3cf"), 0.35)
    if name == "glow":
        local = blend(local, colour("#3a4048"), 0.35)
    if glowing:
        return blend(local, colour("#fff0c8"), 0.35), blend(local, colour("#fff8e4"), 0.65)
    low, high = stage.tones.lit(local, 0.15, far), stage.tones.lit(local, 1.0, far)
    lift = max(0.0, 0.10 - luminance(low)) * 0.6
    return blend(low, stage.tones.ambient, lift), blend(high, local, 0.22)


def _shadow(stage: Stage, stand: Stand, columns: int) -> None:
    """Where the figure touches the ground, and its shadow away from the light."""
    canvas = stage.canvas
    wide = columns / canvas.width
    away = -stage.light.side * wide * 0.18 * (stage.light.kind != "none")
    x = (canvas.across() - (stand.u + away)) / max(wide * 0.55, 1e-3)
    first, last = canvas.row(stand.v - 0.03), canvas.row(stand.v + 0.04)
    y = (canvas.down(first, last) - stand.v) / 0.013
    alpha = np.exp(-(x**2) * 1.6 - y**2)
    canvas.shade(blend(stage.tones.shade, stage.tones.ambient, 0.3), alpha * 0.72, (first, 0))


def _halo(stage: Stage, role: Role, stand: Stand) -> None:
    """Bright air behind a figure, so that its outline reads."""
    middle = stand.v - stand.height * 0.55
    d = stage.canvas.distance(stand.u, middle, 1.25)
    power = 0.16 if not role.glowing else 0.45
    tone = blend(stage.tones.haze, stage.tones.light, 0.5) if not role.glowing else colour(role.colour or _LAMP)
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
        off = float(rng.normal(0, 0.6))
        if abs(off) < 1.15:
            spot(
                canvas,
                (stand.u + off * wide, v + float(rng.normal(0.004, 0.004))),
                float(rng.uniform(0.001, 0.004)),
                colour("#f4fbfb"),
                0.5,
            )


def _lamps(stage: Stage, glow: Plane, at: tuple[int, int]) -> None:
    """The light of windows and lamps in the air around them."""
    if not (stage.plan.dark or stage.plan.weather & {"fog", "storm", "snow", "rain"}):
        return
    pad = round(0.06 * stage.canvas.height)
    wide = np.pad(glow, pad)
    near, far = soft(wide, 0.006 * stage.canvas.height), soft(wide, 0.024 * stage.canvas.height)
    place = (at[0] - pad, at[1] - pad)
    stage.canvas.shine(colour(_LAMP), np.clip(near * 0.55 + far * 0.95, 0.0, 0.9), place)
