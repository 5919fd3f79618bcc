"""Houses: walls, roofs and windows for streets, quays and villages."""

import numpy as np

from services.image.backends.painting.canvas import blend, colour
from services.image.backends.painting.noise import Plane
from services.image.backends.painting.stage import Stage
from services.image.backends.painting.stencil import Stencil, soft

WALLS = ("#a8705a", "#c9a878", "#8f8a86", "#b89a82", "#7a6a74", "#c4b49a", "#9aa890", "#b8845a")
ROOFS = ("#8f4034", "#6a4a44", "#4a4a56", "#a05a3c")
LAMPLIGHT = "#ffcb78"


def house_row(stage: Stage, foot: Plane, tall: float, far: float, subject: str) -> None:
    """Narrow gabled houses, wall to wall, along a line."""
    rng = stage.rng(subject)
    u = -0.02
    while u < 1.02:
        wide, high = float(rng.uniform(0.035, 0.060)), tall * float(rng.uniform(0.55, 1.0))
        _house(stage, (u, stage.at(foot, u + wide / 2) + 0.004, wide, high), far, rng)
        u += wide


def _house(stage: Stage, box: tuple[float, float, float, float], far: float, rng: np.random.Generator) -> None:
    """One house: left edge, foot, width, height of its wall."""
    canvas, (u, foot, wide, high) = stage.canvas, box
    wall, roof = WALLS[int(rng.integers(len(WALLS)))], ROOFS[int(rng.integers(len(ROOFS)))]
    top = max(0.0, foot - high * 1.6)
    body, gable = Stencil(canvas, top, foot), Stencil(canvas, top, foot)
    body.polygon([(u, foot), (u, foot - high), (u + wide, foot - high), (u + wide, foot)])
    tone = blend(stage.tone(wall, 0.6, far), stage.tones.shade, 0.25 if stage.plan.dark else 0.0)
    canvas.mix(tone, body.mask(), body.at)
    if rng.random() < 0.7:
        gable.polygon([(u - 0.003, foot - high), (u + wide / 2, foot - high * 1.35), (u + wide + 0.003, foot - high)])
    else:
        low = foot - high
        gable.polygon(
            [
                (u - 0.003, low),
                (u + wide * 0.15, low - high * 0.2),
                (u + wide * 0.85, low - high * 0.2),
                (u + wide, low),
            ]
        )
    if rng.random() < 0.4:
        gable.line([(u + wide * 0.75, foot - high), (u + wide * 0.75, foot - high * 1.32)], 0.008)
    canvas.mix(stage.tone(roof if not stage.plan.winter else "#eef3fa", 0.6, far), gable.mask(), gable.at)
    _windows(stage, box, far, rng)


def _windows(stage: Stage, box: tuple[float, float, float, float], far: float, rng: np.random.Generator) -> None:
    """Six windows, some of them lit."""
    u, foot, wide, high = box
    lit, dim = (
        Stencil(stage.canvas, max(0.0, foot - high * 1.6), foot),
        Stencil(stage.canvas, max(0.0, foot - high * 1.6), foot),
    )
    for row in (0.22, 0.48, 0.74):
        for column in (0.18, 0.58):
            x, y = u + wide * column, foot - high * (row + 0.14)
            right, low = x + wide * 0.22, y + high * 0.13
            shines = rng.random() < (0.6 if stage.plan.dark else 0.15)
            (lit if shines else dim).polygon([(x, y), (right, y), (right, low), (x, low)])
    shine_out(stage, lit, dim, far, 0.012)


def shine_out(stage: Stage, lit: Stencil, dim: Stencil, far: float, reach: float) -> None:
    """Paint dim and lit windows, and in the dark the light that falls out of them."""
    canvas = stage.canvas
    glass = blend(stage.tone("#3a4454", 0.3, far), stage.tones.sky[1], 0.3)
    canvas.mix(glass, dim.mask() * 0.85, dim.at)
    glow = lit.mask()
    canvas.mix(blend(colour(LAMPLIGHT), stage.tones.haze, far * 0.5), glow * 0.95, lit.at)
    if stage.plan.dark:
        canvas.shine(colour("#ff9f4a"), soft(glow, reach * canvas.height) * 0.6, lit.at)
