"""Light that can be seen: shafts between trees, through windows and from above."""

import numpy as np

from services.image.backends.painting.canvas import Colour
from services.image.backends.painting.noise import line, resized, smooth
from services.image.backends.painting.stage import Stage


def shafts(stage: Stage, source: tuple[float, float], strength: float, tone: Colour | None = None) -> None:
    """Rays that fan out from a place (it may lie outside of the picture)."""
    canvas = stage.canvas
    shape = (max(2, canvas.height // 3), max(2, canvas.width // 3))
    v = ((np.arange(shape[0], dtype=np.float32) + 0.5) / shape[0])[:, None] - (source[1])
    u = (((np.arange(shape[1], dtype=np.float32) + 0.5) / shape[1])[None, :] - (source[0])) * canvas.aspect
    angle = np.arctan2(u, v)
    fan = line("rough", stage.rng("shafts"), 720, 260.0)
    fan = np.convolve(fan, np.hanning(9) / np.hanning(9).sum(), mode="same").astype(np.float32)
    beam = smooth(0.0, 1.6, fan[((angle / (2 * np.pi) + 0.5) * 719).astype(int)])
    reach = np.hypot(u, v)
    fade = np.exp(-reach * 1.5) * smooth(0.02, 0.16, reach)
    alpha = resized(beam * fade * strength, (canvas.height, canvas.width))
    canvas.shine(stage.tones.light if tone is None else tone, np.clip(alpha, 0.0, 1.0))
