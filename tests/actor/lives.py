"""One image service in several lives, each a real process, and what its journals hold of them."""

import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from pathlib import Path

from bus import Bus, history, open_bus
from schemas import Event, ImageRequest, Reply

BREAKER = Path(__file__).with_name("breaker.py")
PATIENCE = 30.0


class Lives:
    """A folder for sockets and journals, with a service that is started as often as a test wants."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="fs"))
        self.journals = self.folder / "journal"

    async def ask(self, *requests: ImageRequest) -> list[ImageRequest]:
        """Publish requests as the story does, and leave."""
        async with self.asker() as bus:
            return [await bus.publish(request) for request in requests]

    def asker(self) -> AbstractAsyncContextManager[Bus]:
        """Join as the one who asks."""
        return open_bus("story", run=self.folder / "run", journals=self.journals)

    @contextmanager
    def life(self, concurrent: int = 1) -> "Iterator[subprocess.Popen[bytes]]":
        """Start the service; kill it at the end, unless it has ended."""
        with subprocess.Popen([sys.executable, str(BREAKER), str(self.folder), str(concurrent)]) as process:
            try:
                yield process
            finally:
                process.kill()

    def replies(self) -> list[Reply]:
        """Return every terminal reply in the journals."""
        found = history.read(self.journals, history.Query(source="image", limit=100_000))
        return [event for event in found if isinstance(event, Reply)]

    def reply(self, request: Event) -> Reply | None:
        """Return the terminal reply to a request, or None."""
        return next((reply for reply in self.replies() if reply.cause == request.id), None)

    def counts(self) -> Counter[str]:
        """Return how many terminal replies each request has."""
        return Counter(reply.cause for reply in self.replies())

    def attempts(self) -> dict[str, int]:
        """Return how often requests have been in hand without an end."""
        return history.attempts(self.journals, "image")


def until(what: Callable[[], object]) -> None:
    """Return as soon as something is true."""
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
