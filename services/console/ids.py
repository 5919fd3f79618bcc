"""Event ids as people can read and type them: `story:3.17` is what the third start of `story` published 17th."""

from bus.wire import START


def short(event_id: str) -> str:
    """Return an id with its number split into start and count; other ids as they are."""
    source, colon, number = event_id.rpartition(":")
    if not colon or not number.isdigit():
        return event_id
    start, count = divmod(int(number), 1 << START)
    return f"{source}:{start}.{count}" if start else event_id


def long(typed: str) -> str:
    """Return the id that a person means, written either way."""
    source, colon, number = typed.rpartition(":")
    start, dot, count = number.partition(".")
    if colon and dot and start.isdigit() and count.isdigit():
        return f"{source}:{(int(start) << START) + int(count)}"
    return typed
