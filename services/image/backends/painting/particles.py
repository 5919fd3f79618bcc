"""What drifts through the air: leaves, petals, fireflies, embers, lanterns, fireworks."""

import numpy as np

from services.image.backends.painting.canvas import blend, colour
from services.image.backends.painting.sky import spot
from services.image.backends.painting.stage import Stage
from services.image.backends.painting.stencil import Stencil, outline

_LEAVES, _PETALS = ("#d9822f", "#b8452a", "#e0ac42"), ("#f4c3d0", "#ffe6ea", "#e79ab4")
_LANTERN = outline("-.75 -1, -1 .6, -.5 1.15, .5 1.15, 1 .6, .75 -1")
_WOODED = ("forest", "garden", "village")


def paint_particles(stage: Stage) -> None:
    """Everything small that is in the air."""
    features = stage.plan.features
    falling = _falling(stage)
    if falling:
        _drift(stage, *falling)
    if "embers" in features:
        _sparks(stage, "#ff9a3c", 90)
    if "fireflies" in features or _fits_fireflies(stage):
        _sparks(stage, "#ffe07a", 60 if "fireflies" in features else 26)
    if "lanterns" in features:
        _lanterns(stage)
    if "fireworks" in features:
        _fireworks(stage)


def _falling(stage: Stage) -> tuple[tuple[str, ...], int] | None:
    """What falls, and how much of it: leaves in autumn, petals in spring."""
    plan = stage.plan
    if "petals" in plan.features or (plan.season == "spring" and plan.place == "garden"):
        return _PETALS, 70
    autumn = plan.season == "autumn" and ("wind" in plan.weather or plan.place in _WOODED)
    return (_LEAVES, 60) if autumn or "leaves" in plan.features else None


def _fits_fireflies(stage: Stage) -> bool:
    plan = stage.plan
    warm = plan.season == "summer" and not plan.weather & {"snow", "rain", "storm"}
    return warm and plan.dark and plan.place in ("forest", "meadow", "garden", "swamp", "river")


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
    rng, canvas = stage.rng("lanterns"), stage.canvas
    for _ in range(22):
        depth = float(rng.random())
        size = 0.006 + 0.020 * depth**2
        u, v = float(rng.random()), float(rng.uniform(0.06, stage.horizon - 0.02)) * (1.0 - 0.15 * depth)
        spot(canvas, (u, v), size * 2.6, colour("#ff9a4a"), 0.42)
        stencil = Stencil(canvas, v - size * 2, v + size * 2)
        stencil.stamp(_LANTERN, (u, v), (size / canvas.aspect, size))
        canvas.mix(colour("#ffcf86"), stencil.mask(), stencil.at)


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
