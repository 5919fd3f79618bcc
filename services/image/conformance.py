"""What must be true of a painter. Loaded by who tries one, and by nobody else: it decodes pictures."""

import threading
from io import BytesIO

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from schemas import ImageRequest
from services.actor.conformance import OTHER, PLAIN, Broken, Suite, require
from services.image.painter import Painter, Painting

SIZE = (320, 180)
ODD = ((217, 143), (90, 161))
"""Sizes that no model likes, and that a project may want all the same."""
FLAT = 2.0
"""Standard deviation, of 255, under which a picture is of one colour."""
BOTH, WITHOUT = "a red fox and a brown bear in a meadow", "bear"
TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
"""What browsers show, by the names of Pillow."""

Pixels = NDArray[np.float32]


class Listener:
    """Hears of progress, and keeps what it heard."""

    def __init__(self) -> None:
        self.steps: list[tuple[int, int]] = []
        self.previews: list[tuple[bytes, str]] = []
        self.thread = threading.get_ident()
        self.strayed = False

    def __call__(self, step: int, of: int, preview: bytes = b"", media_type: str = "image/jpeg") -> None:
        self.strayed |= threading.get_ident() != self.thread
        self.steps.append((step, of))
        if preview:
            self.previews.append((preview, media_type))


def wish(scene: str = PLAIN, *, seed: int | None = 7, size: tuple[int, int] = SIZE) -> ImageRequest:
    """Return a request for a small picture."""
    return ImageRequest(scene=scene, seed=seed, width=size[0], height=size[1])


async def painted(painter: Painter, request: ImageRequest) -> Painting:
    """Return what a painter makes of a request."""
    return await painter.paint(request, Listener())


def decoded(data: bytes, media_type: str) -> Pixels:
    """Return the pixels of a picture. Raise Broken when it is none, or another kind of file than it says."""
    try:
        with Image.open(BytesIO(data)) as image:
            kind = TYPES.get(image.format or "", f"{image.format}, which browsers do not show")
            require(kind == media_type, f"says {media_type!r}, and is {kind}")
            return np.asarray(image.convert("RGB"), np.float32)
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise Broken(f"cannot be decoded: {error}") from error


async def ask(painter: Painter, words: str) -> None:
    """Have a picture painted and look at it."""
    request = wish(words)
    look(await painted(painter, request), request)


def look(painting: Painting, request: ImageRequest) -> None:
    """Raise Broken when a picture is not what was asked for."""
    pixels = decoded(painting.data, painting.media_type)
    height, width = pixels.shape[:2]
    asked = f"{request.width} x {request.height} pixels were asked for"
    require((width, height) == (request.width, request.height), f"{asked}, {width} x {height} came")
    require(
        (painting.width, painting.height) == (width, height), f"says that it has {painting.width} x {painting.height}"
    )
    require(painting.suffix.startswith("."), f"the suffix {painting.suffix!r} begins with no dot")
    require(float(pixels.std()) >= FLAT, f"{request.scene[:24]!r}: the picture is of one colour")


PAINTER = Suite(
    ask,
    wrong=(
        lambda painter: painted(painter, wish(size=(0, 180))),
        lambda painter: painted(painter, wish(size=(320, -1))),
    ),
)
SUITES = {"backends": PAINTER}


@PAINTER.check()
async def odd_sizes_are_kept(painter: Painter) -> None:
    """A picture has exactly the size that was asked for, whatever the model would like better."""
    for size in ODD:
        request = wish(size=size)
        look(await painted(painter, request), request)


@PAINTER.check()
async def other_words_give_another_picture(painter: Painter) -> None:
    """What is on the picture depends on the words."""
    one, other = [await painted(painter, wish(words)) for words in (PLAIN, OTHER)]
    require(one.data != other.data, "two scenes give the same bytes")


@PAINTER.check()
async def progress_goes_forward(painter: Painter) -> None:
    """Progress never goes back or beyond its end, and is told on the event loop."""
    listener = Listener()
    await painter.paint(wish(), listener)
    require(not listener.strayed, "`progress` is called on another thread: use anyio.from_thread.run_sync")
    steps = [step for step, _ in listener.steps]
    require(steps == sorted(steps), f"the steps are {steps}")
    beyond = [f"{step} of {of}" for step, of in listener.steps if not 0 <= step <= of]
    require(not beyond, f"says that it has done {', '.join(beyond)}")


@PAINTER.check("PREVIEWS")
async def previews_can_be_seen(painter: Painter) -> None:
    """A small picture, of the same shape, comes before the large one."""
    listener = Listener()
    painting = await painter.paint(wish(), listener)
    require(bool(listener.previews), "no preview came")
    for data, media_type in listener.previews:
        height, width = decoded(data, media_type).shape[:2]
        require(len(data) < len(painting.data) or width < painting.width, "a preview is as large as the picture")
        require(abs(width / height / (SIZE[0] / SIZE[1]) - 1) < 0.1, f"a preview is {width} x {height}")


@PAINTER.check("SEEDS")
async def seeds_decide(painter: Painter) -> None:
    """The same seed gives the same bytes, another seed others, and the seed that a picture tells brings it back."""
    first, again, other = [await painted(painter, wish(seed=seed)) for seed in (7, 7, 8)]
    require(first.data == again.data, "the same seed gives other bytes")
    require(first.data != other.data, "another seed gives the same bytes")
    require(first.seed == 7, f"says that its seed was {first.seed}, and was given 7")
    chosen = await painted(painter, wish(seed=None))
    repeated = await painted(painter, wish(seed=chosen.seed))
    require(chosen.data == repeated.data, "the seed that it chose itself does not bring the picture back")


@PAINTER.check("NEGATIVE_PROMPTS")
async def what_is_unwanted_is_left_out(painter: Painter) -> None:
    """A negative prompt changes the picture."""
    wanted = wish(BOTH)
    both, one = [await painted(painter, replace(wanted, negative_prompt=words)) for words in ("", WITHOUT)]
    pictures = [decoded(each.data, each.media_type) for each in (both, one)]
    require(bool(np.abs(pictures[0] - pictures[1]).max() > FLAT), "a negative prompt changes nothing")
