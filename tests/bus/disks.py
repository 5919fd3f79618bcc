"""Disks that are full, and journals that somebody else holds: real ones."""

import errno
import os
import resource
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bus.journal.files import journal_path

SMALL_BYTES = 1_500_000


class Disk:
    """A folder with little room, which can be filled and emptied again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Leave no room at all."""
        with self._ballast.open("ab", buffering=0) as ballast:
            for size in (65_536, 4_096, 512, 1):
                try:
                    while True:
                        ballast.write(bytes(size))
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise

    def empty(self) -> None:
        """Make room."""
        self._ballast.unlink()


class Cap(Disk):
    """A folder in which no file can grow: what an ordinary user can do instead of filling a disk."""

    def fill(self) -> None:
        """Leave no room in any file of this process."""
        most = max((path.stat().st_size for path in self.folder.rglob("*") if path.is_file()), default=0)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))

    def empty(self) -> None:
        """Make room."""
        hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


@contextmanager
def small_disk(folder: Path) -> Iterator[Disk]:
    """Make a folder a small disk of its own, where this user may do that; a capped folder otherwise."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_BYTES},mode=0700", "none", str(folder)]
    if os.geteuid() == 0 and subprocess.run(mount, capture_output=True, check=False).returncode == 0:
        try:
            yield Disk(folder)
        finally:
            subprocess.run(["umount", "-l", str(folder)], check=True)
    else:
        with capped(folder) as disk:
            yield disk


@contextmanager
def capped(folder: Path) -> Iterator[Disk]:
    """Yield a folder in which files can be kept from growing."""
    cap = Cap(folder)
    try:
        yield cap
    finally:
        cap.empty()


@contextmanager
def held(folder: Path, source: str) -> Iterator[None]:
    """Hold a journal, so that nobody else can write it."""
    base = sqlite3.connect(journal_path(folder, source), isolation_level=None)
    base.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        base.execute("ROLLBACK")
        base.close()
