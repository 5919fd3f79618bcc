"""A child for the tests: does as it is told."""

import os
import sys
import time
from collections.abc import Callable

from services.actor.answering import Impossible, answer_questions


def prepare() -> Callable[[bytes], bytes]:
    """Return the function that answers; CLERK says how it begins."""
    if os.environ.get("CLERK") == "unable":
        raise Impossible("there is no ink")
    sys.stdout.write("a library prints\n")
    sys.stdout.flush()
    return answer


def answer(question: bytes) -> bytes:
    """Die, hang, refuse, or say the process and the question."""
    if question == b"die":
        os._exit(3)
    if question == b"hang":
        time.sleep(60)
    if question == b"what?":
        raise ValueError("that is no question")
    return f"{os.getpid()} ".encode() + question


if __name__ == "__main__":
    answer_questions(prepare)
