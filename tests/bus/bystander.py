"""A participant that talks and listens while somebody else does harm: `bystander.py <run> <journals> <name>`.

Once the file `go` lies beside the run directory it says a beat every few milliseconds, until `hush` does, and writes
down the id of every beat that it hears. When `over` lies there it says its report.
"""

import json
import sys
from pathlib import Path

import anyio

from bus import Bus, Subscription, open_bus
from schemas import StoryBeat

SECONDS = 0.005


async def listen(beats: Subscription[StoryBeat], heard: Path) -> None:
    """Write down what is heard."""
    with heard.open("a", buffering=1, encoding="ascii") as file:
        async for beat in beats:
            file.write(f"{beat.id}\n")


async def cue(path: Path) -> None:
    """Return when a file is there."""
    while not path.exists():
        await anyio.sleep(0.02)


async def talk(bus: Bus, folder: Path) -> None:
    """Say beats from a cue to another."""
    await cue(folder / "go")
    number = 0
    while not (folder / "hush").exists():
        number += 1
        await bus.publish(StoryBeat(number=number, text="And then?", visit="v1"))
        await anyio.sleep(SECONDS)


async def main(run: Path, journals: Path, name: str) -> None:
    """Take part."""
    async with open_bus(name, run=run, journals=journals) as bus, bus.subscribe(StoryBeat) as beats:
        print("ready", flush=True)  # noqa: T201
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(listen, beats, run.parent / f"heard-{name}")
            await talk(bus, run.parent)
            print("hushed", flush=True)  # noqa: T201
            await cue(run.parent / "over")
            print(json.dumps(bus.reports["bus"]()), flush=True)  # noqa: T201
            tasks.cancel_scope.cancel()


if __name__ == "__main__":
    anyio.run(main, Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
