"""What the bus tells an operator."""

from collections.abc import Callable
from typing import Any

_set_up: list[Callable[[], None]] = []


def on_first(set_up: Callable[[], None]) -> None:
    """Have the program's log set up before the first warning: most programs never say one."""
    _set_up[:] = [set_up]


def warn(event: str, **facts: Any) -> None:
    """Write a warning to the program's log."""
    import structlog  # noqa: PLC0415 -- a participant that is well says nothing, and saves a quarter of its memory

    while _set_up:
        _set_up.pop()()
    structlog.get_logger("bus").warning(event, **facts)
