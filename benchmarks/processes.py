"""What the processes of an installation cost: memory and processor time, from /proc (Linux only)."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

MEGABYTE = 1024.0
"""In the kilobytes that /proc counts in."""


def processes_of(project: Path) -> list[Path]:
    """Return the /proc folders of all that was started for a project: supervisord, services and their children."""
    wanted = f"FANTASCOPE_PROJECT={project}".encode()
    return [folder for folder in Path("/proc").glob("[0-9]*") if wanted in environment(folder)]


def environment(process: Path) -> list[bytes]:
    """Return what a process was started with; nothing when it is gone or another's."""
    try:
        return (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return []


def memory(processes: list[Path], what: str) -> float:
    """Return the sum of `Pss` or `Rss` of some processes, in MB."""
    return sum(kilobytes for process in processes for kilobytes in rolled_up(process, what)) / MEGABYTE


def rolled_up(process: Path, what: str) -> Iterator[float]:
    """Yield one line of a process's memory, in kB."""
    try:
        lines = (process / "smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return
    for line in lines:
        if line.startswith(f"{what}:"):
            yield float(line.split()[1])


def busy_seconds(project: Path) -> float:
    """Return the processor time that an installation has used so far, its finished children included."""
    ticks = 0
    for process in processes_of(project):
        try:
            fields = (process / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


class Load:
    """Measures how much of one core an installation uses from here on."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.since, self.used = time.monotonic(), busy_seconds(project)

    def percent(self) -> float:
        """Return the share of a core since the beginning, in per cent."""
        return 100 * (busy_seconds(self.project) - self.used) / (time.monotonic() - self.since)
