"""One lane of one participant: a socket that everybody can listen to, and one that listens to everybody.

ZeroMQ's descriptors only tell that something changed. So each reader goes on until nothing is left, and everything else
that touches a socket is followed by a read, because it may have swallowed the news.
"""

import asyncio
import functools
from collections.abc import Callable
from pathlib import Path

import zmq

from bus.names import Place, check_path

LOG_FRAMES = 1_000
LIVE_FRAMES = 32
"""What each end of a pipe holds. Live frames can be large."""
COST = 16
"""What an event costs of a turn."""
TURN = 256 * COST
"""What may be read before others get their turn. Old live events cost little: they are only in the way."""
TURN_MESSAGES = 256
NOBLOCK = int(zmq.NOBLOCK)
WAIT = 0
MORE = int(zmq.SNDMORE)
MAX_MESSAGE = 64_000_000
MAX_PREFIX = 256
"""No wish is longer. Whoever sends more than these is cut off by ZeroMQ."""
LINGER_MS = 500
LOOK_MS = 1
"""So long is room in a full pipe waited for before the loop gets a turn: ZeroMQ's thread needs less for a burst."""
PATIENCE_SECONDS = 0.02
"""So long may a live frame wait for room in somebody's pipe, as long as nothing moves there."""
REST_SECONDS = (0.1, 60.0)
"""So long is nobody waited for after that: doubled each time, within these bounds."""


class Lane:
    """The two sockets of a lane, read from the event loop."""

    def __init__(self, context: "zmq.Context[zmq.Socket[bytes]]", name: str) -> None:
        self.name = name
        self.on_message: Callable[[bytes], int]
        """Returns what the message cost of a turn."""
        self.on_drained: Callable[[], None] = _ignore
        self.on_subscription: Callable[[str, bytes], None]
        self.on_asked: Callable[[zmq.Frame], bool]
        """Gets the same before, with what ZeroMQ knows of its sender; says whether it means anything."""
        self.on_room: Callable[[], None] = _ignore
        """Called while an offer was not taken: try again."""
        self._loop = asyncio.get_running_loop()
        self._waiting: asyncio.TimerHandle | None = None
        self._rest = REST_SECONDS[0]
        self._resting: asyncio.TimerHandle | None = None
        self._connected: set[Path] = set()
        self._pub = _socket(context, zmq.XPUB, name)
        self._sub = _socket(context, zmq.SUB, name)
        self._pub.setsockopt(zmq.XPUB_NODROP, int(name == "live"))
        self._pub.setsockopt(zmq.SNDTIMEO, LOOK_MS)
        # The socket class of pyzmq adds a call and a few checks to every message; its C base does the same without.
        self._send = functools.partial(zmq.backend.Socket.send, self._pub)
        self._receive = functools.partial(zmq.backend.Socket.recv, self._sub)
        self._closed = False

    def guard(self, domain: bytes) -> None:
        """Let nobody in who was not found harmless; to be said before `bind`."""
        self._pub.setsockopt(zmq.ZAP_DOMAIN, domain)

    def bind(self, place: Place) -> None:
        """Be found at a place, which appears in the run directory when it accepts connections, not before."""
        path = place.socket(self.name)
        check_path(path)
        hidden = path.with_name(f".{path.name}")
        hidden.unlink(missing_ok=True)
        self._pub.bind(f"ipc://{hidden}")
        hidden.rename(path)

    def watch(self) -> None:
        """Begin to read."""
        self._loop.add_reader(_descriptor(self._pub), self.read_subscriptions)
        self._loop.add_reader(_descriptor(self._sub), self._read)
        self.read_subscriptions()
        self._read()

    def connect(self, place: Place) -> None:
        """Listen to a participant."""
        path = place.socket(self.name)
        if path not in self._connected:
            self._connected.add(path)
            self._sub.connect(f"ipc://{path}")
            self._loop.call_soon(self._read)

    def disconnect(self, place: Place) -> None:
        """Read what a participant has sent, and listen no longer."""
        path = place.socket(self.name)
        if path in self._connected:
            self._connected.remove(path)
            self._read()
            self._sub.disconnect(f"ipc://{path}")
            self._loop.call_soon(self._read)

    def subscribe(self, prefix: bytes) -> None:
        """Ask everybody for what begins like that."""
        self._sub.setsockopt(zmq.SUBSCRIBE, prefix)
        self._loop.call_soon(self._read)

    def unsubscribe(self, prefix: bytes) -> None:
        """Take back one such wish."""
        self._sub.setsockopt(zmq.UNSUBSCRIBE, prefix)
        self._loop.call_soon(self._read)

    def send(self, data: bytes) -> None:
        """Give everybody who asked for it a message. It never waits: who has no room misses it."""
        if not self._closed:
            self._send(data, NOBLOCK)

    def offer(self, data: bytes, blob: bytes = b"") -> bool:
        """Give everybody who asked for it a message, if all of them have room; say whether it left.

        A blob follows as a second part, which is not copied.

        A burst is faster than the thread that carries it away, so it may have to wait; but a pipe in which nothing
        moves for a moment belongs to somebody who stands still, and misses what comes, so that others do not wait.
        """
        if self._closed:
            return True
        try:
            self._try(data, blob, NOBLOCK)
        except zmq.Again:
            # A send that does not wait looks only once in a millisecond whether there is room again.
            try:
                self._try(data, blob, WAIT if self._waiting is None else NOBLOCK)
            except zmq.Again:
                if self._waiting is None:
                    self._waiting = self._loop.call_later(PATIENCE_SECONDS, self._wait_no_longer)
                self._loop.call_soon(self.on_room)
                return False
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting, self._rest = None, REST_SECONDS[0]
        return True

    def _try(self, data: bytes, blob: bytes, flags: int) -> None:
        self._send(data, flags | MORE if blob else flags)
        if blob:
            self._pub.send(blob, NOBLOCK, copy=False)

    def _wait_no_longer(self) -> None:
        self._waiting = None
        self._pub.setsockopt(zmq.XPUB_NODROP, 0)
        self._resting = self._loop.call_later(self._rest, self._wait_again)
        self._rest = min(2 * self._rest, REST_SECONDS[1])

    def _wait_again(self) -> None:
        self._pub.setsockopt(zmq.XPUB_NODROP, 1)

    def read_subscriptions(self) -> None:
        """Hear who came and who went."""
        if self._closed:
            return
        for _ in range(TURN_MESSAGES):
            try:
                message = self._pub.recv(zmq.NOBLOCK, copy=False)
            except zmq.Again:
                return
            if self.on_asked(message):
                self.on_subscription(self.name, message.bytes)
        self._loop.call_soon(self.read_subscriptions)

    def _read(self) -> None:
        if self._closed:
            return
        receive, handle, turn = self._receive, self.on_message, TURN
        while turn > 0:
            try:
                message = receive(NOBLOCK)
            except zmq.Again:
                self.on_drained()
                return
            turn -= handle(message)
        self._loop.call_soon(self._read)

    def rest(self) -> bytes:
        """Return the second part of the message that is being handled. ZeroMQ delivers all parts or none."""
        return self._receive(NOBLOCK) if self._sub.getsockopt(zmq.RCVMORE) else b""

    def close(self) -> None:
        """Stop reading; what was sent has a moment to leave."""
        self._closed = True
        for timer in (self._waiting, self._resting):
            if timer is not None:
                timer.cancel()
        for socket, linger in ((self._pub, LINGER_MS), (self._sub, 0)):
            self._loop.remove_reader(_descriptor(socket))
            socket.close(linger=linger)


def _ignore(*_: object) -> None:
    """Do nothing."""


def _descriptor(socket: "zmq.Socket[bytes]") -> int:
    return int(socket.getsockopt(zmq.FD))


def _socket(context: "zmq.Context[zmq.Socket[bytes]]", kind: int, lane: str) -> "zmq.Socket[bytes]":
    socket = context.socket(kind)
    for option in (zmq.SNDHWM, zmq.RCVHWM):
        socket.setsockopt(option, LOG_FRAMES if lane == "log" else LIVE_FRAMES)
    if kind == zmq.SUB:
        socket.setsockopt(zmq.SNDHWM, 0)  # it sends wishes only, and ZeroMQ drops one that finds no room
    socket.setsockopt(zmq.MAXMSGSIZE, MAX_PREFIX if kind == zmq.XPUB else MAX_MESSAGE)
    socket.setsockopt(zmq.RECONNECT_IVL, 20)
    socket.setsockopt(zmq.RECONNECT_IVL_MAX, 1_000)
    return socket
