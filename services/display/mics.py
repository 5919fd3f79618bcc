"""Sound from the pages' microphones, on its way to the listener."""

import time
from collections.abc import Callable

import msgspec
import structlog

from schemas import MicChunk

log = structlog.get_logger()

RATE = 16000
LONGEST = 32_000
"""Bytes of one chunk: a second."""
AHEAD = 2.0
"""Seconds by which a page may send faster than it can record."""
GAP = 1.0
"""Seconds without a chunk after which the page is taken to have sent nothing because it heard nothing."""
PATIENCE = 5.0
"""Seconds that a page with an open microphone may be away before it counts as switched off."""


class Mic(msgspec.Struct):
    """One open microphone."""

    since: float
    sent: int = 0
    """Samples."""
    away: float = 0.0
    """Monotonic time since when its page is not connected; 0 while it is."""


class Mics:
    """The open microphones of all pages, by page."""

    def __init__(self, post: Callable[[MicChunk], object], clock: Callable[[], float] = time.monotonic) -> None:
        self.post, self.clock = post, clock
        self.open: dict[str, Mic] = {}
        self.dropped = 0

    def switch(self, page: str, *, on: bool) -> None:
        """Open or close a page's microphone. One that comes back from a lost connection is still open."""
        if not on:
            self.close(page)
        elif page not in self.open:
            self.open[page] = Mic(since=self.clock())
            log.info("mic.on", mic=mic_name(page))
        else:
            self.open[page].away = 0.0

    def hear(self, page: str, pcm: bytes) -> None:
        """Pass on a chunk of sound; drop what no microphone can have recorded."""
        mic = self.open.get(page)
        if mic is None or not pcm or len(pcm) % 2 or len(pcm) > LONGEST:
            self.dropped += 1
            return
        elapsed = self.clock() - mic.since
        if mic.sent / RATE > elapsed + AHEAD:
            self.dropped += 1
            return
        if mic.sent / RATE < elapsed - GAP:
            mic.sent = round(elapsed * RATE) - len(pcm) // 2
        self.post(MicChunk(mic=mic_name(page), pcm=pcm, rate=RATE, at=mic.sent / RATE))
        mic.sent += len(pcm) // 2

    def close(self, page: str) -> None:
        """Say that a page's microphone fell silent for good."""
        mic = self.open.pop(page, None)
        if mic is not None:
            self.post(MicChunk(mic=mic_name(page), pcm=b"", rate=RATE, at=mic.sent / RATE, last=True))
            log.info("mic.off", mic=mic_name(page), seconds=round(mic.sent / RATE, 1))

    def lose(self, page: str) -> None:
        """Note that a page's connection is lost."""
        if page in self.open:
            self.open[page].away = self.clock()

    def sweep(self) -> None:
        """Close the microphones of pages that have not come back."""
        now = self.clock()
        for page in [page for page, mic in self.open.items() if mic.away and now - mic.away > PATIENCE]:
            self.close(page)


def mic_name(page: str) -> str:
    """Return what a page's microphone is called on the bus."""
    return f"page-{page}"
