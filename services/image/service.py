"""The image service: answers every wish for a picture with a file, and tells how far it is."""

from collections.abc import Mapping
from functools import partial

import anyio
from anyio.abc import TaskStatus

from bus import Bus
from schemas import ImageProgress, ImageReady, ImageRequest, because
from services.actor import queue
from services.actor.assets import Assets, Making
from services.actor.chain import Chain, open_chain
from services.actor.queue import answering
from services.image.config import Config
from services.image.painter import Painter, Painting

SAYS = (ImageProgress, ImageReady, *queue.SAYS)
HEARS = (ImageRequest, *queue.HEARS)

FIELDS: Mapping[str, tuple[str, ...]] = {"SEEDS": ("seed",), "NEGATIVE_PROMPTS": ("negative_prompt",)}
"""Which fields of a request make use of a capability."""


async def serve(config: Config, bus: Bus, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
    """Answer requests for pictures until cancelled."""
    assets = Assets(config.project.assets, config.project.keep_days)
    async with open_chain(config.backends, bus=bus, fields=FIELDS, digest=config.digest) as painters:
        await answering(
            bus, ImageRequest, partial(make_picture, bus, painters, assets), config.queue, task_status=task_status
        )


async def make_picture(bus: Bus, painters: Chain, assets: Assets, request: ImageRequest) -> ImageReady:
    """Return the picture of a request, written to the project's assets."""

    def progress(step: int, of: int, preview: bytes = b"", media_type: str = "image/jpeg") -> None:
        bus.post(because(request, ImageProgress(step=step, of=of, preview=preview, media_type=media_type)))

    async def paint(painter: Painter, fitted: ImageRequest) -> Painting:
        return await painter.paint(fitted, progress)

    painting, report = await painters.call(request, paint)
    made: dict[str, str | int | float] = {
        "prompt": request.scene,
        "mood": request.mood,
        "seed": painting.seed,
        "backend": report.backend,
        **painting.made,
    }
    making = Making(
        request=request,
        kind="image",
        title=request.scene,
        suffix=painting.suffix,
        media_type=painting.media_type,
        width=painting.width,
        height=painting.height,
        made=made,
    )
    asset = await assets.write(painting.data, making)
    return ImageReady(asset=asset, alt=painting.alt or request.scene, report=report)
