"""Many texts looked for at once, in files of any size, as fast as one."""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

BLOCK = 8
SAFE = 2 * BLOCK - 1
"""A text of so many bytes holds a whole block, wherever the file's blocks begin."""
PIECE_BYTES = 1_000_000


class Needles:
    """Texts, as bytes.

    A piece of a file is taken as numbers of eight bytes each, of which a set finds those that stand in some text as
    well. Only where there are any, that text itself is looked for. Short texts have to be looked for one by one.
    """

    def __init__(self, texts: Iterable[bytes]) -> None:
        self._short: set[bytes] = set()
        self._by_block: dict[int, set[bytes]] = defaultdict(set)
        self.longest = 1
        for text in texts:
            self.longest = max(self.longest, len(text))
            if len(text) < SAFE:
                self._short.add(text)
                continue
            end = text[-SAFE:]  # more often than its beginning it is a text's own
            for place in range(BLOCK):
                self._by_block[int.from_bytes(end[place : place + BLOCK], sys.byteorder)].add(text)
        self._blocks = set(self._by_block)

    def found(self, data: bytes) -> set[bytes]:
        """Return which of the texts stand in some bytes."""
        hits = self._blocks.intersection(memoryview(data)[: len(data) // BLOCK * BLOCK].cast("Q"))
        likely = self._short.union(*(self._by_block[hit] for hit in hits))
        return {text for text in likely if text in data}

    def pieces(self, path: Path) -> Iterator[bytes]:
        """Yield a file piece by piece; whatever of these texts is in it is whole in one of them."""
        rest = b""
        with path.open("rb") as file:
            while data := rest + file.read(PIECE_BYTES):
                if len(data) == len(rest):
                    return
                yield data
                rest = data[max(0, len(data) - self.longest + 1) :]

    def within(self, path: Path) -> set[bytes]:
        """Return which of the texts stand in a file."""
        found: set[bytes] = set()
        for piece in self.pieces(path):
            found |= self.found(piece)
        return found
