"""A participant of another version: `skewed.py <run> <journals> <newer or older>`.

The newer one has a field, a topic, a mark at the end of every frame and an element at the end of what it says of itself
that this version does not know; the older one lacks those that may be left out. It hears a beat, says what it heard and
answers with a beat of its own.
"""

import sys
from pathlib import Path

import anyio

from bus import open_bus, wire
from bus.mesh import sending
from schemas import Event


class NewBeat(Event, tag="story.beat", frozen=True, kw_only=True):
    """A beat with a colour."""

    number: int
    text: str
    colour: str = "blue"


class OldBeat(Event, tag="story.beat", frozen=True, kw_only=True):
    """A beat that has nothing which may be left out."""

    number: int
    text: str


class Dance(Event, tag="story.dance", frozen=True, kw_only=True):
    """Something that nobody else has heard of."""

    step: int


class NewHeads(wire.Heads, array_like=True, frozen=True, gc=False):
    """Heads with something behind."""

    mood: str = "calm"


def old_heads(source: str, start: int, newest: dict[str, int], *_: object) -> list[object]:
    """Return the elements that were there from the beginning."""
    return [source, start, newest]


async def main(run: Path, journals: Path, *words: str) -> None:
    """Hear one beat, and answer."""
    newer = words[0] == "newer"
    kind: type[NewBeat | OldBeat] = NewBeat if newer else OldBeat
    setattr(sending, "Heads", NewHeads if newer else old_heads)  # noqa: B010 -- another version is what is tried here
    if newer:
        setattr(wire, "NO_MARKS", wire.encode({"colour": ["red"]}))  # noqa: B010
    async with open_bus("story", run=run, journals=journals) as bus, bus.subscribe(kind) as beats:
        print("ready", flush=True)  # noqa: T201
        heard = await anext(beats)
        print(heard.number, heard.text, heard.visit, flush=True)  # noqa: T201
        if newer:
            await bus.publish(Dance(step=1))
        for number in range(1, 4):
            await bus.publish(kind(number=number, text="From another time", visit="v1"))
            if newer:
                await bus.publish(Dance(step=number))
        await anyio.sleep_forever()


if __name__ == "__main__":
    anyio.run(main, Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
