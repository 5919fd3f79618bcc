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
    well; only there it is compared with that text. Short texts have to be looked for one by one.
    """

    def __init__(self, texts: Iterable[bytes]) -> None:
        self._short: set[bytes] = set()
        self._by_block: dict[int, list[tuple[bytes, int]]] = defaultdict(list)
        """Texts, and where in them the block is."""
        self.longest = 1
        self.texts = frozenset(texts)
        for text in self.texts:
            self.longest = max(self.longest, len(text))
            if len(text) < SAFE:
                self._short.add(text)
                continue
            # Texts may begin alike, or end alike: what fewest others share is looked for.
            parts = [blocks_of(text, place) for place in {0, (len(text) - SAFE) // 2, len(text) - SAFE}]
            for block, place in min(parts, key=self._sharers):
                self._by_block[block].append((text, place))
        self._blocks = set(self._by_block)

    def _sharers(self, part: list[tuple[int, int]]) -> int:
        return max(len(self._by_block.get(block, ())) for block, _ in part)

    def found(self, data: bytes) -> set[bytes]:
        """Return which of the texts stand in some bytes."""
        found = {text for text in self._short if text in data}
        blocks = memoryview(data)[: len(data) // BLOCK * BLOCK].cast("Q")
        hits = self._blocks.intersection(blocks)
        for number, block in enumerate(blocks) if hits else ():
            if block in hits:
                for text, place in self._by_block[block]:
                    start = number * BLOCK - place
                    if start >= 0 and data.startswith(text, start):
                        found.add(text)
        return found

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
        return self.among(self.pieces(path))

    def among(self, pieces: Iterable[bytes]) -> set[bytes]:
        """Return which of the texts stand in one of several pieces. What was found is looked for no longer."""
        found: set[bytes] = set()
        left = self
        for piece in pieces:
            more = left.found(piece)
            if more:
                found |= more
                left = Needles(self.texts - found)
            if not left.texts:
                break
        return found


def blocks_of(text: bytes, place: int) -> list[tuple[int, int]]:
    """Return the blocks that begin at a place, or one of the next bytes: one of them lies where a file has one."""
    return [(int.from_bytes(text[at : at + BLOCK], sys.byteorder), at) for at in range(place, place + BLOCK)]
