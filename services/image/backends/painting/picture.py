"""One picture, from its plan to its pixels."""

from collections.abc import Callable
from dataclasses import dataclass, field

from services.image.backends.painting.brush import brushwork
from services.image.backends.painting.canvas import Canvas
from services.image.backends.painting.cast import paint_cast
from services.image.backends.painting.emblems import paint_emblems
from services.image.backends.painting.finish import finish
from services.image.backends.painting.palette import tones_of
from services.image.backends.painting.particles import paint_particles
from services.image.backends.painting.places import PLACES
from services.image.backends.painting.plan import SHELTERED, Plan
from services.image.backends.painting.sky import light_of
from services.image.backends.painting.stage import Stage
from services.image.backends.painting.weather import fog, paint_weather

STEPS = 5
"""In which a picture is painted; between two of them it can be given up."""


@dataclass(frozen=True)
class Look:
    """The hand of the painter."""

    palettes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By mood: from the top of the sky to the horizon, then the light, then the deepest shade."""
    palette: tuple[str, ...] | None = None
    """For every other mood."""
    brush: float = 0.62
    """How much the brush shows, 0 to 1."""
    grain: float = 1.0
    """How rough the canvas is; 0 is smooth."""


def paint(plan: Plan, size: tuple[int, int], look: Look, done: Callable[[int], None]) -> Canvas:
    """Paint the plan; `done` hears of every step, and may raise to stop."""
    canvas = Canvas(*size)
    place = PLACES[plan.place]
    tones = tones_of(plan, look.palettes, look.palette, plan.rng("tones"))
    stage = Stage(canvas, plan, tones, light_of(plan, place.horizon), place.horizon)
    done(0)
    place.paint(stage)
    done(1)
    if "fog" in plan.weather and plan.place not in SHELTERED:
        fog(stage, 0.55)
    paint_emblems(stage)
    brushwork(stage, look.brush)
    done(2)
    paint_cast(stage)
    done(3)
    place.frame(stage)
    if plan.place not in SHELTERED:
        paint_weather(stage)
    paint_particles(stage)
    done(4)
    finish(stage, look.grain)
    done(5)
    return canvas
