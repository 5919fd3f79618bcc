"""An image service for the tests, in a process of its own: does to itself what it is asked to paint.

`breaker.py <folder> <requests at the same time>`
"""

import os
import signal
import sys
from functools import partial
from pathlib import Path

import anyio
from anyio.abc import TaskStatus

from bus import Bus
from schemas import Asset, ImageReady, ImageRequest, Reply
from services.actor.config import Project, QueueConfig, ServiceConfig
from services.actor.queue import answering
from services.actor.run import Service, run_service

FOLDER = Path(sys.argv[1])
NOTHING = Asset(path="fox.jpg", media_type="image/jpeg", sha256="00", size=1)


async def paint(request: ImageRequest) -> Reply:
    """Die, fail in a way that nobody foresaw, wait for a file of that name, or answer after a moment."""
    match request.scene.split():
        case ["die"]:
            os.kill(os.getpid(), signal.SIGKILL)
        case ["bug"]:
            raise LookupError("nobody thought of this")
        case ["wait", name]:
            (FOLDER / f"{name}.begun").touch()
            while not (FOLDER / name).exists():
                await anyio.sleep(0.01)
        case _:
            await anyio.sleep(0.02)
    return ImageReady(asset=NOTHING, alt=request.scene)


async def serve(config: ServiceConfig, bus: Bus, *, task_status: TaskStatus[None]) -> None:
    """Answer requests for pictures."""
    queue = QueueConfig(max_concurrent=int(sys.argv[2]))
    await partial(answering, bus, ImageRequest, paint, queue)(task_status=task_status)


if __name__ == "__main__":
    project = Project(folder=FOLDER, journal=FOLDER / "journal", run=FOLDER / "run", log="warning")
    sys.exit(run_service("image", ServiceConfig(project=project), Service(serve)))
