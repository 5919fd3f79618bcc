"""What is heard during a scenario: everything on the bus and at the simulated pages, since the last thing done."""

import time

import anyio
from anyio.abc import TaskStatus

from bus import Bus
from schemas import (
    Event,
    Hello,
    SpeechFinal,
    SpeechPartial,
    SpeechStarted,
    Status,
    TurnStarted,
    VisitEnded,
    topic_of,
)
from services.console.lines import QUIET, told, words_of
from services.console.rehearsal.wanted import KINDS, Heard, Wanted
from services.console.visitors.record import Seen, Told

KEEP = 1000
"""Live events that wait while something else is done."""
MOST = 4
"""Lines on what came instead."""


class Ear:
    """Hears everything; to be asked from the loop it listens in."""

    def __init__(self) -> None:
        self.since = time.monotonic()
        self.heard: list[Heard] = []
        self.more = anyio.Event()
        self.ends: list[TurnStarted | VisitEnded] = []
        """Turns and ends of visits: what made older work stale."""
        self.statuses: dict[str, Status] = {}
        self.pages: set[str] = set()
        self.utterances: set[str] = set()
        """What was said at the pages, and is not understood or rejected yet."""

    def begin(self) -> None:
        """Forget what came before: something is being done now."""
        self.since = time.monotonic()
        self.heard.clear()

    async def listen(self, bus: Bus, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """Hear the bus, both its lanes, until cancelled."""
        async with bus.subscribe(*KINDS, keep=KEEP) as events:
            task_status.started()
            async for event in events:
                self.hear(event)

    def hear(self, event: Event) -> None:
        """Take an event."""
        match event:
            case TurnStarted() | VisitEnded():
                self.ends.append(event)
            case Status():
                self.statuses[event.source] = event
            case SpeechStarted() if event.mic.removeprefix("page-") in self.pages:
                self.utterances.add(event.id)
            case SpeechFinal() | SpeechPartial(text=""):
                self.utterances.discard(event.cause)
            case Hello(source="asr"):
                self.utterances.clear()
        self._take(Heard(topic_of(type(event)), event.clock, event))

    def note(self, noted: Told | Seen) -> None:
        """Take something that happened at a page."""
        self.pages.add(noted.page)
        if isinstance(noted, Seen):
            self._take(Heard(f"page.{noted.kind}", noted.began, noted, noted.page))
        else:
            tag = type(noted.message).__struct_config__.tag
            self._take(Heard(f"page.{tag}", noted.at, noted.message, noted.page))

    def _take(self, heard: Heard) -> None:
        # What was said before and comes only now belongs to what was done before.
        if heard.clock >= self.since:
            self.heard.append(heard)
            self.more.set()
            self.more = anyio.Event()

    async def first(self, wanted: Wanted) -> Heard:
        """Return the first that fits of all that was heard since the last thing done; wait for it."""
        looked_at = 0
        while True:
            for heard in self.heard[looked_at:]:
                if wanted.fits(heard):
                    return heard
            looked_at = len(self.heard)
            await self.more.wait()

    def turn(self) -> tuple[str, int]:
        """Return the visit and the turn that are on; an empty name when none is."""
        newest = max(self.ends, key=lambda end: end.clock, default=None)
        return (newest.visit, newest.turn) if isinstance(newest, TurnStarted) else ("", 0)

    def instead(self, pattern: str) -> list[str]:
        """Return lines on what came instead of what a pattern means: its like, else the newest of anything."""
        conversation = pattern.split(".", maxsplit=1)[0]
        loud = [heard for heard in self.heard if heard.topic not in (*QUIET, "page.tick", "page.ears", "page.hearing")]
        like = [heard for heard in loud if heard.topic.split(".")[0] == conversation]
        return [self.line(heard) for heard in (like or loud)[-MOST:]]

    def line(self, heard: Heard) -> str:
        """Return something that was heard in one line, with its time since the last thing done."""
        what = heard.what
        if isinstance(what, Event):
            place, words = f"turn {what.turn}" if what.visit else "", words_of(what)
        else:
            place, words = heard.page, told(getattr(what, "text", "") or getattr(what, "url", ""))
        return f"{heard.clock - self.since:5.1f} s  {heard.topic:15}  {place:7}  {words}"
