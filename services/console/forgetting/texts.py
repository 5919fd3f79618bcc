"""By what a forgotten event would be recognised in a file: what it says in words, and the files that it names."""

from collections.abc import Iterator

from bus.wire import encode
from schemas import Asset, Event

SPOKEN = "text"
SAID = (SPOKEN, "sentences", "scene", "characters", "alt")
"""Fields with words of visitors, of the story, or for those who make pictures and sounds."""
MADE = ("prompt", "text")
"""What an asset tells of its making in such words."""
SHORT, LONG = 8, 16
"""Bytes of several words, and of one, that stand in no file by chance."""
PIECE = 24
"""Bytes; a long text is found by any such piece, also where a part of it is left."""


def texts_of(event: Event) -> Iterator[bytes]:
    """Yield what must be found nowhere when an event is forgotten."""
    for name in SAID:
        value = getattr(event, name, ())
        for text in [value] if isinstance(value, str) else value:
            yield from pieces(text)
    words = getattr(event, SPOKEN, "")
    if words and not is_rare(words):
        yield encode(SPOKEN) + encode(words)  # as it stands in a journal, and hardly anywhere else
    if isinstance(asset := getattr(event, "asset", None), Asset):
        yield from (one.encode() for one in (asset.path, asset.sha256) if is_rare(one))
        for name in MADE:
            yield from pieces(str(asset.made.get(name, "")))


def is_rare(text: str) -> bool:
    """Return whether a text stands in no file by chance."""
    return len(text.encode()) >= (SHORT if " " in text else LONG)


def pieces(text: str) -> Iterator[bytes]:
    """Yield a rare text, or the pieces of a long one."""
    data = text.encode()
    if len(data) >= 2 * PIECE:
        for place in (*range(0, len(data) - PIECE, PIECE), len(data) - PIECE):
            yield data[place : place + PIECE]
    elif is_rare(text):
        yield data
