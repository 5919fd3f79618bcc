"""A participant that hears pictures and beats: `listener.py <run> <journals> <name> <reads or not>`."""

import sys
from pathlib import Path

import anyio

from bus import open_bus
from schemas import ImageProgress, StoryBeat


async def main(run: Path, journals: Path, *words: str) -> None:
    """Take part until killed."""
    name, reads = words
    async with open_bus(name, run=run, journals=journals) as bus, bus.subscribe(ImageProgress, StoryBeat) as events:
        print("ready", flush=True)  # noqa: T201
        if reads == "not":
            await anyio.sleep_forever()
        async for _ in events:
            pass


if __name__ == "__main__":
    anyio.run(main, Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
