"""What the parts of a page have in common: its clock, its record, and how it fetches and tells."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import anyio
import httpx
from anyio.abc import TaskGroup

from services.actor.clock import Clock
from services.console.visitors.record import Record
from services.display.messages import FromPage


class Page(NamedTuple):
    """Lent to each of its parts."""

    clock: Clock
    """What is played keeps this time."""
    record: Record
    tell: Callable[[FromPage], None]
    tasks: TaskGroup
    """Ends with the page."""
    web: httpx.AsyncClient

    async def fetch(self, url: str, waits: Sequence[float]) -> bool:
        """Return whether there is something at an address, asked once after each of some pauses."""
        for wait in waits:
            await anyio.sleep(wait)
            try:
                answer = await self.web.get(url)
            except httpx.HTTPError:
                continue
            if answer.is_success and answer.content:
                return True
        return False
