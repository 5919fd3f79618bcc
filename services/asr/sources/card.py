"""A microphone at a sound card of this machine."""

import asyncio
import importlib
import time
from collections import deque
from typing import Any

import anyio
import anyio.lowlevel
import structlog
from anyio import TASK_STATUS_IGNORED
from anyio.abc import TaskStatus

from bus import Bus
from services.actor.errors import Unavailable
from services.actor.threads import in_thread
from services.asr.config import CardConfig
from services.asr.listener import Hear, Sound
from services.asr.sources.rate import Converter

PORTAUDIO = "services.asr.backends.portaudio"
PATIENCE = 3.0
"""Seconds without a sound after which a card counts as unplugged."""
WAITING = 300
"""Blocks that may wait."""

log = structlog.get_logger()


class Card:
    """Records as long as the card is there."""

    def __init__(self, config: CardConfig) -> None:
        self.config = config

    async def listen(
        self,
        bus: Bus,  # noqa: ARG002 - this sound does not come by the bus
        hear: Hear,
        *,
        task_status: TaskStatus[None] = TASK_STATUS_IGNORED,
    ) -> None:
        """Hand on the card's sound. Raise Unavailable when there is no card, or it goes away."""
        blocks = Blocks()
        stream = await in_thread(open_stream, self.config.device, blocks)
        task_status.started()
        log.info("card.opened", device=self.config.device or "default", rate=stream.rate, channels=stream.channels)
        try:
            await self._record(Converter(stream.rate, stream.channels), blocks, hear)
        finally:
            with anyio.CancelScope(shield=True):
                await in_thread(stream.close)

    async def _record(self, convert: Converter, blocks: "Blocks", hear: Hear) -> None:
        mic = self.config.mic
        try:
            while True:
                with anyio.fail_after(PATIENCE):
                    block, clock = await blocks.take()
                hear(Sound(mic, convert(block), clock))
        except (TimeoutError, EOFError) as error:
            hear(Sound(mic, b"", time.monotonic(), last=True))
            raise Unavailable("the sound card fell silent") from error


class Blocks:
    """Carries sound from PortAudio's thread to the event loop; the oldest is lost when nobody takes it."""

    def __init__(self) -> None:
        self.waiting: deque[tuple[bytes, float]] = deque(maxlen=WAITING)
        self.over = False
        self.calling = False
        self.arrival = anyio.Event()
        self.loop = asyncio.get_running_loop()

    def put(self, block: bytes) -> None:
        """Leave a block; called on PortAudio's thread."""
        self.waiting.append((block, time.monotonic()))
        self._call()

    def end(self) -> None:
        """Say that no more will come; called on PortAudio's thread."""
        self.over = True
        self._call()

    async def take(self) -> tuple[bytes, float]:
        """Return the next block and the monotonic time at its end; wait for it. Raise EOFError when none will come."""
        await anyio.lowlevel.checkpoint()
        while not self.waiting:
            if self.over:
                raise EOFError
            await self.arrival.wait()
            self.arrival = anyio.Event()
        return self.waiting.popleft()

    def _call(self) -> None:
        # One call at a time: a card that delivers faster than it should must not flood the loop.
        if not self.calling and not self.loop.is_closed():
            self.calling = True
            self.loop.call_soon_threadsafe(self._arrived)

    def _arrived(self) -> None:
        self.calling = False
        self.arrival.set()


def open_stream(device: str, blocks: Blocks) -> Any:
    """Return an open stream of a card. Raise Unavailable with what is missing."""
    try:
        portaudio = importlib.import_module(PORTAUDIO)
    except ImportError as error:
        raise Unavailable(f"needs the package {error.name}: install the extra `audio`") from error
    except OSError as error:
        raise Unavailable(f"{error}: install PortAudio (on Debian: libportaudio2)") from error
    stream = portaudio.Stream(device, blocks.put, blocks.end)
    stream.open()
    return stream
