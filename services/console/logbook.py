"""A service's log: its newest lines, those of rotated files before them, and what comes."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

STAMP = re.compile(r'timestamp="?(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)"?')
LEVEL = re.compile(r"\blevel=(\w+)")
LEVELS = ("debug", "info", "warning", "error", "critical")
CHUNK = 65_536


class Line(NamedTuple):
    """One line of a log."""

    service: str
    text: str
    stamp: str = ""
    """When it was written; that of the line before where it says nothing, as the lines of a stack do."""
    level: str = ""
    """How important it is; that of the line before where it says nothing."""


class Logbook:
    """The log of one service, with what supervisord has put aside of it."""

    def __init__(self, service: str, file: Path) -> None:
        self.service, self.file = service, file
        self.last = Line(service, "", level="info")
        self.inode, self.place, self.rest = 0, 0, b""

    def newest(self, count: int) -> list[Line]:
        """Return the newest lines, oldest first; `new` goes on behind them."""
        files = [path for path in (*self.older(), self.file) if path.exists()]
        texts: list[bytes] = []
        for path in reversed(files):
            texts = path.read_bytes().splitlines() + texts
            if len(texts) > count:
                break
        if self.file.exists():
            found = self.file.stat()
            self.inode, self.place = found.st_ino, found.st_size
        return [self.line(text) for text in texts[-count:]] if count else []

    def new(self) -> Iterator[Line]:
        """Yield what was written since the last time, also when the file was begun anew meanwhile."""
        if not self.file.exists():
            return
        found = self.file.stat()
        if found.st_ino != self.inode:
            aside = next((path for path in self.older() if path.exists() and path.stat().st_ino == self.inode), None)
            if aside:
                yield from self.read(aside)
            self.inode, self.place, self.rest = found.st_ino, 0, b""
        elif found.st_size < self.place:
            self.place, self.rest = 0, b""
        yield from self.read(self.file)

    def read(self, file: Path) -> Iterator[Line]:
        """Yield the whole lines from where we are to the end of a file."""
        with file.open("rb") as opened:
            opened.seek(self.place)
            while chunk := opened.read(CHUNK):
                self.place += len(chunk)
                *whole, self.rest = (self.rest + chunk).split(b"\n")
                for text in whole:
                    yield self.line(text)

    def older(self) -> list[Path]:
        """Return the rotated files, the oldest first."""
        return sorted(self.file.parent.glob(f"{self.file.name}.*"), key=lambda path: -number_of(path))

    def line(self, text: bytes) -> Line:
        """Return a line with what is known of it."""
        plain = text.decode(errors="replace")
        stamp, level = STAMP.search(plain), LEVEL.search(plain)
        self.last = Line(
            self.service, plain, stamp[1] if stamp else self.last.stamp, level[1] if level else self.last.level
        )
        return self.last


def number_of(path: Path) -> int:
    """Return how old a rotated file is; 0 for what is none."""
    number = path.suffix.removeprefix(".")
    return int(number) if number.isdigit() else 0
