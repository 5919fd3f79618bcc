"""What the bus tells an operator."""

from typing import Any


def warn(event: str, **facts: Any) -> None:
    """Write a warning to the program's log."""
    import structlog  # noqa: PLC0415 -- a participant that is well says nothing, and saves a quarter of its memory

    structlog.get_logger("bus").warning(event, **facts)
