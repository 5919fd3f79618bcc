"""The finish: brushwork, bloom, vignette, film curve and canvas grain."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from services.image.backends.painting.canvas import Canvas, blend
from services.image.backends.painting.noise import SIDE, Plane, cut, field, resized
from services.image.backends.painting.stage import Stage


def brushwork(stage: Stage, amount: float) -> None:
    """Go over what has been painted with a loaded brush: dabs along a flow, in slightly wrong colours."""
    if amount <= 0.0:
        return
    canvas = stage.canvas
    base = canvas.image()
    worked = base.copy()
    pen = ImageDraw.Draw(worked)
    rng = stage.rng("brush")
    source = np.asarray(base)
    angle = _flow(stage)
    unit = canvas.height / 720
    for count, long, wide in ((2600, 34.0, 8.0), (5200, 20.0, 4.2)):
        u, v = rng.random(count), rng.random(count)
        jitter = rng.normal(0, 7.0, (count, 3)) + rng.normal(0, 8.0, (count, 1))
        length = long * rng.uniform(0.5, 1.3, count) * unit * 0.5
        x, y = u * canvas.width, v * canvas.height
        column, row = x.astype(int), y.astype(int)
        tint = np.clip(source[row, column] + jitter, 0, 255).astype(int)
        turn = angle[row * angle.shape[0] // canvas.height, column * angle.shape[1] // canvas.width]
        dx, dy = np.cos(turn) * length, np.sin(turn) * length
        calm = _calm(source, (row, column), (dx, dy))
        width = max(1, round(wide * unit))
        ends = np.column_stack([x - dx, y - dy, x + dx, y + dy])[calm].tolist()
        for place, ink in zip(ends, tint[calm].tolist(), strict=True):
            pen.line(place, fill=(ink[0], ink[1], ink[2]), width=width)
    dabs = np.asarray(worked.filter(ImageFilter.GaussianBlur(0.7 * unit)), dtype=np.float32)
    for index, plane in enumerate(canvas.pixels):
        plane += (dabs[..., index] / 255.0 - plane) * amount


def _calm(source: np.ndarray, place: tuple[np.ndarray, np.ndarray], run: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Which dabs would not smear across an edge: both ends lie in nearly the colour of their middle."""
    row, column = place
    middle = source[row, column].astype(np.int32)
    keep = np.ones(len(row), dtype=bool)
    for sign in (-1.0, 1.0):
        there = (
            np.clip(row + sign * run[1], 0, source.shape[0] - 1).astype(int),
            np.clip(column + sign * run[0], 0, source.shape[1] - 1).astype(int),
        )
        keep &= np.abs(source[there].astype(np.int32) - middle).sum(axis=1) < 54
    return keep


def _flow(stage: Stage) -> Plane:
    """Which way the brush goes: across the sky in long turns, along water, over land as it comes."""
    canvas = stage.canvas
    shape = (36, 64)
    turn = cut("cloud", stage.rng("flow"), shape, (70, 70 * canvas.aspect)) * 0.75
    v = (np.arange(shape[0], dtype=np.float32)[:, None] + 0.5) / shape[0]
    u = (np.arange(shape[1], dtype=np.float32)[None, :] + 0.5) / shape[1]
    around = np.arctan2(v - stage.light.v, (u - stage.light.u) * canvas.aspect) + np.pi / 2
    near = np.exp(-np.hypot(v - stage.light.v, (u - stage.light.u) * canvas.aspect) * 4.5)
    near = near * (v < stage.horizon) * (stage.light.kind != "none")
    turned = turn * (1 - near) + around * near
    if stage.water is not None:
        turned = np.where((v > stage.water[0]) & (v < stage.water[1]), turn * 0.08, turned)
    return turned


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
    for index, plane in enumerate(canvas.pixels):
        plane += resized(glow[..., index], plane.shape) * np.maximum(1.0 - plane, 0.0)


def _vignette(stage: Stage) -> None:
    """Darker corners, so that the eye stays inside."""
    canvas = stage.canvas
    x, y = canvas.across() - 0.5, canvas.down() - 0.5
    far = np.clip((x * x * 1.5 + y * y * 1.35 - 0.18) * 1.25, 0.0, 0.46)
    canvas.shade(blend(stage.tones.shade, stage.tones.sky[0], 0.35), far)


def _curve(canvas: Canvas) -> None:
    """A gentle film curve: deep but open shadows, soft highlights; a little more colour."""
    grey = canvas.pixels[0] * 0.3 + canvas.pixels[1] * 0.59 + canvas.pixels[2] * 0.11
    for plane in canvas.pixels:
        plane += (plane - grey) * 0.10
        np.clip(plane, 0.0, 1.0, out=plane)
        curved = plane * plane * (3.0 - 2.0 * plane)
        plane += (curved - plane) * 0.22


def _weave(stage: Stage, grain: float) -> None:
    """The tooth of the canvas and the ridges of the paint."""
    canvas = stage.canvas
    rng = stage.rng("grain")
    top, left = (int(value) for value in rng.integers(0, SIDE, 2))
    unit = 720 / canvas.height
    rows = ((top + np.arange(canvas.height) * unit).astype(int)) & (SIDE - 1)
    columns = ((left + np.arange(canvas.width) * unit).astype(int)) & (SIDE - 1)
    tooth = field("fine")[np.ix_(rows, columns)] * (0.014 * grain)
    for plane in canvas.pixels:
        plane += tooth * (0.45 + plane)
