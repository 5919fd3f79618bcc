"""Journals as after months in a gallery: many events in several of them, made quickly, by the bus's own writer."""

import random
from pathlib import Path

import msgspec

from bus.journal.entry import Batch
from bus.journal.journal import Journal
from bus.parcel import Parcel
from bus.wire import START, tag_of
from schemas import Event, ImageRequest, SpeechFinal, StoryBeat, TurnStarted

NAMES = ("story", "asr", "image", "audio", "display", "music", "sound", "light", "scent", "stage")
BEGAN = 1_760_000_000.0
"""Wall clock of the first event."""
SPACING = 0.5
"""Seconds between two events of the whole installation."""
TURNS = 12
"""Events of one turn of a visit, in each journal."""
VISIT = 40
"""Turns of a visit."""
BATCH = 2_000

KINDS: tuple[Event, ...] = (
    StoryBeat(number=1, text="The fox stopped at the edge of the forest and listened. Somewhere, water was running."),
    SpeechFinal(text="Then the fox finds a small door between the roots of the oldest tree."),
    ImageRequest(scene="A fox before a small round door between mossy roots, lantern light, evening mist"),
    TurnStarted(turn=1),
)


def build(folder: Path, journals: int = 8, events: int = 1_000_000) -> None:
    """Fill a folder with journals; events are of four topics, of visits one after the other, each caused by another."""
    for place in range(journals):
        fill(folder, place, journals, events // journals)


def fill(folder: Path, place: int, journals: int, events: int) -> None:
    """Fill one journal, one frame for each event."""
    journal = Journal(folder, NAMES[place] if place < len(NAMES) else f"other-{place}", 0)
    journal.base.execute("PRAGMA synchronous=OFF")
    dice = random.Random(place)
    for first in range(1, events + 1, BATCH):
        last = min(first + BATCH, events + 1)
        parcels = [
            parcel(journal, number, (number * journals + place) * SPACING, dice) for number in range(first, last)
        ]
        journal.record([Batch(parcels=parcels)])
        if first // BATCH % 10 == 9:
            journal.checkpoint()
    journal.checkpoint()
    journal.close()


def parcel(journal: Journal, number: int, after: float, dice: random.Random) -> Parcel:
    """Return one frame."""
    seq = (journal.start << START) + number
    turn = number // TURNS
    event = msgspec.structs.replace(
        dice.choices(KINDS, (10, 5, 2, 1))[0],
        id=f"{journal.source}:{seq}",
        source=journal.source,
        time=BEGAN + after,
        visit=f"visit-{turn // VISIT}",
        cause=f"{journal.source}:{(journal.start << START) + turn * TURNS}",
    )
    data = msgspec.msgpack.encode(event)
    kind = type(event)
    return Parcel(
        kind=kind,
        topic=tag_of(kind),
        seq=seq,
        events=[data],
        size=len(data),
        visit=event.visit,
        cause=event.cause,
        time=event.time,
    )
