"""Another process in the run directory, which means harm: `flooder.py <run> <part> <words…>`."""

import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from bus.names import LANES
from bus.wire import HELLO, prefix_of
from tests.bus.zmtp import MORE, dial, frame, head, listen, shake, wish

NAME = f"ghost{os.getpid()}"
BLOCK = 400_000
LIMIT = 64_000_000


def sockets(run: Path, lane: str = "log") -> list[Path]:
    """Return where the others are found."""
    return [path for path in run.glob(f"[!.]*.{lane}") if not path.name.startswith("ghost")]


def publish(run: Path, wanted: str, pieces: Callable[[], Iterator[bytes]]) -> None:
    """Be found on both lanes, make the others call, and send each of them pieces on one of the lanes, for ever."""
    for lane in LANES:
        mouth = listen(run / f"{NAME}.1.{lane}")
        threading.Thread(target=serve, args=(mouth, pieces if lane == wanted else idle), daemon=True).start()
    ears = [dial(path) for path in sockets(run)]
    for ear in ears:
        ear.sendall(wish(HELLO + f"{NAME}.1.0".encode() + b"\0"))
    print("ready", flush=True)  # noqa: T201
    while True:
        for ear in ears:
            ear.recv(1 << 16)


def serve(mouth: socket.socket, pieces: Callable[[], Iterator[bytes]]) -> None:
    """Take every call."""
    while True:
        one, _ = mouth.accept()
        threading.Thread(target=pour, args=(one, pieces), daemon=True).start()


def pour(one: socket.socket, pieces: Callable[[], Iterator[bytes]]) -> None:
    """Send until the other end hangs up."""
    with suppress(OSError), shake(one, b"XPUB"):
        for piece in pieces():
            one.sendall(piece)


def idle() -> Iterator[bytes]:
    """Say nothing."""
    time.sleep(3_600)
    yield b""


def endless(size: str) -> Iterator[bytes]:
    """Yield the parts of a message that never ends."""
    part = frame(prefix_of("story.beat") + bytes(int(size)), MORE)
    block = part * (BLOCK // len(part) + 1)
    while True:
        yield block


def trickle(rate: str) -> Iterator[bytes]:
    """Yield the same, a thousand small parts per second and megabyte of the rate."""
    part = frame(prefix_of("story.beat") + bytes(980), MORE)
    begin, count = time.monotonic(), 0
    while True:
        while count < (time.monotonic() - begin) * float(rate) * 1_000:
            count += 1
            yield part
        time.sleep(0.0005)


def oversized() -> Iterator[bytes]:
    """Yield messages that are one byte longer than any may be."""
    while True:
        yield head(LIMIT + 1) + prefix_of("story.beat")
        for _ in range(64):
            yield bytes(1_000_000)


def large() -> Iterator[bytes]:
    """Yield messages as long as they may be, which mean nothing."""
    while True:
        yield head(LIMIT) + prefix_of("story.beat")
        yield bytes(LIMIT - len(prefix_of("story.beat")))


def garbage() -> Iterator[bytes]:
    """Yield short messages of a topic that mean nothing."""
    while True:
        yield b"".join(frame(prefix_of("story.beat") + os.urandom(40)) for _ in range(1_000))


def subscribe(run: Path, blocks: Iterator[bytes]) -> None:
    """Send the others wishes for ever; call again when they hang up."""
    print("ready", flush=True)  # noqa: T201
    for path in sockets(run):
        threading.Thread(target=wish_on, args=(path, blocks), daemon=True).start()
    time.sleep(3_600)


def wish_on(path: Path, blocks: Iterator[bytes]) -> None:
    """Send wishes to one of them."""
    while True:
        with suppress(OSError, ValueError), dial(path) as mouth:
            for block in blocks:
                mouth.sendall(block)
        time.sleep(0.01)


class Wishes(Iterator[bytes]):
    """Blocks of a thousand distinct wishes; several threads may take them."""

    def __init__(self, make: Callable[[int], bytes]) -> None:
        self._make = make
        self._count = 0

    def __next__(self) -> bytes:
        self._count += 1_000
        return b"".join(wish(self._make(self._count + number)) for number in range(1_000))


def callers(run: Path, count: str) -> None:
    """Call so often that the others run out of descriptors, and say nothing."""
    calls = []
    for path in sockets(run):
        for _ in range(int(count)):
            call = socket.socket(socket.AF_UNIX)
            call.setblocking(False)
            with suppress(OSError):
                call.connect(str(path))
            calls.append(call)
    print("ready", flush=True)  # noqa: T201
    time.sleep(3_600)


def deaf(run: Path) -> None:
    """Ask for everything, and read nothing."""
    ears = [dial(path) for lane in LANES for path in sockets(run, lane)]
    for ear in ears:
        ear.sendall(wish(b""))
    print("ready", flush=True)  # noqa: T201
    time.sleep(3_600)


def main(run: Path, part: str, *words: str) -> None:
    """Play a part."""
    if part in ("endless", "trickle"):
        lane, word = words
        publish(run, lane, lambda: {"endless": endless, "trickle": trickle}[part](word))
    elif part in ("oversized", "large", "garbage"):
        publish(run, words[0], {"oversized": oversized, "large": large, "garbage": garbage}[part])
    elif part == "prefixes":
        subscribe(run, Wishes(lambda number: number.to_bytes(4, "big") + os.urandom(int(words[0]) - 4)))
    elif part == "huge":
        subscribe(run, iter(lambda: wish(bytes(1_000_000)), b""))
    elif part == "hellos":
        subscribe(run, Wishes(lambda number: HELLO + f"g{number}.1.0".encode() + b"\0"))
    elif part == "callers":
        callers(run, words[0])
    else:
        deaf(run)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
