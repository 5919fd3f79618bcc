"""Somebody at a page: types, speaks, sees and hears.

async with at_page(address, "anna", clock) as anna:
    await anna.arrived()
    await anna.type("a fox in the snow")
    ...
    print(anna.record.seen)
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import httpx
import msgspec
from anyio.abc import TaskGroup

from services.actor.clock import Clock
from services.console.visitors.link import Link
from services.console.visitors.mic import Mic
from services.console.visitors.page import Page
from services.console.visitors.record import Noted, Record
from services.console.visitors.wall import Wall
from services.display.messages import Present, Preview, ToPage

PATIENCE = 10.0
"""Seconds that the page waits for a picture or a sound."""


class Visitor:
    """One visitor, and what the page in front of them does."""

    def __init__(self, address: str, record: Record, clock: Clock, tasks: TaskGroup, web: httpx.AsyncClient) -> None:
        self.record = record
        self.link = Link(address, record.page, self._hear)
        self.mic = Mic(self.link)
        self.wall = Wall(Page(clock, record, self.link.tell, tasks, web))

    @property
    def name(self) -> str:
        """Of the page; its microphone is called `page-` and this."""
        return self.record.page

    async def arrived(self) -> None:
        """Return when the page is connected, as soon as there is a display."""
        await self.link.joined.wait()

    async def type(self, text: str) -> bool:
        """Write to the room; return whether it was taken, once the room says so: not when it came too fast."""
        return await self.link.say(text)

    async def say(self, pcm: bytes) -> None:
        """Speak 16-bit samples of 16 kHz; return when they were said. The microphone is opened first if need be."""
        await self.mic.say(pcm)

    def switch(self, *, on: bool) -> None:
        """Open or close the microphone."""
        self.mic.switch(on=on)

    def _hear(self, message: ToPage) -> None:
        bare = msgspec.structs.replace(message, data=b"") if isinstance(message, Preview) else message
        self.record.tell(bare)
        if isinstance(message, Present):
            self.mic.tell()
        self.wall.take(message)


@asynccontextmanager
async def at_page(address: str, name: str, clock: Clock, noted: Noted = lambda _: None) -> AsyncIterator[Visitor]:
    """Let a visitor be at a page of an installation; they leave with the block.

    `name` is 4 to 32 small letters and digits. Narrations are played by `clock`, so that a rehearsal can put it
    forward; `noted` hears of everything that happens at the page, as it happens. The page keeps trying to connect, as
    one in a browser does.
    """
    async with (
        httpx.AsyncClient(base_url=address, timeout=PATIENCE, trust_env=False) as web,
        anyio.create_task_group() as tasks,
    ):
        visitor = Visitor(address, Record(name, noted), clock, tasks, web)
        for part in (visitor.link.run, visitor.mic.run, visitor.wall.voice.run):
            tasks.start_soon(part)
        try:
            yield visitor
        finally:
            await visitor.link.close()
            visitor.wall.voice.stop()
            tasks.cancel_scope.cancel()
