"""The stage: the canvas with everything that its painters have to know of one another."""

from dataclasses import dataclass

import numpy as np

from services.image.backends.painting.canvas import Canvas, Colour, blend, colour
from services.image.backends.painting.noise import Plane
from services.image.backends.painting.palette import Tones
from services.image.backends.painting.plan import Plan
from services.image.backends.painting.sky import Light


@dataclass
class Stage:
    """One picture in the making."""

    canvas: Canvas
    plan: Plan
    tones: Tones
    light: Light
    horizon: float
    ground: Plane | None = None
    """Height (v) of the near ground in every column: the cast stands on it."""
    back: Plane | None = None
    """The same further away: houses stand on it."""
    stream: Plane | None = None
    """Middle of a river (u) in every row."""
    water: tuple[float, float] | None = None
    """Where water is to be seen, from v to v."""

    def rng(self, subject: str) -> np.random.Generator:
        """Chance for one subject."""
        return self.plan.rng(subject)

    def tone(self, code: str, sun: float = 0.5, far: float = 0.0) -> Colour:
        """A local colour in this light."""
        return self.tones.lit(colour(code), sun, far)

    def at(self, line: Plane, u: float) -> float:
        """Height of a ground line at a column."""
        return float(line[min(max(int(u * self.canvas.width), 0), self.canvas.width - 1)])


GRASS = {"spring": "#7fae55", "summer": "#5f9448", "autumn": "#a8843f", "winter": "#dfe8f0"}
FOLIAGE = {
    "spring": ("#86b85a", "#a9c96a", "#e3b3c4"),
    "summer": ("#3f7a45", "#5a9448", "#2f6a4a"),
    "autumn": ("#c8642a", "#d9963a", "#9c3f2a"),
    "winter": ("#7f8f98", "#a8b4bb", "#5f6f78"),
}


def grass_of(stage: Stage) -> str:
    """The colour of the ground outdoors."""
    return GRASS["winter" if stage.plan.winter else stage.plan.season]


def near_shade(stage: Stage, share: float = 0.75) -> Colour:
    """What stands right before the onlooker, almost a silhouette."""
    return blend(stage.tones.ambient * 0.45, stage.tones.shade, share)
