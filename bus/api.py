"""What a bus is, whatever carries it."""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeVar

import msgspec

from schemas import Event, Request

EventT = TypeVar("EventT", bound=Event)
RequestT = TypeVar("RequestT", bound=Request)
HeardT_co = TypeVar("HeardT_co", covariant=True)

Report = dict[str, str | int | float | list[str]]
"""What one part of a service says of itself, for an operator."""


class Forgot(msgspec.Struct):
    """What was forgotten by one participant."""

    events: int = 0
    letters: int = 0
    """Dead letters."""
    files: list[str] = []
    """Journals that had been put aside, held some of it, and were removed as a whole."""


class Subscription(Protocol[HeardT_co]):
    """The events of some kinds, as they come; for one reader."""

    @property
    def dropped(self) -> dict[str, int]:
        """How many events of each live topic were dropped because newer ones came before they were asked for."""

    def __aiter__(self) -> "Subscription[HeardT_co]": ...

    async def __anext__(self) -> HeardT_co:
        """Return the next event; wait for it."""


class Bus(Protocol):
    """One participant's connection to all others. To be used from its event loop."""

    name: str
    """The participant's name: the source of its events."""
    reports: dict[str, Callable[[], Report]]
    """By section: what goes out in `status` every second."""

    async def publish(self, event: EventT) -> EventT:
        """Record an event, send it, and return it with id, time, clock and source; wait while the outbox is full.

        Raise `AlreadyAnswered` for a second terminal reply to one request, and `Undeclared` for a kind that this
        participant does not say. Cancelling does not take the event back. Inside `handling` it returns at once: the
        event leaves when the block ends, or never.
        """

    def post(self, event: EventT) -> EventT:
        """Queue an event and return it with id, time, clock and source. It is recorded and sent soon.

        Raise `Full` when a log lane event finds no room; on the live lane the oldest ones give way. Raise `Undeclared`
        for a kind that this participant does not say.
        """

    async def room(self) -> None:
        """Return when `post` finds room on the log lane: for whoever has more to post than fits at once.

        `publish` waits for its own event to be recorded as well, and with it for everything before it.
        """

    def subscribe(
        self, *kinds: type[EventT], keep: int = 1, durable: bool = False
    ) -> AbstractAsyncContextManager[Subscription[EventT]]:
        """Hear every event of some kinds that is published from when this is entered, by others and by this bus.

        Of each live topic the newest `keep` events wait to be handled; of the log lane all do. A `durable` subscription
        begins behind the last event that was left by `handling`, in this life or an earlier one; a participant has one
        of them. Raise `Undeclared` for a kind that this participant does not hear.
        """

    def handling(self, event: Event) -> AbstractAsyncContextManager[int]:
        """Handle an event of a durable subscription: what is published inside, and that it is handled, is one commit.

        Yield how often the event has been in hand, 1 for the first time. An error inside records nothing, and the
        event comes again after a restart; the third time it is set aside instead. Other events of the log lane wait
        until the block ends: be quick, and decide before. One event is handled at a time.
        """

    def attempting(self, event: Event) -> AbstractAsyncContextManager[int]:
        """Note durably that an event is in hand; yield how often it has been, 1 for the first time.

        The note goes when the block ends or is cancelled, and with the terminal reply; it stays after an error or a
        kill, so that the next life knows what may have broken this one.
        """

    async def set_aside(self, event: Event, reason: str) -> None:
        """Keep an event that cannot be handled as a dead letter, for people."""

    async def forget(self, visits: Collection[str], ids: Collection[str] = (), *, rewrite: bool = False) -> Forgot:
        """Remove from this participant's journal all events of some visits, and those of some ids; return how many.

        When this returns, nothing of what had been published before is left of them in any file of the journal. Others
        are not held up, and miss nothing: the numbers stay. `rewrite` also writes the whole file anew, for traces that
        lie between what it holds.
        """

    async def last(self, kind: type[EventT], visit: str = "") -> EventT | None:
        """Return the newest event of a log kind, of one visit or of any, or None."""

    async def outstanding(self, kind: type[RequestT]) -> list[RequestT]:
        """Return the requests of a kind that this participant has given no terminal reply to, oldest first."""

    async def get(self, event_id: str) -> Event | None:
        """Return the event of an id, or None."""

    async def history(  # noqa: PLR0913
        self,
        *,
        topics: Sequence[str] = (),
        source: str = "",
        visit: str = "",
        cause: str = "",
        since: float = 0.0,
        until: float = 0.0,
        limit: int = 1000,
        newest: bool = False,
    ) -> list[Event]:
        """Return what was published on the log lane, oldest first. Empty or zero means any.

        `since` and `until` are wall clock times. `newest` keeps the newest `limit` events instead of the oldest.
        """
