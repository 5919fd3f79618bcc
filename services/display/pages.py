"""The pages that are connected, each with what it has yet to be sent."""

from collections.abc import Iterator

import anyio
import msgspec

from services.display.messages import Message, Turn

LIMIT = 200
"""Messages that may wait for a page. One that is further behind is cut off, and told everything when it returns."""

encoder = msgspec.json.Encoder()


class Page:
    """One connected page. What waits for it is bounded; of previews and live words only the newest waits."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.name = ""
        self.waiting: dict[str, tuple[Message, str]] = {}
        self.changed = anyio.Event()
        self.lagging = False
        self.replaced = False
        self.skipped = 0
        self.count = 0

    def tell(self, message: Message, frame: str) -> None:
        """Let a message wait to be sent; never blocks."""
        self.count += 1
        key = type(message).__name__ if message.newest_only else str(self.count)
        if self.waiting.pop(key, None):
            self.skipped += 1
        if isinstance(message, Turn):
            self._drop_older(message)
        self.waiting[key] = (message, frame)
        if len(self.waiting) > LIMIT:
            self.lagging = True
        self.changed.set()

    def _drop_older(self, turn: Turn) -> None:
        stale = [
            key
            for key, (message, _) in self.waiting.items()
            if message.visit == turn.visit and message.turn < turn.turn
        ]
        for key in stale:
            del self.waiting[key]
        self.skipped += len(stale)

    async def frames(self) -> Iterator[str]:
        """Wait until there is something to send, and yield it; each frame is taken when it is asked for."""
        while not self.waiting:
            self.changed = anyio.Event()
            await self.changed.wait()
        return self._take()

    def _take(self) -> Iterator[str]:
        while self.waiting and not self.lagging and not self.replaced:
            _, frame = self.waiting.pop(next(iter(self.waiting)))
            yield frame

    def cut(self) -> None:
        """Let the page's connection end: another one speaks for it now."""
        self.replaced = True
        self.changed.set()


class Pages:
    """All connected pages."""

    def __init__(self) -> None:
        self.connected: list[Page] = []
        self.skipped = 0
        self.cut_off = 0

    def add(self, page: Page) -> None:
        """Take a page in."""
        self.connected.append(page)

    def remove(self, page: Page) -> None:
        """Let a page go."""
        self.connected.remove(page)
        self.skipped += page.skipped
        self.cut_off += page.lagging

    def name(self, page: Page, name: str) -> None:
        """Give a page its name; an older connection of the same name is cut."""
        for other in self.connected:
            if other.name == name and other is not page:
                other.cut()
        page.name = name

    def tell(self, message: Message | None) -> None:
        """Let every page that has joined know. The message is encoded once."""
        if message is None:
            return
        frame = encode(message)
        for page in self.connected:
            if page.name and not page.replaced:
                page.tell(message, frame)


def encode(message: Message) -> str:
    """Return a message as a frame."""
    return encoder.encode(message).decode()
