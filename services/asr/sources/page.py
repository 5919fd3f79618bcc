"""The microphones of the pages, as the bus brings them."""

import pkgutil
import time
from collections.abc import Callable

from anyio import TASK_STATUS_IGNORED
from anyio.abc import TaskStatus

from bus import Bus, Report, Subscription
from schemas import MicChunk
from services.asr.config import PageConfig
from services.asr.listener import Hear, Sound
from services.asr.vad import RATE

CONVERTER = "services.asr.sources.rate:Converter"
"""Imported only when a microphone of another rate is heard."""
RATES = range(4000, 192_001)
LATE = 10.0
"""Seconds that a chunk may have been on its way; a clock that says more is not this machine's."""
REMEMBERED = 64


class Page:
    """Hears every `mic.chunk`."""

    def __init__(self, config: PageConfig) -> None:
        self.config = config
        self.converters: dict[str, Callable[[bytes], bytes]] = {}
        self.bad = 0

    async def listen(self, bus: Bus, hear: Hear, *, task_status: TaskStatus[None] = TASK_STATUS_IGNORED) -> None:
        """Hand on the sound of all pages until cancelled."""
        async with bus.subscribe(MicChunk, keep=self.config.keep) as chunks:
            bus.reports["sound"] = lambda: self.report(chunks)
            task_status.started()
            async for chunk in chunks:
                self.take(chunk, hear)

    def take(self, chunk: MicChunk, hear: Hear) -> None:
        """Hand on a chunk; count one that cannot be sound."""
        if len(chunk.pcm) % 2 or chunk.rate not in RATES:
            self.bad += 1
            return
        now = time.monotonic()
        clock = chunk.clock if 0 <= now - chunk.clock < LATE else now
        hear(Sound(chunk.mic, self.convert(chunk), clock, chunk.last))

    def convert(self, chunk: MicChunk) -> bytes:
        """Return a chunk's samples at the rate of the recognisers."""
        if chunk.rate == RATE:
            return chunk.pcm
        key = f"{chunk.mic} {chunk.rate}"
        if key not in self.converters:
            if len(self.converters) >= REMEMBERED:
                del self.converters[next(iter(self.converters))]
            self.converters[key] = pkgutil.resolve_name(CONVERTER)(chunk.rate)
        return self.converters[key](chunk.pcm)

    def report(self, chunks: Subscription[MicChunk]) -> Report:
        """Return what was lost, for `status`."""
        return {"dropped": sum(chunks.dropped.values()), "bad": self.bad}
