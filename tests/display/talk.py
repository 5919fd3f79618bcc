"""A page without a browser."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from schemas import Event
from tests.display.theatre import Theatre


class Talk:
    """A page without a browser."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def say(self, kind: str, **fields: object) -> None:
        await self.socket.send(json.dumps({"type": kind, **fields}))

    async def hear(self, kind: str) -> dict[str, object]:
        """Wait for a message of a kind; others are passed over."""
        with anyio.fail_after(5):
            while True:
                message: dict[str, object] = json.loads(await self.socket.recv())
                if message["type"] == kind:
                    return message


@asynccontextmanager
async def a_page(house: Theatre, name: str = "tester") -> AsyncIterator[tuple[Talk, dict[str, object]]]:
    """Yield a connected page and what it was told first."""
    async with joining(house) as line:
        talk = Talk(line)
        await talk.say("join", page=name)
        yield talk, await talk.hear("stage")


def joining(house: Theatre, origin: str | None = "", *, queue: int = 16) -> connect:
    """Return a connection to the display, by default as its own page would make it."""
    own = f"http://127.0.0.1:{house.port}" if origin == "" else origin
    return connect(
        f"ws://127.0.0.1:{house.port}/ws", origin=Origin(own) if own else None, max_queue=queue, close_timeout=1
    )


def kinds(present: dict[str, object]) -> list[str]:
    """Return what a page is told when it connects."""
    messages = present.get("messages", [])
    assert isinstance(messages, list)
    return [message["type"] for message in messages]


async def next_of(events: AsyncIterator[Event]) -> Event:
    """Wait for the next event."""
    with anyio.fail_after(5):
        return await anext(events)
