"""The pages of a SQLite file and of its log, read without SQLite: a leaf can be whole where what leads there is not."""

import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

TABLE_LEAF, INDEX_LEAF = 0x0D, 0x0A
LOG_HEADER, LOG_FRAME = 32, 24
PAGE_SIZES = {1 << power for power in range(9, 17)}
NUMBERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
"""Bytes of an integer, by its type."""

GARBLED = (IndexError, KeyError, ValueError, struct.error)
"""What decoding can raise."""

Value = None | int | float | str | bytes
Record = list[Value]


class Pages:
    """A file, in all the versions of its pages."""

    def __init__(self, path: Path) -> None:
        """Read the file and its log. Raise OSError when that cannot be done."""
        self._data = path.read_bytes()
        size = int.from_bytes(self._data[16:18], "big")
        self.size = size if size in PAGE_SIZES else 4096
        self._newest: dict[int, bytes] = {}
        self._older: list[bytes] = []
        with suppress(OSError):
            self._read_log(path.with_name(f"{path.name}-wal").read_bytes())

    def _read_log(self, log: bytes) -> None:
        for place in committed(log, self.size):
            number, page = int.from_bytes(log[place - LOG_FRAME : place - LOG_FRAME + 4], "big"), log[place:]
            if number in self._newest:
                self._older.append(self._newest[number])
            self._newest[number] = page[: self.size]

    def page(self, number: int) -> bytes:
        """Return the newest version of a page."""
        found = self._newest.get(number)
        return found if found is not None else self._in_file(number)

    def _in_file(self, number: int) -> bytes:
        found = self._data[(number - 1) * self.size : number * self.size]
        return found.ljust(self.size, b"\0") if found else b""

    def records(self) -> Iterator[Record | None]:
        """Yield every record of every leaf; None for one of a table that makes no sense."""
        for number in range(2, max([len(self._data) // self.size + 1, *self._newest]) + 1):
            page = self.page(number)
            yield from self._table(page)
            yield from self._index(page)
        for number in self._newest:
            yield from self._table(self._in_file(number))
        for page in self._older:
            yield from self._table(page)

    def _cells(self, page: bytes, kind: int) -> Iterator[int]:
        """Yield where the records of a leaf of a kind are."""
        if len(page) == self.size and page[0] == kind:
            count = int.from_bytes(page[3:5], "big")
            for place in range(8, min(8 + 2 * count, self.size - 1), 2):
                yield int.from_bytes(page[place : place + 2], "big")

    def _table(self, page: bytes) -> Iterator[Record | None]:
        for cell in self._cells(page, TABLE_LEAF):
            try:
                length, place = varint(page, cell)
                _, place = varint(page, place)
                yield decode(self._payload(page, place, length))
            except GARBLED:
                yield None

    def _index(self, page: bytes) -> Iterator[Record]:
        for cell in self._cells(page, INDEX_LEAF):
            with suppress(*GARBLED):
                length, place = varint(page, cell)
                if page[place] >= 4 and length < self.size // 5:  # the others are indexes, of two columns
                    yield decode(page[place : place + length])

    def _payload(self, page: bytes, place: int, length: int) -> bytes:
        """Return a record of a table, which may go on on other pages."""
        most = self.size - 35
        if length <= most:
            return page[place : place + length]
        least = (self.size - 12) * 32 // 255 - 23
        here = least + (length - least) % (self.size - 4)
        here = here if here <= most else least
        parts, left = [page[place : place + here]], length - here
        following = int.from_bytes(page[place + here : place + here + 4], "big")
        while left > 0:
            more = self.page(following)
            if not following or len(more) < self.size:
                raise ValueError("the rest is missing")
            parts.append(more[4 : 4 + left])
            following, left = int.from_bytes(more[:4], "big"), left - self.size + 4
        return b"".join(parts)


def committed(log: bytes, size: int) -> list[int]:
    """Return where the pages of a log are, up to the end of its last transaction; what is left of earlier lives is not.

    Checksums are not looked at: behind a damaged page there may be whole ones.
    """
    places = range(LOG_HEADER + LOG_FRAME, len(log) - size + 1, LOG_FRAME + size)
    first = log[LOG_HEADER + 8 : LOG_HEADER + 16]
    salt = log[16:24] if any(log[place - 16 : place - 8] == log[16:24] for place in places) else first
    found = [place for place in places if log[place - 16 : place - 8] == salt]
    while found and not any(log[found[-1] - 20 : found[-1] - 16]):
        found.pop()
    return found


def varint(data: bytes, place: int) -> tuple[int, int]:
    """Return a number of variable length, and where it ends."""
    value = 0
    for _ in range(8):
        byte = data[place]
        place += 1
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place
    return value << 8 | data[place], place + 1


def decode(payload: bytes) -> Record:
    """Decode a record; raise ValueError when it cannot be one."""
    end, place = varint(payload, 0)
    types = []
    while place < end:
        kind, place = varint(payload, place)
        types.append(kind)
    record: Record = []
    for kind in types:
        value, place = _value(payload, place, kind)
        record.append(value)
    if place != len(payload):
        raise ValueError("more or less than it says")
    return record


def _value(payload: bytes, place: int, kind: int) -> tuple[Value, int]:
    """Decode one value of a record."""
    if kind >= 12:
        end = place + (kind - 12) // 2
        data = payload[place:end]
        if len(data) < end - place:
            raise ValueError("too short")
        return (str(data, "utf-8", "replace") if kind % 2 else data), end
    if kind in NUMBERS:
        end = place + NUMBERS[kind]
        return int.from_bytes(payload[place:end], "big", signed=True), end
    if kind == 7:
        return struct.unpack_from(">d", payload, place)[0], place + 8
    return {0: None, 8: 0, 9: 1}[kind], place
