"""Weather: fog, rain, snow, lightning, low mist."""

import numpy as np

from services.image.backends.painting.canvas import blend, colour
from services.image.backends.painting.noise import cut, line, smooth
from services.image.backends.painting.stage import Stage
from services.image.backends.painting.stencil import Stencil


def paint_weather(stage: Stage) -> None:
    """The weather between the picture and the onlooker."""
    weather = stage.plan.weather
    if "fog" in weather:
        fog(stage, 0.30)
    if weather & {"rain", "storm"} and "snow" not in weather:
        _rain(stage, heavy="storm" in weather)
    if "snow" in weather:
        snowfall(stage)


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


def fog(stage: Stage, strength: float) -> None:
    """Banks of fog over everything, thicker towards the horizon."""
    canvas = stage.canvas
    drift = cut("cloud", stage.rng(f"fog {strength}"), (canvas.height, canvas.width), (60, 110 * canvas.aspect))
    v = canvas.down()
    thick = np.exp(-(((v - (stage.horizon + 0.03)) / 0.24) ** 2))
    alpha = np.clip(thick * (1.0 + 0.4 * drift) * strength, 0.0, 0.88)
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


def snowfall(stage: Stage) -> None:
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
