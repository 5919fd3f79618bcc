"""The cast: what is built stands back, who acts stands before it."""

from dataclasses import replace

import numpy as np

from services.image.backends.painting.figure import put
from services.image.backends.painting.stage import Stage
from services.image.backends.painting.standing import MOST, Stand, stands


def paint_set(stage: Stage) -> None:
    """Houses, towers and the like, on the further ground."""
    roles = [role for role in stage.plan.cast if role.drawing.habitat == "built" and role.drawing.name != "bridge"]
    rng = stage.rng("set")
    spots = [0.5 - stage.light.side * 0.20, 0.5 + stage.light.side * 0.34, 0.5 - stage.light.side * 0.38, 0.5]
    line = stage.back if stage.back is not None else stage.ground
    for role, spot in zip(roles, spots, strict=False):
        many = min(role.count, 4)
        for copy in range(many):
            u = float(np.clip(spot + (copy - (many - 1) / 2) * 0.13 + rng.normal(0, 0.015), 0.08, 0.92))
            v = stage.at(line, u) + 0.012 if line is not None else stage.horizon
            size = role.drawing.height * role.scale * (0.68 if many == 1 else float(rng.uniform(0.38, 0.52)))
            put(stage, role, Stand(u, v, min(size, v * 0.88), far=0.14, left=bool(rng.random() < 0.5)))


def paint_cast(stage: Stage) -> None:
    """The actors, the first of them where the eye goes."""
    roles = [role for role in stage.plan.cast if role.drawing.habitat != "built"]
    if stage.plan.place == "station":
        roles = [role for role in roles if role.drawing.name != "train"]
    if stage.ground is None:
        roles = [role for role in roles if role.drawing.kind != "things"] or roles
    rng = stage.rng("cast")
    crowd = sum(min(role.count, MOST) for role in roles)
    grown = 1.0 if crowd <= 2 else 0.88 if crowd <= 4 else 0.74
    grown *= 1.25 if stage.plan.place == "interior" else 1.0
    built = any(role.drawing.habitat == "built" for role in stage.plan.cast)
    taken = [0.5 - stage.light.side * 0.20] if built else []
    for role in roles:
        for stand in stands(stage, replace(role, scale=role.scale * grown), taken, rng):
            put(stage, role, stand)
