"""ZeroMQ's protocol on bare sockets, for those who do what the library would not: only as much as they need."""

import socket
import struct
from pathlib import Path

GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)
MORE, LONG, COMMAND = 1, 2, 4


def frame(body: bytes, flags: int = 0) -> bytes:
    """Return one part of a message, as it travels."""
    if len(body) < 256:
        return bytes([flags, len(body)]) + body
    return head(len(body), flags) + body


def head(size: int, flags: int = 0) -> bytes:
    """Return what stands before a long part."""
    return struct.pack(">BQ", flags | LONG, size)


def wish(prefix: bytes) -> bytes:
    """Return a subscription."""
    return frame(b"\1" + prefix)


def shake(one: socket.socket, kind: bytes) -> socket.socket:
    """Become a ZeroMQ socket of a kind."""
    one.sendall(GREETING)
    properties = ((b"Socket-Type", kind), (b"Identity", b""))
    ready = b"".join(
        struct.pack(">B", len(key)) + key + struct.pack(">I", len(text)) + text for key, text in properties
    )
    one.sendall(frame(b"\5READY" + ready, COMMAND))
    missing = len(GREETING)
    while missing:
        missing -= len(one.recv(missing))
    one.recv(2)
    return one


def dial(path: Path, kind: bytes = b"SUB") -> socket.socket:
    """Call somebody."""
    one = socket.socket(socket.AF_UNIX)
    one.connect(str(path))
    return shake(one, kind)


def listen(path: Path) -> socket.socket:
    """Be called."""
    one = socket.socket(socket.AF_UNIX)
    one.bind(str(path))
    one.listen(64)
    return one
