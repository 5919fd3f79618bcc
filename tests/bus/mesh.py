"""Where the participants of a test meet, and other processes that take part."""

import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TypeVar

import anyio
from anyio.abc import Process
from anyio.streams.text import TextReceiveStream

from bus import Bus, Subscription, open_bus, open_hand
from schemas import Asset, Event, ImageReady

PLAYER = Path(__file__).parent / "player.py"
PATIENCE = 30.0

EventT = TypeVar("EventT", bound=Event)


class Mesh:
    """The default transport's folders. A second transport brings a class like this one."""

    def __init__(self, folder: Path) -> None:
        self.run = folder / "run"
        self.journals = folder / "journal"

    def open(self, name: str) -> AbstractAsyncContextManager[Bus]:
        """Join under a name."""
        return open_bus(name, run=self.run, journals=self.journals)

    def hand(self) -> AbstractAsyncContextManager[Bus]:
        """Join for a moment."""
        return open_hand(run=self.run, journals=self.journals)

    @asynccontextmanager
    async def player(self, *words: str) -> AsyncIterator["Player"]:
        """Start another process, which does what `player.py` says; kill it at the end."""
        command = [sys.executable, str(PLAYER), str(self.run), str(self.journals), *words]
        async with await anyio.open_process(command, stderr=None) as process:
            try:
                yield Player(process)
            finally:
                if process.returncode is None:
                    process.kill()


class Player:
    """Another process."""

    def __init__(self, process: Process) -> None:
        assert process.stdout is not None
        self.process = process
        self._text = TextReceiveStream(process.stdout)
        self._rest = ""

    async def line(self) -> str:
        """Return the next line that it says."""
        with anyio.fail_after(PATIENCE):
            while "\n" not in self._rest:
                self._rest += await self._text.receive()
        line, _, self._rest = self._rest.partition("\n")
        return line

    async def end(self) -> int:
        """Return how it ended."""
        with anyio.fail_after(PATIENCE):
            return await self.process.wait()


async def take(events: Subscription[EventT], count: int = 1) -> list[EventT]:
    """Return the next events of a subscription."""
    with anyio.fail_after(PATIENCE):
        return [await anext(events) for _ in range(count)]


async def nothing_more(events: Subscription[EventT]) -> bool:
    """Say whether a subscription stays empty for a moment."""
    with anyio.move_on_after(0.2):
        await anext(events)
        return False
    return True


def picture() -> ImageReady:
    """Return a reply that shows nothing."""
    return ImageReady(asset=Asset(path="fox.jpg", media_type="image/jpeg", sha256="00", size=1))
