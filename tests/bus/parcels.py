"""Frames for a journal, made without a bus."""

import time

import msgspec

from bus.journal.journal import Batch, Journal
from bus.parcel import Parcel
from bus.wire import START, tag_of
from schemas import Event, Reply, StoryBeat


def parcel_of(journal: Journal, number: int, event: Event | None = None, *, at: float = 0.0) -> Parcel:
    """Return a frame of one event, which is the start's event of that number; a beat where none is given."""
    seq = (journal.start << START) + number
    made = msgspec.structs.replace(
        event or StoryBeat(number=number, text="And then?"),
        id=f"{journal.source}:{seq}",
        source=journal.source,
        time=at or time.time(),
    )
    data = msgspec.msgpack.encode(made)
    return Parcel(
        kind=type(made),
        topic=tag_of(type(made)),
        seq=seq,
        events=[data],
        size=len(data),
        visit=made.visit,
        cause=made.cause,
        time=made.time,
        request=made.cause if isinstance(made, Reply) else "",
    )


def record(journal: Journal, numbers: range, *, at: float = 0.0, text: str = "And then?") -> None:
    """Record beats of three visits, one frame each, ten in a transaction."""
    for first in range(numbers.start, numbers.stop, 10):
        batch = Batch()
        for number in range(first, min(first + 10, numbers.stop)):
            beat = StoryBeat(number=number, text=f"{text} {number}", visit=f"v{number % 3}", cause=f"asr:{number % 7}")
            batch.parcels.append(parcel_of(journal, number, beat, at=at + number / 1_000 if at else 0.0))
        journal.record([batch])
