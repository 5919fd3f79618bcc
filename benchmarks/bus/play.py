"""A process of the benchmark: `python -m benchmarks.bus.play <part> <orders>`. It says `ready`, and then its result."""

import importlib
import signal
import sys
from collections.abc import Callable
from contextlib import redirect_stdout

import msgspec

from benchmarks.bus.stage import Orders, Result

LONGEST = 60
"""Seconds after which a process that waits in vain is ended."""


def main(part: str, orders: str) -> None:
    """Play a part, named by its module and its function."""
    signal.alarm(LONGEST)
    module, _, name = part.partition(":")
    play: Callable[[Orders], Result] = getattr(importlib.import_module(f"benchmarks.bus.{module}"), name)
    with redirect_stdout(sys.stderr):  # where a log would be written, which is no result
        result = play(msgspec.json.decode(orders, type=Orders))
    say(msgspec.json.encode(result).decode())


def say(line: str) -> None:
    """Write a line at once."""
    print(line, file=sys.__stdout__, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
