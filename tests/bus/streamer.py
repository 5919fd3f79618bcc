"""A participant that posts events at a rate, and looks at nobody.

`streamer.py <run> <journals> <name> <live or log> <per second> <bytes> <burst seconds> <pause seconds>`. It begins when
the file `go` lies beside the run directory, stops when `hush` does, and then says how many events that were.
"""

import sys
import time
from pathlib import Path

import anyio

from bus import Bus, open_bus
from schemas import Event, ImageProgress, StoryBeat


def make(lane: str, number: int, size: int) -> Event:
    """Return an event of a size."""
    if lane == "live":
        return ImageProgress(step=number, of=0, preview=bytes(size))
    return StoryBeat(number=number, text="x" * size)


async def stream(bus: Bus, lane: str, rate: float, size: int, *rhythm: float, hush: Path) -> int:
    """Post events, or publish them where they are recorded, until told to hush; return how many."""
    burst, pause = rhythm
    number, begin = 0, time.monotonic()
    while not hush.exists():
        beat = (time.monotonic() - begin) % (burst + pause)
        full_beats = (time.monotonic() - begin) // (burst + pause)
        due = (full_beats * burst + min(beat, burst)) * rate
        while number < due:
            number += 1
            if lane == "live":
                bus.post(make(lane, number, size))
            else:
                await bus.publish(make(lane, number, size))
        await anyio.sleep(0.001)
    return number


async def main(run: Path, journals: Path, *words: str) -> None:
    """Take part until killed."""
    name, lane, *figures = words
    rate, size, *rhythm = map(float, figures)
    async with open_bus(name, run=run, journals=journals) as bus:
        print("ready", flush=True)  # noqa: T201
        while not (run.parent / "go").exists():
            await anyio.sleep(0.01)
        print(await stream(bus, lane, rate, int(size), *rhythm, hush=run.parent / "hush"), flush=True)  # noqa: T201
        await anyio.sleep_forever()


if __name__ == "__main__":
    anyio.run(main, Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
