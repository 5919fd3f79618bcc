"""What a bus answers from the journals."""

from collections.abc import Sequence

from bus import history
from bus.api import EventT, RequestT
from bus.history import Query
from bus.journals import Journals
from schemas import Event, topic_of


class Recall:
    """The questions of one participant about what was published on the log lane."""

    def __init__(self, name: str, journals: Journals) -> None:
        self.name = name
        self._journals = journals

    async def last(self, kind: type[EventT], visit: str = "") -> EventT | None:
        """Return the newest event of a log kind."""
        query = Query(topics=(topic_of(kind),), visit=visit, limit=1, newest=True)
        found = await self._journals.ask(history.read, query, {topic_of(kind): kind})
        return next((event for event in found if isinstance(event, kind)), None)

    async def outstanding(self, kind: type[RequestT]) -> list[RequestT]:
        """Return the requests that wait for this participant."""
        found = await self._journals.ask(history.outstanding, self.name, kind)
        return [request for request in found if isinstance(request, kind)]

    async def get(self, event_id: str) -> Event | None:
        """Return the event of an id."""
        return await self._journals.ask(history.get, event_id)

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
        """Return what was published on the log lane, oldest first."""
        query = Query(
            topics=topics, source=source, visit=visit, cause=cause, since=since, until=until, limit=limit, newest=newest
        )
        return await self._journals.ask(history.read, query)
