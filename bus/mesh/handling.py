"""Facts that are handled once: where a participant goes on after a restart, and what it is not given a third time."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Generic

import anyio

from bus.api import EventT
from bus.errors import AlreadyAnswered
from bus.history import NUMBER
from bus.journal.journal import Batch
from bus.journal.letters import Letter, letter
from bus.mesh.outbox import Outbox
from bus.mesh.subscription import MeshSubscription
from bus.parcel import Parcel
from bus.say import warn
from bus.wire import encode, tag_of
from schemas import Event

TRIES = 2
"""How often an event may be in hand when its service breaks."""


def place_of(event: Event) -> tuple[str, int] | None:
    """Return the source and the number of an event of the log lane, or None when its id is not of our making.

    Raise `ValueError` for an event of the live lane.
    """
    if event.lane != "log":
        raise ValueError(f"only what came on the log lane can be taken in hand, and {event.id!r} did not")
    source, _, number = event.id.rpartition(":")
    return (source, int(number)) if source == event.source and NUMBER.fullmatch(number) else None


def last_words(event: Event, reason: str) -> Letter:
    """Return a dead letter that holds an event."""
    return letter(reason, encode(event), source=event.source, topic=tag_of(type(event)), lane="log")


class Hands:
    """Takes events in hand: notes it durably, and commits what comes of them in one piece."""

    def __init__(self, name: str, outbox: Outbox, record: Callable[[Batch], None]) -> None:
        self.name = name
        self.set_aside = 0
        self._outbox = outbox
        self._record = record
        self._one_at_a_time = anyio.Lock()

    async def commit(self, batch: Batch) -> Batch:
        """Record a batch; return when that is done."""
        recorded = anyio.Event()
        batch.done = recorded.set
        self._record(batch)
        await recorded.wait()
        return batch

    @asynccontextmanager
    async def attempting(self, event: Event) -> AsyncIterator[int]:
        """Note that an event is in hand; yield how often it has been, this time included."""
        if place_of(event) is None:  # a stranger's: nothing can be noted of what has no name
            yield 1
            return
        try:
            yield (await self.commit(Batch(begun=event.id))).tries
        except anyio.get_cancelled_exc_class():
            self._record(Batch(ended=event.id))  # not the event's fault, as an error may be: then the note stays
            raise
        self._record(Batch(ended=event.id))

    @asynccontextmanager
    async def handling(self, event: Event) -> AsyncIterator[int]:
        """Commit the position behind an event and all that is published inside as one; yield like `attempting`."""
        batch = Batch(position=place_of(event), ended=event.id)
        recorded = anyio.Event()
        batch.done = recorded.set

        def release(parcels: list[Parcel]) -> None:
            batch.parcels = parcels
            self._record(batch)

        async with self._one_at_a_time, self.attempting(event) as tries:
            with self._outbox.group(release):
                yield tries
            await recorded.wait()
        refused = [parcel.request for parcel in batch.parcels if parcel.refused]
        if refused:
            raise AlreadyAnswered(f"{', '.join(refused)} has its terminal reply already")

    async def put_away(self, event: Event, reason: str, *, move_on: bool = False) -> None:
        """Keep an event as a dead letter; `move_on` goes on behind it after a restart, too."""
        self.set_aside += 1
        warn("bus.set_aside", event_id=event.id, topic=tag_of(type(event)), reason=reason)
        position = place_of(event) if move_on else None
        await self.commit(Batch(position=position, ended=event.id, letters=[last_words(event, reason)]))


class Durable(Generic[EventT]):
    """A subscription that goes on where an earlier life stopped, without what broke that life twice."""

    def __init__(self, events: MeshSubscription[EventT], hands: Hands, tries: dict[str, int]) -> None:
        """`tries` says how often events have been in hand without an end."""
        self._events = events
        self._hands = hands
        self._broken = {event_id for event_id, count in tries.items() if count >= TRIES}

    @property
    def dropped(self) -> dict[str, int]:
        """How many events of each live topic were dropped, because newer ones came before they were asked for."""
        return self._events.dropped

    def __aiter__(self) -> "Durable[EventT]":
        return self

    async def __anext__(self) -> EventT:
        while True:
            event = await anext(self._events)
            if event.id not in self._broken:
                return event
            self._broken.discard(event.id)
            await self._hands.put_away(event, f"broke `{self._hands.name}` {TRIES} times", move_on=True)
