"""The service on a real bus: progress, a file, a reply; and what happens when a painter fails."""

import hashlib
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import ClassVar, Self

import anyio
import pytest
from PIL import Image

from bus import Bus, Subscription, open_bus
from schemas import Event, Failed, ImageProgress, ImageReady, ImageRequest
from services.actor.backend import BackendConfig
from services.actor.config import Project
from services.actor.errors import Refused
from services.image.backends.encoding import require_picture
from services.image.config import Config, ImageBackends, PainterConfig
from services.image.painter import Painting, Progress
from services.image.service import serve

pytestmark = pytest.mark.anyio

SNOW = ImageRequest(scene="a fox in the snow", mood="calm", visit="v", turn=3, width=480, height=270)


class BlankConfig(BackendConfig, tag="blank", frozen=True):
    """Settings of a painter whose pictures are black."""

    factory: ClassVar[str] = "tests.image.test_service:Blank"


class Blank:
    """Paints black pictures only, and refuses what it is afraid of."""

    name = "blank"
    capabilities: frozenset[str] = frozenset()

    def __init__(self, config: BlankConfig) -> None:
        self.config = config

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def paint(self, request: ImageRequest, progress: Progress) -> Painting:
        progress(1, 2)
        if "wolf" in request.scene:
            raise Refused("no wolves")
        return Painting(data=require_picture(Image.new("RGB", (64, 36))), width=64, height=36, seed=1)


@asynccontextmanager
async def served(*backends: BackendConfig) -> AsyncIterator[tuple[Bus, Subscription[Event], Path]]:
    """Yield an asker's bus, what it hears, and where files go, while the service answers."""
    folder = Path(tempfile.mkdtemp(prefix="fs"))
    config = Config(project=Project(assets=folder / "assets"), backends=ImageBackends(backends))
    async with (
        open_bus("asker", run=folder / "run", journals=folder / "journal") as asker,
        asker.subscribe(ImageProgress, ImageReady, Failed, keep=20) as events,
        open_bus("image", run=folder / "run", journals=folder / "journal") as bus,
        anyio.create_task_group() as group,
    ):
        with anyio.fail_after(30):
            await group.start(partial(serve, config, bus))
            yield asker, events, folder / "assets"
        group.cancel_scope.cancel()


async def until_answered(events: Subscription[Event]) -> list[Event]:
    """Return what is heard up to a terminal reply."""
    heard: list[Event] = []
    async for event in events:
        heard.append(event)
        if isinstance(event, ImageReady | Failed):
            break
    return heard


async def test_a_wish_becomes_a_file_with_everything_that_is_known_of_it() -> None:
    async with served(PainterConfig()) as (asker, events, assets):
        sent = await asker.publish(SNOW)
        ready = (await until_answered(events))[-1]
    assert isinstance(ready, ImageReady)
    assert (ready.cause, ready.visit, ready.turn, ready.report.backend) == (sent.id, "v", 3, "painter")
    assert ready.alt.startswith("A painting: a fox")
    data = (assets / ready.asset.path).read_bytes()
    assert hashlib.sha256(data).hexdigest() == ready.asset.sha256
    assert (ready.asset.width, ready.asset.height, ready.asset.size) == (480, 270, len(data))
    assert (ready.asset.made["prompt"], ready.asset.made["backend"]) == ("a fox in the snow", "painter")
    assert "a-fox-in-the-snow" in ready.asset.path


async def test_a_preview_is_heard_before_the_picture_is_ready() -> None:
    async with served(PainterConfig()) as (asker, events, _):
        sent = await asker.publish(SNOW)
        first = (await until_answered(events))[0]
    assert isinstance(first, ImageProgress)
    assert (first.cause, first.visit, first.step, first.media_type) == (sent.id, "v", 1, "image/jpeg")
    assert first.preview.startswith(b"\xff\xd8")


async def test_black_pictures_are_failures_and_the_next_painter_is_asked() -> None:
    async with served(BlankConfig(), PainterConfig(preview=0)) as (asker, events, _):
        await asker.publish(ImageRequest(scene="a fox in the snow", width=160, height=90))
        ready = (await until_answered(events))[-1]
    assert isinstance(ready, ImageReady)
    assert (ready.report.backend, ready.report.tier) == ("painter", 1)
    assert "Transient: the picture came out all of one colour" in ready.report.errors[0]


async def test_when_nobody_paints_it_the_reply_says_why() -> None:
    async with served(BlankConfig()) as (asker, events, _):
        sent = await asker.publish(ImageRequest(scene="a wolf in the snow"))
        failed = (await until_answered(events))[-1]
    assert isinstance(failed, Failed)
    assert (failed.cause, failed.error, failed.errors) == (sent.id, "refused", ("blank: Refused: no wolves",))


async def test_what_a_painter_lacks_is_dropped_where_it_is_only_preferred() -> None:
    async with served(PainterConfig(preview=0)) as (asker, events, _):
        wanted = frozenset({"SEEDS", "IMAGE_TO_IMAGE"})
        await asker.publish(ImageRequest(scene="a fox", prefers=wanted, seed=5, width=160, height=90))
        ready = (await until_answered(events))[-1]
    assert isinstance(ready, ImageReady)
    assert (ready.report.degraded, ready.asset.made["seed"]) == (("IMAGE_TO_IMAGE",), 5)
