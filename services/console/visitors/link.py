"""A page's conversation with the display: connects again and again, and sends once more what got lost."""

import math
import random
import secrets
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

import anyio
import msgspec
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Origin

from services.display.messages import FromPage, Join, Present, Said, Say, ToPage

FIRST_PAUSE, LONGEST_PAUSE = 0.25, 2.0
"""Seconds between two tries to connect."""
TRY = 5.0
BEHIND = 32
"""Frames that wait to be sent, beyond which sound is dropped."""

Frame = str | bytes
decoder = msgspec.json.Decoder(ToPage)


class Link:
    """One page's line to the display at an address such as `http://127.0.0.1:8765/`."""

    def __init__(self, address: str, name: str, hear: Callable[[ToPage], None]) -> None:
        place = urlsplit(address)
        self.url = f"{place.scheme.replace('http', 'ws')}://{place.netloc}/ws"
        self.origin = Origin(f"{place.scheme}://{place.netloc}")
        self.name, self.hear = name, hear
        self.socket: ClientConnection | None = None
        self.outbox: MemoryObjectSendStream[Frame] | None = None
        self.up = False
        self.joined = anyio.Event()
        self.unsent: dict[str, Say] = {}
        self.answers: dict[str, Said] = {}
        self.answered = anyio.Event()

    async def run(self) -> None:
        """Be connected whenever that is possible, until cancelled."""
        tries = 0
        while True:
            with suppress(OSError, WebSocketException):
                async with connect(
                    self.url, origin=self.origin, open_timeout=TRY, close_timeout=1, max_size=None
                ) as self.socket:
                    await self._converse(self.socket)
            tries += 1
            if self.up:
                self.up, self.joined, tries = False, anyio.Event(), 0
            self.socket = None
            await anyio.sleep(min(LONGEST_PAUSE, FIRST_PAUSE * 2**tries) * random.uniform(0.75, 1.25))

    async def _converse(self, socket: ClientConnection) -> None:
        self.outbox, outbox = anyio.create_memory_object_stream[Frame](math.inf)
        async with self.outbox, anyio.create_task_group() as tasks:
            tasks.start_soon(send_all, socket, outbox)
            self._send(msgspec.json.encode(Join(self.name)).decode())
            with suppress(ConnectionClosed):
                async for frame in socket:
                    self._receive(decoder.decode(frame))
            tasks.cancel_scope.cancel()
        self.outbox = None

    def _receive(self, message: ToPage) -> None:
        if isinstance(message, Said):
            self.unsent.pop(message.id, None)
            self.answers[message.id] = message
            self.answered.set()
            self.answered = anyio.Event()
        first = isinstance(message, Present) and not self.up
        if first:
            self.up = True
            self.joined.set()
        self.hear(message)
        for wish in self.unsent.values() if first else ():
            self.tell(wish)

    def tell(self, message: FromPage) -> None:
        """Tell the display something that is worth nothing later."""
        if self.up:
            self._send(msgspec.json.encode(message).decode())

    def sound(self, pcm: bytes) -> None:
        """Send sound; what the line cannot take now is dropped."""
        if self.up and self.outbox and self.outbox.statistics().current_buffer_used < BEHIND:
            self._send(pcm)

    def _send(self, frame: Frame) -> None:
        if self.outbox:
            self.outbox.send_nowait(frame)

    async def say(self, text: str) -> bool:
        """Send what a visitor wrote, now or when the line is up again; return whether the display took it."""
        wish = Say(secrets.token_hex(6), text)
        self.unsent[wish.id] = wish
        self.tell(wish)
        while wish.id not in self.answers:
            await self.answered.wait()
        return not self.answers.pop(wish.id).refused

    async def close(self) -> None:
        """Say goodbye, as a page does that is closed."""
        if self.socket:
            with anyio.move_on_after(1, shield=True):
                await self.socket.close()


async def send_all(socket: ClientConnection, outbox: MemoryObjectReceiveStream[Frame]) -> None:
    """Send one frame after the other for as long as the line holds."""
    with outbox, suppress(ConnectionClosed):
        async for frame in outbox:
            await socket.send(frame)
