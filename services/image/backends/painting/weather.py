"""Weather and what drifts through the air: fog, rain, snow, lightning, leaves, fireflies, embers."""

import numpy as np

from services.image.backends.painting.canvas import blend, colour
from services.image.backends.painting.noise import cut, line, smooth
from services.image.backends.painting.sky import spot
from services.image.backends.painting.stage import Stage
from services.image.backends.painting.stencil import Stencil

_INDOORS = ("interior", "cave", "underwater", "space")


def paint_air(stage: Stage) -> None:
    """Everything between the picture and the onlooker."""
    plan = stage.plan
    if plan.place not in _INDOORS:
        if "fog" in plan.weather:
            _fog(stage)
        if plan.weather & {"rain", "storm"} and "snow" not in plan.weather:
            _rain(stage, heavy="storm" in plan.weather)
        if "snow" in plan.weather:
            _snow(stage)
        if plan.season == "autumn" and ("wind" in plan.weather or plan.place in ("forest", "garden", "village")):
            _drift(stage, ("#d9822f", "#b8452a", "#e0ac42"), 46)
    if plan.features & {"leaves"}:
        _drift(stage, ("#d9822f", "#b8452a", "#e0ac42"), 70)
    if plan.features & {"petals"} or (plan.season == "spring" and plan.place == "garden"):
        _drift(stage, ("#f4c3d0", "#ffe6ea", "#e79ab4"), 70)
    if plan.features & {"embers"}:
        _sparks(stage, "#ff9a3c", 90)
    if plan.features & {"fireflies"} or _fits_fireflies(stage):
        _sparks(stage, "#ffe07a", 60 if plan.features & {"fireflies"} else 26)
    if plan.features & {"lanterns"}:
        _lanterns(stage)
    if plan.features & {"fireworks"}:
        _fireworks(stage)


def lightning(stage: Stage) -> None:
    """A bolt from the clouds to the horizon, and its light on them."""
    canvas = stage.canvas
    rng = stage.rng("lightning")
    u, v = 0.5 + stage.light.side * float(rng.uniform(0.1, 0.25)), 0.0
    start = u
    bolt = Stencil(canvas, 0.0, min(1.0, stage.horizon + 0.05))
    points = [(u, v)]
    while v < stage.horizon - 0.01:
        v += float(rng.uniform(0.015, 0.04))
        u += float(rng.normal(0.0, 0.012))
        points.append((u, min(v, stage.horizon)))
        if rng.random() < 0.22:
            twig = [(u, v)]
            turn = -1.0 if rng.random() < 0.5 else 1.0
            for _ in range(int(rng.integers(3, 6))):
                twig.append(
                    (
                        twig[-1][0] + turn * float(rng.uniform(0.004, 0.016)),
                        twig[-1][1] + float(rng.uniform(0.01, 0.03)),
                    )
                )
            bolt.line(np.array(twig), 0.0018)
    bolt.line(np.array(points), 0.0036)
    canvas.shine(colour("#b9c8ff"), np.exp(-canvas.distance(start, 0.08, 1.7) * 4.2) * 0.75)
    canvas.shine(colour("#9fb4ff"), np.clip(bolt.mask(0.012) * 2.6, 0.0, 0.8), bolt.at)
    canvas.mix(colour("#ffffff"), bolt.mask(), bolt.at)


def _fits_fireflies(stage: Stage) -> bool:
    plan = stage.plan
    warm = plan.season == "summer" and not plan.weather & {"snow", "rain", "storm"}
    return warm and plan.dark and plan.place in ("forest", "meadow", "garden", "swamp", "river")


def _fog(stage: Stage) -> None:
    """Banks of fog over everything, thicker towards the horizon."""
    canvas = stage.canvas
    drift = cut("cloud", stage.rng("fog"), (canvas.height, canvas.width), (60, 110 * canvas.aspect))
    v = canvas.down()
    thick = np.exp(-(((v - (stage.horizon + 0.03)) / 0.24) ** 2))
    alpha = np.clip(thick * (0.56 + 0.22 * drift), 0.0, 0.88)
    canvas.mix(blend(stage.tones.haze, stage.tones.light, 0.2), alpha)


def _rain(stage: Stage, *, heavy: bool) -> None:
    """Slanting threads of rain, in two depths, and a grey veil."""
    canvas = stage.canvas
    rng = stage.rng("rain")
    slant = -stage.light.side * float(rng.uniform(0.10, 0.30)) * (1.5 if heavy else 1.0)
    canvas.mix(stage.tones.haze, 0.10)
    for count, long, wide, power in ((900, 0.035, 0.0011, 0.30), (260, 0.085, 0.0019, 0.34)):
        stencil = Stencil(canvas)
        u, v = rng.uniform(-0.1, 1.1, count), rng.uniform(-0.05, 1.0, count)
        length = long * rng.uniform(0.5, 1.3, count)
        for x, y, d in zip(u, v, length, strict=True):
            stencil.line(np.array([(x, y), (x + slant * d / canvas.aspect, y + d)]), wide, int(rng.integers(120, 255)))
        canvas.shine(blend(stage.tones.light, colour("#dfe8f2"), 0.6), stencil.mask() * power)


def _snow(stage: Stage) -> None:
    """Flakes in three depths; the nearest are large and soft."""
    canvas = stage.canvas
    rng = stage.rng("snow")
    tint = blend(colour("#ffffff"), stage.tones.light, 0.15)
    for count, radius, blur, power in (
        (850, 0.0013, 0.0, 0.75),
        (230, 0.0028, 0.0008, 0.85),
        (46, 0.0075, 0.004, 0.60),
    ):
        stencil = Stencil(canvas)
        for x, y, r in zip(rng.random(count), rng.random(count), rng.uniform(0.6, 1.3, count), strict=True):
            stencil.disc(float(x), float(y), radius * float(r))
        canvas.mix(tint, stencil.mask(blur) * power)


def _drift(stage: Stage, codes: tuple[str, ...], count: int) -> None:
    """Leaves or petals on the wind."""
    canvas = stage.canvas
    rng = stage.rng("drift")
    for code in codes:
        stencil = Stencil(canvas)
        for _ in range(count // len(codes)):
            u, v = float(rng.random()), float(rng.random()) ** 0.8
            size, turn, thin = (
                float(rng.uniform(0.004, 0.011)),
                float(rng.uniform(0, 6.3)),
                float(rng.uniform(0.25, 0.6)),
            )
            angle = np.linspace(0, 2 * np.pi, 9)[:-1]
            x, y = np.cos(angle) * size, np.sin(angle) * size * thin * (1 - 0.5 * np.cos(angle))
            places = np.column_stack(
                [u + (x * np.cos(turn) - y * np.sin(turn)) / canvas.aspect, v + x * np.sin(turn) + y * np.cos(turn)]
            )
            stencil.polygon(places)
        canvas.mix(stage.tone(code, 0.9), stencil.mask() * 0.92)


def _sparks(stage: Stage, code: str, count: int) -> None:
    """Fireflies or embers: small lights with a glow."""
    rng = stage.rng("sparks " + code)
    for _ in range(count):
        place = (float(rng.random()), float(np.clip(rng.normal(stage.horizon + 0.06, 0.17), 0.05, 0.98)))
        size = float(rng.uniform(0.0012, 0.0030))
        spot(stage.canvas, place, size * 4.5, colour(code), 0.30)
        spot(stage.canvas, place, size, blend(colour(code), colour("#ffffff"), 0.5), 0.95)


def _lanterns(stage: Stage) -> None:
    """Paper lanterns rising into the sky."""
    rng = stage.rng("lanterns")
    for _ in range(22):
        depth = float(rng.random())
        size = 0.006 + 0.020 * depth**2
        u, v = float(rng.random()), float(rng.uniform(0.06, stage.horizon - 0.02)) * (1.0 - 0.15 * depth)
        spot(stage.canvas, (u, v), size * 2.6, colour("#ff9a4a"), 0.42)
        stencil = Stencil(stage.canvas, v - size * 2, v + size * 2)
        half = size / stage.canvas.aspect
        stencil.polygon(np.array([(u - half * 0.75, v + size), (u - half, v - size * 0.6), (u - half * 0.5, v - size * 1.15),
                                  (u + half * 0.5, v - size * 1.15), (u + half, v - size * 0.6), (u + half * 0.75, v + size)]))  # fmt: skip
        stage.canvas.mix(colour("#ffcf86"), stencil.mask(), stencil.at)


def _fireworks(stage: Stage) -> None:
    """Three bursts over the horizon."""
    rng = stage.rng("fireworks")
    for code in ("#ff6a5a", "#ffd76a", "#7ac8ff", "#d88aff"):
        u, v, reach = (
            float(rng.uniform(0.15, 0.85)),
            float(rng.uniform(0.1, stage.horizon * 0.55)),
            float(rng.uniform(0.08, 0.15)),
        )
        spot(stage.canvas, (u, v), reach * 0.7, colour(code), 0.25)
        for angle in np.linspace(0, 2 * np.pi, 26, endpoint=False) + rng.normal(0, 0.06, 26):
            for share in np.linspace(0.25, 1.0, 9):
                x = u + np.cos(angle) * reach * share / stage.canvas.aspect
                y = v + np.sin(angle) * reach * share + 0.05 * share**2
                spot(stage.canvas, (float(x), float(y)), 0.0016, colour(code), 0.9 * float(share))


def bank(stage: Stage, strength: float, subject: str) -> None:
    """Low mist that lies over water or a field."""
    canvas = stage.canvas
    top = stage.horizon
    width = canvas.width
    height = top + 0.012 + 0.012 * line("cloud", stage.rng(subject), width, 160.0)
    first, last = canvas.row(top - 0.06), canvas.row(top + 0.12)
    below = canvas.down(first, last) - height[None, :]
    alpha = np.exp(-((below / 0.03) ** 2)) * strength * smooth(-0.08, 0.0, below + 0.05)
    canvas.mix(blend(stage.tones.haze, stage.tones.light, 0.3), alpha, (first, 0))
