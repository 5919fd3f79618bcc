"""The sky: its colours, clouds, sun, moon, stars and wonders."""

from dataclasses import dataclass

import numpy as np

from services.image.backends.painting.canvas import Canvas, Colour, blend, colour
from services.image.backends.painting.noise import SIDE, Plane, cut, line, look_up, resized, smooth
from services.image.backends.painting.palette import Tones
from services.image.backends.painting.plan import Plan


@dataclass(frozen=True)
class Light:
    """Where the light comes from."""

    u: float
    v: float
    kind: str
    """`sun`, `moon`, or `none` where clouds or a roof hide it."""
    side: float
    """-1 when it stands left of the middle, else 1."""


def light_of(plan: Plan, horizon: float) -> Light:
    """Place the light on a third, low in the morning and in the evening."""
    rng = plan.rng("light")
    side = 1.0 if rng.random() < 0.5 else -1.0
    u = 0.5 + side * float(rng.uniform(0.13, 0.24))
    low = {"dawn": 0.10, "golden": 0.15, "dusk": 0.07, "day": 0.40, "night": 0.36, "moonlit": 0.33}[plan.hour]
    kind = "moon" if plan.hour in ("night", "moonlit") else "sun"
    if plan.weather & {"rain", "storm", "overcast"} or (plan.weather & {"fog", "snow"} and kind == "sun"):
        kind = "none" if "moon" not in plan.features else kind
    if (
        plan.hour == "night"
        and not plan.features & {"moon"}
        and (plan.features & {"stars", "aurora"} or rng.random() < 0.3)
    ):
        kind = "none"
    return Light(u, max(0.12, horizon - low - float(rng.uniform(0.0, 0.06))), kind, side)


def paint_sky(canvas: Canvas, plan: Plan, tones: Tones, light: Light, horizon: float) -> None:
    """Everything above the horizon, and a little below it."""
    bottom = min(canvas.height, canvas.row(horizon + 0.06) + 1)
    _ramp(canvas, tones, bottom, horizon)
    glow = np.exp(-canvas.distance(light.u, light.v, 1.6) * 3.4)
    strength = 0.55 if light.kind == "sun" else 0.3 if light.kind == "moon" else 0.22
    canvas.shine(tones.light, (glow * strength)[:bottom])
    if plan.hour in ("night", "moonlit") and not plan.weather & {"rain", "storm", "overcast", "fog"}:
        _stars(canvas, plan, horizon)
    if "aurora" in plan.features:
        _aurora(canvas, plan, horizon)
    if light.kind == "moon":
        _moon(canvas, plan, tones, light)
    elif light.kind == "sun":
        _sun(canvas, tones, light)
    _wonders(canvas, plan, tones, horizon)
    _clouds(canvas, plan, tones, light, horizon)


def _ramp(canvas: Canvas, tones: Tones, bottom: int, horizon: float) -> None:
    """The colours from the top down to the horizon, warmer towards it."""
    v = np.minimum(canvas.down(0, bottom)[:, 0] / horizon, 1.0)
    count = len(tones.sky)
    places = np.linspace(0.0, 1.0, count) ** 0.85
    for plane, channel in zip(canvas.pixels, np.stack(tones.sky).T, strict=True):
        plane[:bottom] = np.interp(v, places, channel).astype(np.float32)[:, None]


def _stars(canvas: Canvas, plan: Plan, horizon: float) -> None:
    """Stars of all sizes, thicker along a milky way."""
    rng = plan.rng("stars")
    count = 420 if plan.features & {"stars"} or plan.hour == "night" else 160
    u, v = rng.random(count), rng.random(count) ** 1.3 * horizon
    tilt, height = float(rng.uniform(-0.5, 0.5)), float(rng.uniform(0.2, 0.4))
    along = rng.random(count // 2)
    u[: count // 2] = along
    v[: count // 2] = height + tilt * (along - 0.5) + rng.normal(0, 0.08, count // 2)
    if plan.hour == "night":
        band = np.exp(-(((canvas.down() - height) - tilt * (canvas.across() - 0.5)) ** 2) * 70)
        dust = cut("cloud", rng, (canvas.height, canvas.width), (300, 300 * canvas.aspect))
        canvas.shine(colour("#8f9fd8"), band * smooth(-1.0, 2.2, dust) * 0.30)
    size = np.maximum(0.0009 * rng.pareto(2.2, count).clip(0.35, 3.2), 0.0)
    tints = np.stack([colour("#ffffff"), colour("#cfe0ff"), colour("#ffe9c9")])[rng.integers(0, 3, count)]
    for x, y, r, tint in zip(u, v, size, tints, strict=True):
        if 0.0 <= y < horizon - 0.03:
            spot(canvas, (float(x), float(y)), float(r), tint, float(min(1.0, 0.35 + r * 400)))


def spot(canvas: Canvas, place: tuple[float, float], radius: float, tint: Colour, strength: float) -> None:
    """A small soft light at (u, v), `radius` in heights."""
    r = max(radius * canvas.height, 0.42)
    reach = int(np.ceil(r * 3.2)) + 1
    x, y = place[0] * canvas.width, place[1] * canvas.height
    left, top = int(x) - reach, int(y) - reach
    span = np.arange(2 * reach + 1, dtype=np.float32) + 0.5
    square = ((span + (left - x)) ** 2)[None, :] + ((span + (top - y)) ** 2)[:, None]
    canvas.shine(
        tint,
        np.exp(-square / (1.1 * r * r)) * strength,
        (top, left),
    )


def _aurora(canvas: Canvas, plan: Plan, horizon: float) -> None:
    """Curtains of light, folded along the sky."""
    rng = plan.rng("aurora")
    shape = (max(2, canvas.height // 2), max(2, canvas.width // 2))
    v = ((np.arange(shape[0], dtype=np.float32) + 0.5) / shape[0])[:, None]
    inks = [colour("#3dffa8"), colour("#46e0c8"), colour("#9a6bff"), colour("#ff6bb4")]
    for number in range(3):
        foot = horizon * (0.62 - 0.13 * number) + 0.09 * line("cloud", rng, shape[1], 260.0)[None, :]
        folds = smooth(-1.2, 1.9, line("rough", rng, shape[1], 420.0)[None, :])
        rise = np.maximum(foot - v, 0.0) / 0.30
        edge = smooth(-0.012, 0.012, foot - v)
        glow = edge * np.exp(-rise * 2.6) * (0.25 + 0.75 * folds)
        low, high = inks[number % 2], inks[2 + number % 2]
        bands = resized(glow, (canvas.height, canvas.width))
        climb = resized(np.clip(rise, 0, 1) * glow, (canvas.height, canvas.width))
        canvas.shine(low, np.clip(bands - 0.6 * climb, 0.0, 1.0) * 0.85)
        canvas.shine(high, np.clip(climb, 0.0, 1.0))


def _moon(canvas: Canvas, plan: Plan, tones: Tones, light: Light) -> None:
    """A disc with seas on it, a halo around it, and a shadow when it is not full."""
    rng = plan.rng("moon")
    radius = 0.075 if "full" in plan.features else 0.055 if plan.hour == "moonlit" else 0.042
    d = canvas.distance(light.u, light.v)
    canvas.shine(tones.light, 0.42 / (1.0 + (d / (radius * 1.7)) ** 2) ** 1.3)
    edge = 1.2 / canvas.height
    disc = smooth(radius + edge, radius - edge, d)
    seas = smooth(0.2, 1.5, cut("rough", rng, d.shape, (260 * 0.075 / radius, 260 * canvas.aspect * 0.075 / radius)))
    ball = np.sqrt(np.clip(1.0 - (d / radius) ** 2, 0.0, 1.0))
    if "crescent" in plan.features or ("full" not in plan.features and rng.random() < 0.3):
        offset = canvas.distance(light.u - light.side * radius * 0.42 / canvas.aspect, light.v - radius * 0.16)
        disc *= smooth(radius * 0.9 - edge, radius * 0.9 + 3 * edge, offset)
    face = blend(tones.light, colour("#fffdf4"), 0.6)
    canvas.mix(face, disc)
    canvas.shade(colour("#8ea0bd"), disc * (seas * 0.42 + (1 - ball) * 0.25))


def _sun(canvas: Canvas, tones: Tones, light: Light) -> None:
    """A disc that burns into its surroundings."""
    d = canvas.distance(light.u, light.v)
    radius = 0.05
    canvas.shine(tones.light, 0.62 / (1.0 + (d / 0.085) ** 2))
    face = blend(tones.light, colour("#fffaf0"), 0.75)
    canvas.mix(face, smooth(radius + 0.004, radius - 0.004, d))


def _wonders(canvas: Canvas, plan: Plan, tones: Tones, horizon: float) -> None:
    """Rainbow, comet, ringed planet."""
    rng = plan.rng("wonders")
    if "rainbow" in plan.features:
        d = canvas.distance(0.5 + float(rng.uniform(-0.15, 0.15)), horizon + 0.22)
        inks = ["#d9453a", "#f08a3a", "#f6d84a", "#6fc46a", "#4aa0d8", "#5a5ac8", "#8a4ab8"]
        for number, ink in enumerate(inks):
            ring = np.exp(-(((d - (0.70 - 0.014 * number)) / 0.010) ** 2))
            canvas.shine(colour(ink), ring * 0.50)
    if "comet" in plan.features:
        _comet(canvas, (float(rng.uniform(0.25, 0.7)), float(rng.uniform(0.1, 0.3))), tones)
    if "planet" in plan.features:
        _planet(canvas, rng, tones)


def _comet(canvas: Canvas, head: tuple[float, float], tones: Tones) -> None:
    for step in np.linspace(0.0, 1.0, 60) ** 1.5:
        place = (head[0] + 0.20 * step, head[1] - 0.16 * step)
        spot(canvas, place, 0.006 * (1.1 - step), blend(tones.light, colour("#cfe6ff"), 0.7), 0.75 * (1 - step) ** 1.6)


def _planet(canvas: Canvas, rng: np.random.Generator, tones: Tones) -> None:
    """A banded ball with a ring."""
    u, v, radius = float(rng.uniform(0.6, 0.85)), float(rng.uniform(0.16, 0.3)), 0.12
    d = canvas.distance(u, v)
    y = canvas.down() - v
    x = (canvas.across() - u) * canvas.aspect
    disc = smooth(radius + 0.0015, radius - 0.0015, d)
    bands = np.sin((y + 0.25 * x) * 95 + 1.2 * cut("cloud", rng, d.shape, (160, 160 * canvas.aspect)))
    lit = np.clip(0.75 - (x * 0.7 - y * 0.5) / radius, 0.05, 1.0)
    canvas.mix(blend(colour("#d9a878"), tones.light, 0.3), disc)
    canvas.shade(colour("#9a6a58"), disc * (bands > 0) * 0.5)
    canvas.shade(blend(tones.shade, tones.sky[0], 0.4), disc * (1 - lit))
    ring = np.hypot(x * 0.96 + y * 0.28, (y * 0.96 - x * 0.28) * 4.2)
    band = smooth(0.155, 0.165, ring) * smooth(0.245, 0.235, ring) * (1 - disc * (y * 0.96 - x * 0.28 < 0))
    canvas.mix(blend(tones.light, colour("#e8cfae"), 0.5), band * 0.7)


def _clouds(canvas: Canvas, plan: Plan, tones: Tones, light: Light, horizon: float) -> None:
    """Clouds on a ceiling that runs away to the horizon, lit from where the light is."""
    rng = plan.rng("clouds")
    cover = _cover(plan, rng)
    rows, columns = max(2, canvas.row(horizon) // 2), max(2, canvas.width // 2)
    v = ((np.arange(rows, dtype=np.float32) + 0.5) / rows * horizon)[:, None]
    u = ((np.arange(columns, dtype=np.float32) + 0.5) / columns)[None, :]
    far = 0.30 / (horizon - v + 0.10)
    streak = float(rng.choice([0.35, 0.6, 1.0])) if "storm" not in plan.weather else 0.8
    start = rng.uniform(0, SIDE, 4).astype(np.float32)
    x = (u - 0.5) * canvas.aspect * far * (190 * streak) + start[0]
    y = far * 330 + start[1] + np.zeros_like(x)
    wind = look_up("cloud", x * 0.6 + start[2], y * 0.6) * 7
    shape = look_up("cloud", x + wind, y)
    detail = look_up("rough", x * 2.2 + start[3], y * 2.2 + wind)
    body = shape + detail * 0.20
    toward = (light.u - u) * 26.0, (light.v - v) * -40.0
    thinner = look_up("cloud", x + wind + toward[0], y + toward[1])
    density = smooth(1.5 - 2.6 * cover, 2.5 - 2.2 * cover, body)
    bright = np.clip(0.42 + (shape - thinner) * 0.75 + detail * 0.07, 0.0, 1.0)
    near = np.exp(-np.hypot((u - light.u) * (canvas.aspect * 0.7), v - light.v) * 3.0)
    bright = np.clip(bright * (0.55 + 0.8 * near), 0.0, 1.0)
    _lay_clouds(canvas, plan, tones, (density, np.asarray(bright, dtype=np.float32)))


def _cover(plan: Plan, rng: np.random.Generator) -> float:
    """How much of the sky is clouded, 0 to 1."""
    said = {"storm": 1.0, "rain": 0.92, "overcast": 0.92, "snow": 0.7, "fog": 0.5, "clear": 0.1}
    for name, share in said.items():
        if name in plan.weather:
            return share
    if plan.hour in ("night", "moonlit"):
        return 0.18 if plan.features & {"stars", "aurora", "comet"} else float(rng.uniform(0.2, 0.5))
    return float(rng.uniform(0.38, 0.72))


def _lay_clouds(canvas: Canvas, plan: Plan, tones: Tones, clouds: tuple[Plane, Plane]) -> None:
    rows = clouds[0].shape[0] * 2
    size = (rows, canvas.width)
    density, bright = (resized(np.ascontiguousarray(plane), size)[: canvas.height] for plane in clouds)
    v = canvas.down(0, density.shape[0]) / (max(rows, 1) / canvas.height)
    fade = np.clip((1.02 - v) * 6.0, 0.25, 1.0)
    dark = blend(tones.sky[1], tones.sky[-2], 0.45) * (0.62 if plan.weather & {"storm", "rain"} else 0.92)
    if plan.dark:
        dark = blend(tones.sky[0], tones.sky[1], 0.5)
    crest = blend(blend(tones.light, tones.sky[-1], 0.35), colour("#ffffff"), 0.22 if plan.hour == "day" else 0.0)
    crest = blend(crest, tones.sky[-2], 0.55 if plan.hour in ("night", "moonlit") else 0.0)
    tone = dark[:, None, None] + (crest - dark)[:, None, None] * np.clip(bright, 0.0, 1.0)[None]
    canvas.mix(tone, np.clip(density * fade, 0.0, 1.0) * 0.9)
