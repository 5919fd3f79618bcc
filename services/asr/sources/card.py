"""A microphone at a sound card of this machine."""

import asyncio
import importlib
import time
from typing import Any

import anyio
import structlog
from anyio import TASK_STATUS_IGNORED
from anyio.abc import TaskStatus
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

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
        send, receive = anyio.create_memory_object_stream[tuple[bytes, float]](WAITING)
        with send, receive:
            stream = await in_thread(open_stream, self.config.device, Blocks(send))
            task_status.started()
            log.info("card.opened", device=self.config.device or "default", rate=stream.rate, channels=stream.channels)
            try:
                await self._record(Converter(stream.rate, stream.channels), receive, hear)
            finally:
                with anyio.CancelScope(shield=True):
                    await in_thread(stream.close)

    async def _record(
        self, convert: Converter, blocks: MemoryObjectReceiveStream[tuple[bytes, float]], hear: Hear
    ) -> None:
        mic = self.config.mic
        try:
            while True:
                with anyio.fail_after(PATIENCE):
                    block, clock = await blocks.receive()
                hear(Sound(mic, convert(block), clock))
        except (TimeoutError, anyio.EndOfStream) as error:
            hear(Sound(mic, b"", time.monotonic(), last=True))
            raise Unavailable("the sound card fell silent") from error


class Blocks:
    """Carries blocks from PortAudio's thread to the event loop."""

    def __init__(self, send: MemoryObjectSendStream[tuple[bytes, float]]) -> None:
        self.send = send
        self.loop = asyncio.get_running_loop()

    def take(self, block: bytes) -> None:
        """Take a block; called on PortAudio's thread."""
        self._soon(self._put, (block, time.monotonic()))

    def end(self) -> None:
        """Note that no more will come; called on PortAudio's thread."""
        self._soon(self.send.close)

    def _put(self, block: tuple[bytes, float]) -> None:
        try:
            self.send.send_nowait(block)
        except (anyio.WouldBlock, anyio.ClosedResourceError, anyio.BrokenResourceError):
            log.debug("card.block_lost")

    def _soon(self, function: Any, *args: object) -> None:
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(function, *args)


def open_stream(device: str, blocks: Blocks) -> Any:
    """Return an open stream of a card. Raise Unavailable with what is missing."""
    try:
        portaudio = importlib.import_module(PORTAUDIO)
    except ImportError as error:
        raise Unavailable(f"needs the package {error.name}: install the extra `audio`") from error
    except OSError as error:
        raise Unavailable(f"{error}: install PortAudio (on Debian: libportaudio2)") from error
    stream = portaudio.Stream(device, blocks.take, blocks.end)
    stream.open()
    return stream
