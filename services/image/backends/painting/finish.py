"""The finish: bloom, vignette, film curve and canvas grain."""

import numpy as np
from PIL import Image, ImageFilter

from services.image.backends.painting.canvas import Canvas, blend
from services.image.backends.painting.noise import SIDE, field, resized
from services.image.backends.painting.stage import Stage


def finish(stage: Stage, grain: float) -> None:
    """What happens to the whole picture at the end."""
    canvas = stage.canvas
    _bloom(canvas)
    _vignette(stage)
    _curve(canvas)
    if grain > 0.0:
        _weave(stage, grain)


def _bloom(canvas: Canvas) -> None:
    """Bright places shine into their surroundings."""
    shape = (max(2, canvas.height // 4), max(2, canvas.width // 4))
    small = canvas.image().resize((shape[1], shape[0]), Image.Resampling.BOX)
    bright = small.point([max(0, round((level - 168) * 1.5)) for level in range(256)] * 3)
    near = np.asarray(bright.filter(ImageFilter.GaussianBlur(shape[0] * 0.018)), dtype=np.float32)
    far = np.asarray(bright.filter(ImageFilter.GaussianBlur(shape[0] * 0.075)), dtype=np.float32)
    glow = near * (0.30 / 255) + far * (0.36 / 255)
    size = (canvas.height, canvas.width)
    canvas.shine(np.stack([resized(glow[..., index], size) for index in range(3)]), 1.0)


def _vignette(stage: Stage) -> None:
    """Darker corners, so that the eye stays inside."""
    canvas = stage.canvas
    x, y = canvas.across() - 0.5, canvas.down() - 0.5
    far = np.clip((x * x * 1.5 + y * y * 1.35 - 0.18) * 1.25, 0.0, 0.46)
    canvas.shade(blend(stage.tones.shade, stage.tones.sky[0], 0.35), far)


def _curve(canvas: Canvas) -> None:
    """A gentle film curve: deep but open shadows, soft highlights; a little more colour."""
    grey = canvas.pixels[0] * 0.3 + canvas.pixels[1] * 0.59 + canvas.pixels[2] * 0.11
    for index in range(3):
        plane = canvas.pixels[index]
        vivid = np.clip(plane + (plane - grey) * 0.10, 0.0, 1.0)
        canvas.pixels[index] = vivid * (0.78 + 0.22 * vivid * (3.0 - 2.0 * vivid))


def _weave(stage: Stage, grain: float) -> None:
    """The tooth of the canvas and the ridges of the paint."""
    canvas = stage.canvas
    rng = stage.rng("grain")
    top, left = (int(value) for value in rng.integers(0, SIDE, 2))
    unit = 720 / canvas.height
    rows = ((top + np.arange(canvas.height) * unit).astype(int)) & (SIDE - 1)
    columns = ((left + np.arange(canvas.width) * unit).astype(int)) & (SIDE - 1)
    tooth = field("fine")[np.ix_(rows, columns)] * (0.0065 * grain)
    canvas.pixels += tooth[None] * (0.45 + canvas.pixels)
