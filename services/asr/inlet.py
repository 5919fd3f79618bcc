"""A source that is kept open: one that is not there is tried again and again."""

from functools import partial

import anyio
import structlog
from anyio.abc import TaskStatus

from bus import Bus
from services.actor.backend import BackendConfig, build, tag_of
from services.actor.errors import BackendError
from services.asr.listener import Hear

RETRY = 5.0
"""Seconds after which a source that was not there is tried again."""

log = structlog.get_logger()


class Inlet:
    """One source, and whether it can be heard."""

    def __init__(self, config: BackendConfig) -> None:
        self.config = config
        self.name = tag_of(type(config))
        self.message = ""
        """Why it cannot be heard."""
        self.ended = False

    async def run(self, bus: Bus, hear: Hear, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """Listen to the source until it has no more. Started means that it was tried once."""
        first = Once(task_status)
        while not self.ended:
            try:
                async with anyio.create_task_group() as group:
                    await group.start(partial(build(self.config).listen, bus, hear))
                    self._tell("")
                    first.started()
                self.ended = True
            except* BackendError as errors:
                self._tell("; ".join(str(error) for error in errors.exceptions))
            if not self.ended:
                first.started()
                await anyio.sleep(RETRY)

    def state(self) -> str:
        """Return how it is in a few words."""
        return f"{self.name}: {self.message or ('ended' if self.ended else 'open')}"

    def _tell(self, message: str) -> None:
        if message and message != self.message:
            log.warning("source.missing", source=self.name, reason=message, retry=RETRY)
        elif self.message and not message:
            log.info("source.back", source=self.name)
        self.message = message


class Once:
    """Says that a task has started, the first time that it is told so."""

    def __init__(self, task_status: TaskStatus[None]) -> None:
        self.task_status = task_status
        self.said = False

    def started(self) -> None:
        """Say it, unless it was said."""
        if not self.said:
            self.said = True
            self.task_status.started()
