"""Drawings: figures as strokes in text files, read once and inked at any size.

A drawing is a heading and one line for each stroke, from back to front, `x y` in figure heights, feet at 0:

    fox ground .30 #cf6a2c forest : vixen cub
      limb .34 .52 .15, .58 .52 .12        a tapered stroke through x y radius
      pale curve 0 0, 1 .2!, .5 .8         a closed smooth outline; a corner is marked with !
      glow poly 0 0, 1 0, 1 1              a closed straight outline
      dark dot .5 .5 .1                    a disc

The heading says where it lives, how much of the picture's height it takes, its colour (`#body/#accent`), its home if
it has one, and other words for it. A stroke may begin with an ink: body (the default), pale,
dark, accent, glow, skin, or cut, which takes away.
"""

import itertools
import re
import shlex
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias, cast, get_args

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from services.image.backends.painting.noise import Plane

Habitat: TypeAlias = Literal["ground", "built", "perch", "afloat", "water", "air", "sky"]
Points: TypeAlias = npt.NDArray[np.float64]

INKS = ("cut", "body", "pale", "dark", "accent", "glow", "skin")
ACCENT = "#b8433a"
_FINE = 3
"""Inked this much larger, then shrunk: smooth edges."""


@dataclass(frozen=True)
class Stroke:
    """One part of a drawing."""

    ink: int
    polygons: tuple[Points, ...]
    discs: Points


@dataclass(frozen=True)
class Drawing:
    """A figure that can be inked at any size."""

    name: str
    kind: str
    """The file that it stands in."""
    habitat: Habitat
    height: float
    colour: str
    accent: str
    home: str
    words: tuple[str, ...]
    strokes: tuple[Stroke, ...]
    box: tuple[float, float, float, float]
    """Left, bottom, right, top, in figure heights."""


@dataclass(frozen=True)
class Sprite:
    """An inked drawing: how much of each ink every pixel has."""

    inks: dict[str, Plane]
    left: float
    """Of its first column from the figure's middle, in pixels."""
    top: float
    """Of its first row above the feet, in pixels."""

    @property
    def alpha(self) -> Plane:
        """How much of the figure covers each pixel."""
        return np.clip(sum(self.inks.values()), 0.0, 1.0)


@cache
def library(own: Path | None = None) -> dict[str, Drawing]:
    """All drawings by name; a project's own file adds to the built-in ones and replaces those of the same name."""
    files = sorted((Path(__file__).parent / "drawings").glob("*.txt")) + ([own] if own else [])
    found: dict[str, Drawing] = {}
    for file in files:
        for block in re.split(r"\n(?=\S)", re.sub(r"^#.*\n", "", file.read_text("utf-8"), flags=re.M)):
            if block.strip():
                found.update(_found(block, file))
    return found


def _found(block: str, file: Path) -> dict[str, Drawing]:
    """The drawing of a block by its name. Raises ValueError that says where it stands."""
    try:
        drawing = read_drawing(block, file.stem)
    except (ValueError, IndexError) as error:
        raise ValueError(f"{file.name}: {block.strip().splitlines()[0]}: {error}") from error
    return {drawing.name: drawing}


def read_drawing(block: str, kind: str) -> Drawing:
    """A drawing from its lines. Raises ValueError for anything that is not one."""
    heading, *lines = [line for line in block.strip().splitlines() if line.strip()]
    facts, _, others = heading.partition(":")
    name, habitat, height, tint, *home = facts.split()
    strokes = tuple(_stroke(line) for line in lines)
    corners = np.vstack([np.vstack(stroke.polygons) for stroke in strokes if stroke.polygons] + [_corners(strokes)])
    box = (*corners.min(axis=0).tolist(), *corners.max(axis=0).tolist())
    if habitat not in get_args(Habitat):
        raise ValueError(f"{name}: nothing lives in {habitat!r}")
    tint, _, accent = tint.partition("/")
    words = tuple(shlex.split(others))
    return Drawing(
        name=name,
        kind=kind,
        habitat=cast("Habitat", habitat),
        height=float(height),
        colour=tint,
        accent=accent or ACCENT,
        home=home[0] if home else "",
        words=words,
        strokes=strokes,
        box=box,
    )


def _corners(strokes: tuple[Stroke, ...]) -> Points:
    discs = np.vstack([stroke.discs for stroke in strokes])
    return np.vstack([discs[:, :2] - discs[:, 2:], discs[:, :2] + discs[:, 2:]]) if len(discs) else np.zeros((0, 2))


def _stroke(line: str) -> Stroke:
    """One line of a drawing."""
    words = line.split(None, 2)
    ink, kind, rest = (words[0], words[1], words[2]) if words[0] in INKS else ("body", words[0], line.split(None, 1)[1])
    points = [item.split() for item in rest.split(",")]
    corners = [item[-1].endswith("!") for item in points]
    numbers = np.array([[float(value.rstrip("!")) for value in item] for item in points])
    nothing = np.zeros((0, 3))
    if kind == "dot":
        return Stroke(INKS.index(ink), (), numbers)
    if kind == "limb":
        discs = _through(numbers, 7)
        return Stroke(INKS.index(ink), _sleeves(discs), discs)
    if kind == "curve":
        return Stroke(INKS.index(ink), (_closed(numbers, corners),), nothing)
    if kind == "poly":
        return Stroke(INKS.index(ink), (numbers,), nothing)
    raise ValueError(f"{kind!r} is no stroke")


def _through(points: Points, steps: int) -> Points:
    """A smooth line through points (Catmull-Rom), straight on at both ends."""
    if len(points) < 2:
        return points
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    share = np.linspace(0.0, 1.0, steps, endpoint=False)[:, None]
    parts = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        parts.append(
            0.5
            * (2 * b + (c - a) * share + (2 * a - 5 * b + 4 * c - d) * share**2 + (3 * b - a - 3 * c + d) * share**3)
        )
    line = np.vstack([*parts, points[-1:]])
    if line.shape[1] == 3:
        line[:, 2] = np.maximum(line[:, 2], 0.001)
    return line


def _closed(points: Points, corners: list[bool]) -> Points:
    """A smooth closed outline, broken where corners are."""
    at = [index for index, corner in enumerate(corners) if corner]
    if not at:
        count = len(points)
        line = _through(np.vstack([points[-2:], points, points[:2]]), 7)
        return line[14 : 14 + 7 * count]
    turned = np.vstack([points[at[0] :], points[: at[0] + 1]])
    ends = [index - at[0] for index in at] + [len(points)]
    return np.vstack([_through(turned[one : other + 1], 7) for one, other in itertools.pairwise(ends)])


def _sleeves(discs: Points) -> tuple[Points, ...]:
    """What joins each disc of a limb to the next."""
    sleeves = []
    for (x, y, r), (x2, y2, r2) in itertools.pairwise(discs):
        length = max(float(np.hypot(x2 - x, y2 - y)), 1e-9)
        across, along = -(y2 - y) / length, (x2 - x) / length
        sleeves.append(
            np.array(
                [
                    (x + across * r, y + along * r),
                    (x2 + across * r2, y2 + along * r2),
                    (x2 - across * r2, y2 - along * r2),
                    (x - across * r, y - along * r),
                ]
            )
        )
    return tuple(sleeves)


def inked(drawing: Drawing, height: float, *, left: bool = False) -> Sprite:
    """The drawing at a height in pixels, looking to the right or to the left."""
    west, south, east, north = drawing.box
    middle = (west + east) / 2
    scale, edge = height * _FINE, 3 * _FINE
    size = (
        max(_FINE, _FINE * int(np.ceil(((east - west) * scale + 2 * edge) / _FINE))),
        max(_FINE, _FINE * int(np.ceil(((north - south) * scale + 2 * edge) / _FINE))),
    )
    sheet = Image.new("L", size)
    pen = ImageDraw.Draw(sheet)
    origin = np.array([size[0] / 2, north * scale + edge])
    turn = np.array([-scale if left else scale, -scale])
    for stroke in drawing.strokes:
        for polygon in stroke.polygons:
            pen.polygon(((polygon - (middle, 0.0)) * turn + origin).ravel().tolist(), fill=stroke.ink)
        for x, y, r in stroke.discs:
            (u, v), radius = (np.array((x, y)) - (middle, 0.0)) * turn + origin, r * scale
            pen.ellipse((u - radius, v - radius, u + radius, v + radius), fill=stroke.ink)
    codes = np.asarray(sheet)
    inks: dict[str, Plane] = {
        name: np.asarray(Image.fromarray((codes == code).astype(np.uint8) * 255).reduce(_FINE), dtype=np.float32) / 255
        for code, name in enumerate(INKS)
        if code and (codes == code).any()
    }
    return Sprite(inks, left=-size[0] / 2 / _FINE, top=-(north * scale + edge) / _FINE)
