"""The connections of this process, as the system sees them: who is at the other end, and what lies unread.

ZeroMQ tells nothing of that. It needs `/proc`; where there is none, nothing is found, and nobody is guarded.
"""

import array
import errno
import fcntl
import os
import resource
import socket
import struct
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

OPEN_FILES = Path("/proc/self/fd")
MEMORY = Path("/proc/self/statm")
MANY = 8_192
NO_MORE = 1 << 30
PAGE_BYTES = resource.getpagesize()


class Far(NamedTuple):
    """Who is at the other end: the process, and the name that it gave its socket, if it was the one to be called."""

    process: int
    name: str


class Connection(NamedTuple):
    """One connection over a Unix socket."""

    descriptor: int
    near: str
    """The name of the socket at this end: empty when this process was the one who called."""
    far: Far

    def unread(self) -> int:
        """Return how many bytes have arrived and were not read yet."""
        found = array.array("i", [0])
        try:
            fcntl.ioctl(self.descriptor, termios.FIONREAD, found)
        except OSError:
            return 0
        return found[0]

    def cut(self) -> None:
        """End it. Who called may call again."""
        if _look(self.descriptor) == self:
            with _borrowed(self.descriptor) as one:
                one.shutdown(socket.SHUT_RDWR)


def connections() -> list[Connection]:
    """Return the connections of this process."""
    return [found for descriptor in _descriptors() if (found := _look(descriptor)) is not None]


def far_end(path: Path) -> Far | None:
    """Call at a path, and return who answers."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.setblocking(False)
        try:
            probe.connect(str(path))
            return _far(probe)
        except OSError:
            return None


def pulse() -> tuple[int, int]:
    """Return how many bytes of memory this process uses, and the number that its next open file gets.

    The second tells how many are open; it is huge when no more can be. Both are 0 where nobody knows.
    """
    try:
        file = os.open(MEMORY, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        return 0, NO_MORE if error.errno == errno.EMFILE else 0
    try:
        return int(os.read(file, 100).split()[1]) * PAGE_BYTES, file
    finally:
        os.close(file)


def memory() -> int:
    """Return how many bytes of memory this process uses; 0 where nobody knows."""
    return pulse()[0]


def give_back() -> None:
    """Return free memory to the system, where the C library can (glibc): it keeps what a flood needed."""
    import ctypes  # noqa: PLC0415 -- loaded where it is needed, which is hardly ever

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)


def _descriptors() -> Iterator[int]:
    try:
        yield from sorted(int(name) for name in os.listdir(OPEN_FILES))  # noqa: PTH208 -- only the names
    except OSError:  # no file can be opened any more: that is when this is needed most
        yield from range(min(MANY, resource.getrlimit(resource.RLIMIT_NOFILE)[0]))


def _look(descriptor: int) -> Connection | None:
    try:
        with _borrowed(descriptor) as one:
            if one.family != socket.AF_UNIX or one.type != socket.SOCK_STREAM:
                return None
            return Connection(descriptor, _text(one.getsockname()), _far(one))
    except OSError:
        return None


def _far(one: socket.socket) -> Far:
    name = _text(one.getpeername())
    process: int = struct.unpack("3i", one.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]
    return Far(process, name)


@contextmanager
def _borrowed(descriptor: int) -> Iterator[socket.socket]:
    """Use a descriptor that belongs to somebody else, without closing it."""
    one = socket.socket(fileno=descriptor)
    try:
        yield one
    finally:
        one.detach()


def _text(name: str | bytes) -> str:
    return name if isinstance(name, str) else os.fsdecode(name)
