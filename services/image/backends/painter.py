"""The procedural painter: pictures from words and numbers, in well under a second on one core."""

from importlib.metadata import version
from types import TracebackType
from typing import Self

import anyio
import anyio.from_thread

from schemas import ImageRequest
from services.actor.errors import Invalid, Unavailable
from services.actor.memory import give_back
from services.actor.threads import in_thread
from services.image.backends.encoding import require_picture
from services.image.backends.painting.caption import caption
from services.image.backends.painting.drawings import library
from services.image.backends.painting.lexicon import lexicon_of, without
from services.image.backends.painting.noise import field
from services.image.backends.painting.picture import STEPS, Look, paint
from services.image.backends.painting.plan import Plan, number_of
from services.image.backends.painting.planning import plan_of
from services.image.config import PainterConfig
from services.image.painter import Painting, Progress

LARGEST = 8192
"""Pixels on a side."""
SMALLEST = 48
"""What is smaller is painted at this size and then shrunk."""


class ProceduralPainter:
    """Paints without a model; the last resort, which never fails."""

    name = "painter"
    version = version("fantascope")
    capabilities = frozenset({"SEEDS", "NEGATIVE_PROMPTS", "PREVIEWS"})

    def __init__(self, config: PainterConfig) -> None:
        self.config = config
        self.look = Look(config.palettes, config.palette, config.brush, config.grain)
        self.lexicon = lexicon_of({}, {})

    async def __aenter__(self) -> Self:
        try:
            await in_thread(self._warm_up)
        except (OSError, ValueError) as error:
            raise Unavailable(f"the drawings cannot be read: {error}") from error
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave nothing behind: there is only memory."""

    async def paint(self, request: ImageRequest, progress: Progress) -> Painting:
        """Return the picture; a small one comes first."""
        if not (0 < request.width <= LARGEST and 0 < request.height <= LARGEST):
            raise Invalid(f"a picture of {request.width} x {request.height} pixels cannot be painted")
        return await in_thread(self._paint, request, progress)

    def _warm_up(self) -> None:
        """Read the drawings and make the noise, so that the first picture is as quick as the rest."""
        self.lexicon = lexicon_of(library(self.config.drawings), self.config.words)
        for kind in ("cloud", "rough", "fine"):
            field(kind)
        paint(self._plan(ImageRequest(scene="a fox in a forest at night"), 1), (128, 72), self.look, _unheard)
        give_back()

    def _plan(self, request: ImageRequest, seed: int) -> Plan:
        scene = without(request.scene, request.negative_prompt)
        characters = tuple(without(character, request.negative_prompt) for character in request.characters)
        return plan_of(scene, request.mood, characters, seed, self.lexicon)

    def _paint(self, request: ImageRequest, progress: Progress) -> Painting:
        """Paint on a worker thread, and stop between two steps when the picture is no longer wanted."""
        seed = prompt_seed(request) if request.seed is None else request.seed
        plan = self._plan(request, seed)
        self._preview(plan, request, progress)

        def done(step: int) -> None:
            anyio.from_thread.check_cancelled()
            if 0 < step < STEPS:
                anyio.from_thread.run_sync(progress, step + 1, STEPS + 1)

        size = (max(request.width, SMALLEST), max(request.height, SMALLEST))
        image = paint(plan, size, self.look, done).image()
        if size != (request.width, request.height):
            image = image.resize((request.width, request.height))
        data = require_picture(image, self.config.quality)
        del image
        give_back()
        return Painting(
            data=data, width=request.width, height=request.height, seed=seed, alt=caption(plan), made=made_of(plan)
        )

    def _preview(self, plan: Plan, request: ImageRequest, progress: Progress) -> None:
        """Show the same picture small, as soon as possible."""
        anyio.from_thread.check_cancelled()
        width = min(self.config.preview, request.width)
        if width < SMALLEST:
            return
        height = min(max(SMALLEST, round(width * request.height / request.width)), 4 * width)
        small = paint(plan, (width, height), self.look, _unless_cancelled)
        anyio.from_thread.run_sync(progress, 1, STEPS + 1, small.encoded(72))


def _unheard(step: int) -> None:
    """Nobody waits for this picture."""
    del step


def _unless_cancelled(step: int) -> None:
    """Stop when the picture is no longer wanted."""
    del step
    anyio.from_thread.check_cancelled()


def prompt_seed(request: ImageRequest) -> int:
    """The seed of a request that brings none: the same words give the same picture."""
    return number_of("\n".join((request.scene, request.mood, *request.characters)))


def made_of(plan: Plan) -> dict[str, str | int | float]:
    """What the painter understood."""
    return {
        "place": plan.place,
        "hour": plan.hour,
        "season": plan.season,
        "weather": " ".join(sorted(plan.weather)),
        "cast": " ".join(f"{role.drawing.name}:{role.count}" for role in plan.cast),
    }
