"""Who may come in: ZeroMQ asks for every caller before it takes a single byte of what they want to say."""

import os
import time
from collections.abc import Callable

import zmq

DESK = "inproc://zeromq.zap.01"
"""Where ZeroMQ asks, in every context."""
DOMAIN = b"bus"
"""Sockets without one let everybody in."""


class Door:
    """Answers these questions, in a thread."""

    def __init__(self, context: "zmq.Context[zmq.Socket[bytes]]", refused: Callable[[int], bool]) -> None:
        """`refused` says whether a process has to stay outside."""
        self._refused = refused
        self._desk = context.socket(zmq.REP)
        self._desk.bind(DESK)
        self._bell = os.eventfd(0)
        self._poller = zmq.Poller()
        self._poller.register(self._desk, zmq.POLLIN)
        self._poller.register(self._bell, zmq.POLLIN)

    def wait(self, seconds: float) -> bool:
        """Answer for a while; return False as soon as the bell was rung."""
        until = time.monotonic() + seconds
        while found := dict(self._poller.poll(max(1, int((until - time.monotonic()) * 1_000)))):
            if self._bell in found:
                return False
            self._answer()
        return True

    def ring(self) -> None:
        """Tell the thread to come to an end."""
        os.eventfd_write(self._bell, 1)

    def close(self) -> None:
        """Answer no more."""
        self._desk.close(linger=0)
        os.close(self._bell)

    def _answer(self) -> None:
        version, number, _, address, *_ = self._desk.recv_multipart()
        process = address.rpartition(b":")[2]
        welcome = not (process.isdigit() and self._refused(int(process)))
        code, text = (b"200", b"welcome") if welcome else (b"400", b"kept out")
        self._desk.send_multipart([version, number, code, text, b"", b""])
