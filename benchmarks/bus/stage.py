"""The processes of a measurement: real ones, each with one part to play and one result to hand in."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec

from benchmarks.bus.board import WINDOW

CHECKOUT = Path(__file__).parents[2]
ON_THE_BUS = ("ours", "ways", "pictures", "topics", "past")
"""Modules whose parts say `ready` before anything else; all others meet on the board."""


class Orders(msgspec.Struct, frozen=True, kw_only=True):
    """What a part needs to know."""

    folder: str = ""
    """Where the participants meet."""
    bell: int = 0
    """Descriptor that wakes the sender."""
    reader: int = 0
    """Number of this reader."""
    readers: int = 1
    seconds: float = 1.0
    """How long to send."""
    count: int = 0
    """How many to send."""
    window: int = WINDOW
    """How many may be on their way; 0 for any number."""
    log: bool = False
    """On the log lane instead of the live lane."""
    coalesced: bool = False
    """Events of one turn share frames."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What a part found."""

    events: int = 0
    seconds: float = 0.0
    """From the first to the last of them."""
    processor: float = 0.0
    """Seconds of a core, all threads of the process together."""
    waits: list[float] = []
    """Seconds, of each single one."""
    lost: int = 0
    """What never came, or came twice."""
    until: float = 0.0
    """The machine's clock at the end."""
    frames: int = 0
    """In which the events travelled."""
    repairs: int = 0
    """How often a journal was read on."""


class Player:
    """A process that plays a part."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def line(self) -> str:
        """Return the next line that it says."""
        line = self.process.stdout.readline() if self.process.stdout else ""
        if not line:
            raise SystemExit(f"a process of the benchmark ended early, with {self.process.wait()}")
        return line.rstrip()

    def result(self) -> Result:
        """Return what it found."""
        return msgspec.json.decode(self.line(), type=Result)


class Stage:
    """A folder of its own for one measurement, and who plays on it."""

    def __init__(self, folder: Path, players: ExitStack) -> None:
        self.folder = folder
        self._bell = os.eventfd(0, os.EFD_NONBLOCK)
        players.callback(os.close, self._bell)
        self._players = players

    def play(self, part: str, orders: Orders) -> Player:
        """Start a process; where it joins the bus, return when it has."""
        orders = msgspec.structs.replace(orders, folder=str(self.folder), bell=self._bell)
        command = [sys.executable, "-m", "benchmarks.bus.play", part, msgspec.json.encode(orders).decode()]
        player = self._start(command)
        if part.partition(":")[0] in ON_THE_BUS:
            player.line()
        return player

    def run(self, module: str, *words: str) -> Player:
        """Start a process that runs a module of this package."""
        return self._start([sys.executable, "-m", f"benchmarks.bus.{module}", str(self.folder), *words])

    def _start(self, command: list[str]) -> Player:
        process = self._players.enter_context(
            subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, pass_fds=[self._bell])
        )
        self._players.callback(process.kill)
        return Player(process)


@contextmanager
def stage() -> Iterator[Stage]:
    """Yield a stage; at the end everybody on it is killed, and the folder is gone."""
    with tempfile.TemporaryDirectory(prefix="fs") as folder, ExitStack() as players:
        yield Stage(Path(folder), players)
