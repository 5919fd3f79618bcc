"""A question to many journals at once: rows are taken from each as they are needed, and decoded as late as possible."""

import heapq
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import msgspec

from bus.journal.files import UNREADABLE, Damaged, journal_path
from bus.journal.reading import copies, reading
from bus.journal.rows import events_of
from bus.say import warn
from bus.wire import Kinds
from schemas import Event

SLACK = 1.0
"""Seconds that the events of one frame may lie apart."""
RARE = 3_000
"""Of a topic with fewer rows all are looked at; of another one all from a time on."""


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for. Empty or zero means any."""

    topics: Sequence[str] = ()
    source: str = ""
    visit: str = ""
    cause: str = ""
    since: float = 0.0
    until: float = 0.0
    limit: int = 1000
    newest: bool = False
    """True to keep the newest `limit` events instead of the oldest. The order is always oldest first."""


class Row(NamedTuple):
    """One row, not decoded yet."""

    rank: float
    """Where it stands between the rows of others: at its time, but never before the row of its own source before it."""
    crc: int
    body: bytes


class Broken(Exception):
    """Raised when a journal cannot be read to its end."""

    def __init__(self, source: str, reason: Exception) -> None:
        super().__init__(source, reason)
        self.source, self.reason = source, reason


class Walk:
    """Answers one question."""

    def __init__(self, folder: Path, query: Query, kinds: Kinds) -> None:
        self._folder = folder
        self._query = query
        self._kinds = kinds
        self._sign = -1.0 if query.newest else 1.0
        self._broken: dict[str, Exception] = {}
        """By source: what is wrong with its journal."""

    def events(self, sources: Sequence[str]) -> list[Event]:
        """Return the events of some sources, oldest first."""
        while True:
            with ExitStack() as opened:
                try:
                    rows = [one for source in sources for one in self._rows(source, opened)]
                    return self._collect(heapq.merge(*rows))
                except Broken as broken:
                    if broken.source in self._broken:
                        raise
                    self._broken[broken.source] = broken.reason

    def _collect(self, rows: Iterator[Row]) -> list[Event]:
        """Decode rows until no other can hold an event that belongs among the first."""
        limit = self._query.limit
        slack = SLACK if self._query.newest else 0.0
        found: list[tuple[float, Event]] = []
        enough = float("inf")
        bad = 0
        for row in rows:
            if len(found) >= limit:
                if enough == float("inf"):
                    enough = sorted(rank for rank, _ in found)[limit - 1] + slack
                if row.rank > enough:
                    break
            events = events_of(row.crc, row.body, self._kinds)
            if events:
                found += self._fitting(row.rank, events)
            else:
                bad += zlib.crc32(row.body) != row.crc
        if bad:
            warn("journal.bad_rows", folder=self._folder.name, count=bad)
        found.sort(key=itemgetter(0))
        chosen = [event for _, event in found[:limit]]
        return chosen[::-1] if self._query.newest else chosen

    def _fitting(self, rank: float, events: list[Event]) -> Iterator[tuple[float, Event]]:
        """Yield what fits of the events of a frame, with the rank of each."""
        since, until, sign = self._query.since, self._query.until, self._sign
        shift = rank - sign * events[0].time
        for event in reversed(events) if self._query.newest else events:
            if event.time >= since and (not until or event.time <= until):
                yield sign * event.time + shift, event

    def _rows(self, source: str, opened: ExitStack) -> list[Iterator[Row]]:
        if source in self._broken:
            return self._rows_of_copy(source)
        try:
            base = opened.enter_context(reading(self._folder, source))
            return [self._watched(source, walk) for walk in self._walks(base)]
        except UNREADABLE as error:
            raise Broken(source, error) from error

    def _rows_of_copy(self, source: str) -> list[Iterator[Row]]:
        """Return what is whole in a damaged journal."""
        path = journal_path(self._folder, source)
        lists = copies.ask(path, self._broken[source], lambda base: [list(walk) for walk in self._walks(base)])
        return [iter(rows) for rows in lists]

    def _watched(self, source: str, walk: Iterator[Row]) -> Iterator[Row]:
        try:
            yield from walk
        except UNREADABLE as error:
            raise Broken(source, error) from error

    def _walks(self, base: sqlite3.Connection) -> list[Iterator[Row]]:
        """Return the rows in question, each walk in its order: a topic at a time where that keeps every walk short."""
        query = self._query
        one_by_one = not (query.visit or query.cause) and bool(query.topics)
        if one_by_one and (query.since or query.until):
            one_by_one = all(is_rare(base, topic) for topic in query.topics)
        if not one_by_one:
            return [self._walk(base, query.topics, by_topic=False)]
        return [self._walk(base, [topic], by_topic=True) for topic in query.topics]

    def _walk(self, base: sqlite3.Connection, topics: Sequence[str], *, by_topic: bool) -> Iterator[Row]:
        sign, rank = self._sign, float("-inf")
        for time, crc, body in base.execute(*self._question(topics, by_topic=by_topic)):
            if type(time) is not float or type(crc) is not int or type(body) is not bytes:
                raise Damaged("a row is not what a row has to be")
            rank = max(rank, sign * time)
            yield Row(rank, crc, body)

    def _question(self, topics: Sequence[str], *, by_topic: bool) -> tuple[str, list[str | float]]:
        """Return the SQL and its values. A plus keeps a condition from choosing the index."""
        query = self._query
        plus = "+" if by_topic or query.visit or query.cause else ""
        by_time = not plus and bool(query.since or query.until)
        terms: list[tuple[str, Sequence[str | float]]] = [
            ("visit = ?", [query.visit] if query.visit else []),
            (f"{'+' if query.visit else ''}cause = ?", [query.cause] if query.cause else []),
            (f"{plus}time >= ?", [query.since - SLACK] if query.since else []),
            (f"{plus}time <= ?", [query.until] if query.until else []),
            (f"{'' if by_topic else '+'}topic IN ({', '.join('?' * len(topics))})", topics),
        ]
        where = " AND ".join(term for term, values in terms if values)
        order = "time" if by_time else "seq"
        sql = (
            f"SELECT time, crc, body FROM frames{' INDEXED BY frames_time' if by_time else ''}"  # noqa: S608
            f"{' WHERE ' if where else ''}{where} ORDER BY {order}{' DESC' if query.newest else ''}"
        )
        return sql, [value for _, values in terms for value in values]


def is_rare(base: sqlite3.Connection, topic: str) -> bool:
    """Say whether a journal has few rows of a topic."""
    find = "SELECT count(*) FROM (SELECT 1 FROM frames WHERE topic = ? LIMIT ?)"
    return bool(base.execute(find, (topic, RARE)).fetchone()[0] < RARE)
