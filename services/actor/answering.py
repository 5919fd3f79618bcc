"""The child's side of `services.actor.child`. It imports next to nothing: every child pays for it in memory."""

import os
import signal
import struct
import sys
from collections.abc import Callable

from services.actor.memory import give_back

HEAD = struct.Struct(">BI")
"""What kind of message follows, and its length in bytes."""
READY, ANSWER, WRONG, IMPOSSIBLE = range(4)


class Impossible(Exception):
    """Raised in a child that cannot work on this machine; the message names the cure."""


def answer_questions(prepare: Callable[[], Callable[[bytes], bytes]]) -> None:
    """Be the child: answer what comes on standard input until it is closed.

    `prepare` loads what is needed and returns the function that answers. A ValueError from that one means that the
    question was wrong.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal interrupts parent and child; the parent decides
    os.nice(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    questions, answers = os.fdopen(os.dup(0), "rb"), os.dup(1)
    os.dup2(2, 1)  # a library that prints must not speak in our place
    try:
        answer = prepare()
    except Impossible as error:
        _say(answers, IMPOSSIBLE, str(error).encode())
        return
    give_back()
    _say(answers, READY, b"")
    while len(head := questions.read(HEAD.size)) == HEAD.size:
        question = questions.read(HEAD.unpack(head)[1])
        try:
            kind, body = ANSWER, answer(question)
        except ValueError as error:
            kind, body = WRONG, str(error).encode()
        _say(answers, kind, body)


def _say(answers: int, kind: int, body: bytes) -> None:
    message = memoryview(HEAD.pack(kind, len(body)) + body)
    while message:
        try:
            message = message[os.write(answers, message) :]
        except BrokenPipeError:
            sys.exit(0)  # the parent is gone
