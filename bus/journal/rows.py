"""A row of a journal, decoded: what of it is whole, and of a kind that is known."""

import zlib

from bus.wire import GARBAGE, Frame, Kinds, prefix_in, unpack_frame
from schemas import Event


def unpack_row(crc: int, row: bytes, kinds: Kinds) -> Frame[Event] | None:
    """Decode a row; None when it is damaged, or of a topic that nobody here knows."""
    if type(row) is not bytes:
        return None
    kind = kinds.get(prefix_in(row)[2:].decode(errors="replace"))
    if kind is None or zlib.crc32(row) != crc:
        return None
    try:
        return unpack_frame(kind, row)
    except GARBAGE:
        return None


def events_of(crc: int, body: bytes, kinds: Kinds) -> list[Event]:
    """Return the events of a row; none when it is damaged, or of a topic that nobody here knows."""
    frame = unpack_row(crc, body, kinds)
    return frame.events if frame else []
