"""Where the cast stands: on the ground, in the water, in the air; the first one where the eye goes."""

from dataclasses import dataclass, replace

import numpy as np

from services.image.backends.painting.drawings import Drawing
from services.image.backends.painting.plan import Role
from services.image.backends.painting.stage import Stage

_BRANCHES = frozenset(["forest", "garden", "meadow", "lake", "river", "swamp", "mountains", "village", "castle"])
MOST = 9
"""Copies of one figure."""


@dataclass(frozen=True)
class Stand:
    """Where one figure is put."""

    u: float
    v: float
    """Of its feet."""
    height: float
    """Of the figure, in picture heights."""
    far: float = 0.0
    """How much air lies before it, 0 to 1."""
    left: bool = False
    """Whether it looks to the left."""
    wet: bool = False
    """Whether it stands in water, which mirrors it."""
    sunk: float = 0.0
    """How much of it is under water."""
    aloft: bool = False
    """Whether it touches nothing."""
    perched: bool = False
    """Whether it sits on a branch of its own."""


def stands(stage: Stage, role: Role, taken: list[float], rng: np.random.Generator) -> list[Stand]:
    """Where the copies of a role go, the farthest first; `taken` are the columns of the others, and is added to."""
    middle = _beside(stage, role, taken, rng) or _free(stage, taken)
    taken.append(middle)
    count = min(role.count, MOST)
    size = role.drawing.height * role.scale * (1.0 if count == 1 else 0.84 if count < 4 else 0.66)
    size = min(size, 0.86 if role.drawing.habitat != "sky" else 0.62)
    left, bottom, right, top = role.drawing.box
    size = min(size, 0.80 / max(top - min(bottom, 0.0), 0.2))
    wide = (right - left) * size / stage.canvas.aspect
    if wide * count > 1.1:
        size, wide = size * 1.1 / (wide * count), 1.1 / count
    step = max(wide * 1.05, 0.05)
    found = []
    for copy in range(count):
        off = (copy - (count - 1) / 2) * step + float(rng.normal(0, 0.12 * step)) * (count > 1)
        u = float(np.clip(middle + off, wide * 0.55, 1 - wide * 0.55)) if wide < 0.85 else 0.5
        own = size * float(rng.uniform(0.8, 1.05) if count > 1 else 1.0)
        looks_left = u > 0.5 if count == 1 or rng.random() < 0.8 else u < 0.5
        found.append(_placed(stage, role.drawing, Stand(u, 0.0, own, left=looks_left), rng))
    return sorted(found, key=lambda stand: stand.v)


def _beside(stage: Stage, role: Role, taken: list[float], rng: np.random.Generator) -> float:
    """A small thing stands at the feet of the first one; 0 when it is no small thing, or there is nobody."""
    if role.drawing.kind != "things" or role.drawing.height > 0.24 or not taken or stage.ground is None:
        return 0.0
    return float(np.clip(taken[-1] + stage.light.side * rng.uniform(0.10, 0.13), 0.06, 0.94))


def _free(stage: Stage, taken: list[float]) -> float:
    """A third on the side away from the light first, then wherever there is most room."""
    side = stage.light.side
    wishes = [0.5 - side * 0.155, 0.5 + side * 0.17, 0.5 - side * 0.35, 0.5 + side * 0.36, 0.5, 0.5 - side * 0.02]
    if not taken:
        return wishes[0]
    return max(wishes, key=lambda wish: min(abs(wish - other) for other in taken))


def _placed(stage: Stage, drawing: Drawing, stand: Stand, rng: np.random.Generator) -> Stand:
    """The height at which a figure stands, floats or flies."""
    if stage.plan.place == "underwater":
        return _diving(stage, drawing, stand, rng)
    if drawing.habitat in ("afloat", "water") and stage.water is not None:
        return _floating(stage, drawing, stand, rng)
    if drawing.habitat in ("air", "sky", "water"):
        return _flying(stage, drawing, stand, rng)
    if stage.ground is None:
        top, bottom = stage.water or (stage.horizon, 1.0)
        return replace(stand, v=top + (bottom - top) * 0.45, wet=stage.water is not None)
    if drawing.habitat == "perch" and stage.plan.place in _BRANCHES:
        return _perched(stage, stand, rng)
    return replace(stand, v=min(0.985, stage.at(stage.ground, stand.u) + 0.03 + float(rng.uniform(0.0, 0.02))))


def _perched(stage: Stage, stand: Stand, rng: np.random.Generator) -> Stand:
    """On a branch that reaches into the picture."""
    u = float(np.clip(0.5 + (stand.u - 0.5) * 1.25, 0.17, 0.83))
    return replace(stand, u=u, v=stage.horizon - 0.02 + float(rng.uniform(0.0, 0.05)), perched=True)


def _diving(stage: Stage, drawing: Drawing, stand: Stand, rng: np.random.Generator) -> Stand:
    """Under water everything swims that does not walk."""
    if drawing.habitat in ("ground", "built", "perch") and stage.ground is not None:
        return replace(stand, v=stage.at(stage.ground, stand.u) + 0.02)
    v = float(np.clip(0.56 + rng.normal(0, 0.09), stand.height + 0.04, 0.85))
    return replace(stand, v=v, aloft=True, far=0.12)


def _floating(stage: Stage, drawing: Drawing, stand: Stand, rng: np.random.Generator) -> Stand:
    """On the water, in it, or leaping out of it."""
    top, bottom = stage.water or (stage.horizon, 1.0)
    stand = replace(stand, height=min(stand.height, 1.25 * (bottom - top)))
    depth = top + (min(bottom, 0.97) - top) * (0.30 + float(rng.uniform(0.0, 0.12)))
    if stage.stream is not None:
        depth = top + (bottom - top) * 0.55
        stand = replace(stand, u=float(stage.stream[min(stage.canvas.row(depth), stage.canvas.height - 1)]))
    if drawing.habitat == "afloat":
        return replace(stand, v=depth, wet=True)
    if drawing.name == "whale":
        return replace(stand, v=depth + 0.02, wet=True, sunk=0.30)
    if drawing.name == "dolphin":
        return replace(stand, v=depth - stand.height * 0.20, wet=True)
    return replace(stand, v=depth + stand.height * 0.25, wet=True, sunk=0.42)


def _flying(stage: Stage, drawing: Drawing, stand: Stand, rng: np.random.Generator) -> Stand:
    """In the air, not too high to be looked at."""
    if stage.plan.place in ("cave", "interior"):
        stand = replace(stand, height=stand.height * 0.72)
    high = stage.horizon * (0.44 if drawing.habitat == "sky" else 0.62) + float(rng.normal(0, 0.05))
    top = drawing.box[3] * stand.height
    return replace(stand, v=max(top + 0.04, high + stand.height * 0.4), far=0.06, aloft=True)
