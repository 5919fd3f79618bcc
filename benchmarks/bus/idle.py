"""A process that joins the bus, listens to one kind of event, and does nothing else."""

import sys
import time
from pathlib import Path

import anyio

from bus import open_bus
from schemas import StoryBeat


async def main(folder: Path) -> None:
    """Say when the bus is open, and be there until killed."""
    async with open_bus("idle", run=folder / "run", journals=folder / "journal") as bus:
        print(time.monotonic(), flush=True)
        async with bus.subscribe(StoryBeat):
            print("ready", flush=True)
            await anyio.sleep_forever()


if __name__ == "__main__":
    anyio.run(main, Path(sys.argv[1]))
