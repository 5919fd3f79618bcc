"""Other processes that run a script of this folder."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio

from tests.bus.mesh import Player

HERE = Path(__file__).parent
PAGE = 4_096


@asynccontextmanager
async def script(name: str, *words: str | Path) -> AsyncIterator[Player]:
    """Start a script in another process; kill it at the end."""
    command = [sys.executable, str(HERE / name), *map(str, words)]
    async with await anyio.open_process(command, stderr=None, env={"PYTHONPATH": str(HERE.parents[1])}) as one:
        try:
            yield Player(one)
        finally:
            if one.returncode is None:
                one.kill()


def memory(player: Player) -> int:
    """Return how much memory a process uses."""
    return int(Path(f"/proc/{player.process.pid}/statm").read_text(encoding="ascii").split()[1]) * PAGE
