"""What processes cost: processor time and memory, with the children that work for them."""

import time
from collections.abc import Iterable

import msgspec
import psutil


class Cost(msgspec.Struct, frozen=True):
    """What one service costs."""

    percent: float
    """Of one core, since the last look."""
    megabytes: float
    """Memory, shared parts divided among those who share them where the system can tell."""
    processes: int


class Meter:
    """Looks at processes again and again."""

    def __init__(self) -> None:
        self.spent: dict[psutil.Process, float] = {}
        self.looked = time.monotonic()

    def look(self, pids: Iterable[tuple[str, int]]) -> dict[str, Cost]:
        """Return what each named process costs; who is gone costs nothing."""
        now = time.monotonic()
        elapsed, self.looked = max(now - self.looked, 1e-3), now
        spent: dict[psutil.Process, float] = {}
        costs = {name: self._cost(family(pid), elapsed, spent) for name, pid in pids}
        self.spent = spent
        return costs

    def _cost(self, processes: list[psutil.Process], elapsed: float, spent: dict[psutil.Process, float]) -> Cost:
        seconds = megabytes = 0.0
        for process in processes:
            try:
                times = process.cpu_times()
                megabytes += memory(process) / 1e6
            except psutil.Error:
                continue
            spent[process] = times.user + times.system
            seconds += spent[process] - self.spent.get(process, spent[process])
        return Cost(round(100 * seconds / elapsed, 1), round(megabytes, 1), len(processes))


def family(pid: int) -> list[psutil.Process]:
    """Return a process and all that it has started."""
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []


def memory(process: psutil.Process) -> int:
    """Return bytes: the proportional share on Linux, what is resident elsewhere."""
    if psutil.LINUX:
        return int(process.memory_full_info().pss)
    return int(process.memory_info().rss)
