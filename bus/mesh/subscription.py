"""One subscription: where it stands in each source, and how it gets back what it missed.

There is one way to recover. Whatever went wrong (a full pipe, a late start, a stall, a slow handler, a source that
died), the source's journal is read on from the position; frames that arrive meanwhile only tell how far.
"""

import asyncio
from collections import deque
from collections.abc import Collection, Mapping
from time import monotonic
from typing import Generic, NamedTuple

import anyio

from bus import history
from bus.api import EventT
from bus.journals import Journals
from bus.mesh.inbox import Inbox
from bus.say import warn
from bus.wire import Frame, Heads
from schemas import Event

LOOK_SECONDS = 0.005


class Track:
    """Where a subscription stands in one source: all events of its topics up to `position` were handed on."""

    __slots__ = ("known", "position", "repairing", "source", "unread")

    def __init__(self, source: str, position: int) -> None:
        self.source = source
        self.position = position
        self.known = position
        """The newest number that is known to exist."""
        self.unread = False
        """True when the journal's end is to be read, whatever is known of it."""
        self.repairing = False


class Tally:
    """What the subscriptions of a bus have met."""

    def __init__(self) -> None:
        self.bad = 0
        self.repairs = 0
        self.lost = 0
        self.undeclared = 0


class Shared(NamedTuple):
    """What all subscriptions of a bus use."""

    journals: Journals
    tally: Tally
    says: Mapping[str, Collection[str]]
    """By participant: the topics that it declared, where it did."""


class MeshSubscription(Generic[EventT]):
    """An asynchronous iterator over the events of some topics."""

    def __init__(self, kinds: dict[str, type[Event]], keep: int, shared: Shared) -> None:
        self.kinds = kinds
        self.inbox = Inbox(keep)
        self.heard = dict.fromkeys(kinds, 0)
        """Events of each topic that arrived."""
        self._log_kinds = {topic: kind for topic, kind in kinds.items() if kind.lane == "log"}
        self._journals, self._tally, self._says = shared
        self._tracks: dict[str, Track] = {}
        self._seen: dict[tuple[str, str], int] = {}
        self._scope = anyio.CancelScope()
        self._broken: deque[Track] = deque()
        self._torn = anyio.Event()

    @property
    def dropped(self) -> dict[str, int]:
        """How many events of each live topic were dropped, because newer ones came before they were asked for."""
        return self.inbox.dropped

    def __aiter__(self) -> "MeshSubscription[EventT]":
        return self

    async def __anext__(self) -> EventT:
        inbox = self.inbox
        if inbox.batch and monotonic() < inbox.fresh_until:
            return inbox.batch.popleft()  # type: ignore[return-value]
        return await self._next()

    async def _next(self) -> EventT:
        """Make a new batch, after the loop has had its turn: it may have stood still while others published."""
        inbox = self.inbox
        turns = 2 if inbox.batch or inbox.stale else int(inbox.waits)
        for _ in range(turns):
            await asyncio.sleep(0)
        inbox.call_back()
        while not inbox.fill():
            await inbox.arrival()
        # Whoever has just looked outside need not look again for every event of a backlog that is old already.
        inbox.fresh_until = max(inbox.fresh_until, monotonic() + LOOK_SECONDS)
        return inbox.batch.popleft()  # type: ignore[return-value]

    def begin(self, positions: Mapping[str, int]) -> None:
        """Start behind a position in each source."""
        for source, seq in positions.items():
            self._tracks[source] = Track(source, seq)

    def skip(self, heads: Heads) -> None:
        """Start behind what a participant had sent when it heard of this subscription."""
        track = self._track(heads.source)
        if track is not None and not track.repairing:
            track.position = max(track.position, self._newest(heads))

    def take(self, frame: Frame[Event], size: int) -> None:
        """Hand on a frame of the log lane of so many bytes, unless something before it is missing."""
        track = self._tracks.get(frame.source) or self._track(frame.source)
        if track is None:
            self._tally.bad += 1
            return
        last = frame.last
        if last <= track.position:
            return
        if track.repairing or self.inbox.full or self._gap(track, frame):
            self._repair(track, last)
        else:
            self.inbox.weigh(size)
            self._hand(track, frame)

    def take_live(self, kind: type[Event], frame: Frame[Event]) -> None:
        """Hand on a frame of the live lane, and count what is missing before it."""
        topic, events, sent = frame.topic, frame.events, frame.sent
        key = (frame.source, topic)
        seen = self._seen.get(key)
        if seen is None:
            if not self._journals.hold(frame.source):
                self._tally.bad += 1
                return
        elif sent > seen:
            self.inbox.drop(kind, sent - seen)
        self._seen[key] = sent + len(events)
        self.heard[topic] += len(events)
        self.inbox.put_live(kind, events)
        if frame.marks.blob:
            self.inbox.lighten()

    def note(self, heads: Heads) -> None:
        """Compare with what a source says of its newest numbers."""
        track = self._track(heads.source)
        newest = self._newest(heads)
        if track is not None and newest > track.position:
            self._repair(track, newest)

    def read_on(self, source: str) -> None:
        """Read a source's journal on, not knowing of anything in it: it left, or this process stood still."""
        track = self._track(source) if self._log_kinds else None
        if track is not None:
            track.unread = True
            self._repair(track, 0)

    def close(self) -> None:
        """Stop recovering."""
        self._scope.cancel()

    async def mend(self) -> None:
        """Read journals on, a page at a time, as long as something is known to be missing."""
        with self._scope:
            while True:
                while not self._broken:
                    self._torn = anyio.Event()
                    await self._torn.wait()
                track = self._broken.popleft()
                await self.inbox.room()
                await self._read_on(track)
                if track.repairing:
                    self._broken.append(track)

    async def _read_on(self, track: Track) -> None:
        target, track.unread = track.known, False
        page = await self._journals.ask(history.page, track.source, track.position, self._log_kinds)
        self._tally.bad += page.bad
        self.inbox.weigh(page.size)
        for frame in page.frames:
            if self._gap(track, frame):
                self._lose(track, frame.seq)
            self._hand(track, frame)
        track.position = max(track.position, page.position)
        if not page.more and track.position < target:
            self._lose(track, target)
            track.position = target
        track.repairing = page.more or track.unread or track.known > track.position

    def _lose(self, track: Track, until: int) -> None:
        """Say that something is gone for good: it is counted, and not waited for."""
        self._tally.lost += 1
        warn("bus.lost", source=track.source, after=track.position, until=until)

    def _track(self, source: str) -> Track | None:
        track = self._tracks.get(source)
        if track is None and self._journals.hold(source):
            track = self._tracks[source] = Track(source, 0)
        return track

    def _newest(self, heads: Heads) -> int:
        return max((seq for topic, seq in heads.newest.items() if topic in self._log_kinds), default=0)

    def _gap(self, track: Track, frame: Frame[Event]) -> bool:
        position = track.position
        return any(seq > position and topic in self.kinds for topic, seq in frame.before.items())

    def _hand(self, track: Track, frame: Frame[Event]) -> None:
        events = frame.events if frame.seq > track.position else behind(track.position, frame)
        track.position = frame.last
        says = self._says.get(frame.source)
        if says is not None and frame.topic not in says:
            self._tally.undeclared += len(events)
        else:
            self.heard[frame.topic] += len(events)
            self.inbox.put(events)

    def _repair(self, track: Track, known: int) -> None:
        track.known = max(track.known, known)
        if not track.repairing:
            track.repairing = True
            self._tally.repairs += known > 0
            self._broken.append(track)
            self._torn.set()


def behind(position: int, frame: Frame[Event]) -> list[Event]:
    """Return the events of a frame that come after a position. Some may have been forgotten."""
    if not frame.marks.forgotten:
        return frame.events[position - frame.seq + 1 :]
    return [event for event in frame.events if int(event.id.rpartition(":")[2]) > position]
