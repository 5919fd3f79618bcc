"""The installation, as the simulation hears it on the bus: what is still to come, and what went wrong."""

import math
import time
from collections import Counter
from collections.abc import Callable

import anyio
from anyio.abc import TaskStatus

from bus import Bus
from schemas import (
    EVENTS,
    Cancelled,
    Event,
    Failed,
    Reply,
    Request,
    SpeechFinal,
    Status,
    StoryBeat,
    TurnStarted,
    VisitEnded,
    VisitStarted,
)

ROUTINE = ("superseded", "cancelled", "shutdown")
"""Reasons for which a request is dropped every day."""
ANSWER = 2.0
"""Seconds in which words have opened a turn if they ever will."""
LONGEST = 60.0
"""Seconds for which the last visitor's answers are waited for."""
SLACK = 0.01
HEARD = (
    Status, SpeechFinal, TurnStarted, StoryBeat, VisitStarted, VisitEnded,
    *(kind for kind in EVENTS.values() if issubclass(kind, Request | Reply)),
)  # fmt: skip


class House:
    """Hears everything, and keeps what a simulation asks for."""

    def __init__(self) -> None:
        self.open: dict[str, Event] = {}
        """Requests without an answer, words without a turn, and turns without a beat."""
        self.ends: list[TurnStarted | VisitEnded] = []
        self.finals: dict[str, SpeechFinal] = {}
        self.turns: dict[str, TurnStarted] = {}
        """By the id of the words that opened them."""
        self.failures: Counter[str] = Counter()
        self.worst: dict[str, str] = {}
        """By failure: the event that tells of the last one."""
        self.pids: dict[str, int] = {}
        self.statuses: dict[str, Status] = {}
        self.advanced = 0.0
        self.base = (0, 0.0)
        """The story's process, and how far ahead its clock was when it was first heard of, less `advanced`."""
        self.busy = 0
        """People who are speaking at this moment."""
        self.last = time.monotonic()
        self.changed = anyio.Event()

    async def listen(
        self, bus: Bus, hear: Callable[[Event], None], *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED
    ) -> None:
        """Hear everything until cancelled; `hear` gets it, too."""
        async with bus.subscribe(*HEARD, keep=100) as events:
            task_status.started()
            async for event in events:
                self.note(event)
                hear(event)

    def note(self, event: Event) -> None:
        """Take in one event."""
        if isinstance(event, Status):
            self._status(event)
        else:
            self.last = time.monotonic()
            self._progress(event)
            self._trouble(event)
        self.changed.set()
        self.changed = anyio.Event()

    async def settled(self) -> None:
        """Return when everything that was asked for has come, or will not come any more."""
        with anyio.move_on_after(LONGEST):
            while not self.quiet(0.2):
                with anyio.move_on_after(0.2):
                    await self.news()

    async def news(self) -> None:
        """Return when something was heard."""
        await self.changed.wait()

    def _progress(self, event: Event) -> None:
        if isinstance(event, SpeechFinal):
            self.finals[event.id] = self.open[event.id] = event
        elif isinstance(event, Request):
            self.open[event.id] = event
        elif isinstance(event, Reply):
            self.open.pop(event.cause, None)
        elif isinstance(event, TurnStarted):
            self.open.pop(event.cause, None)
            self.turns[event.cause] = event
            self._settle(event)
            self.open[event.id] = event
        elif isinstance(event, StoryBeat):
            self.open.pop(event.cause, None)
        elif isinstance(event, VisitEnded):
            self._settle(event)
        if isinstance(event, TurnStarted | VisitEnded):
            self.ends.append(event)

    def _settle(self, event: TurnStarted | VisitEnded) -> None:
        """What belonged to older turns is planned no more."""
        for each in [each for each in self.open.values() if isinstance(each, TurnStarted)]:
            if each.visit == event.visit:
                del self.open[each.id]

    def _trouble(self, event: Event) -> None:
        if isinstance(event, Failed):
            self.count(event.source, f"{event.request} failed ({event.error})", event.id)
        elif isinstance(event, Cancelled) and event.reason not in ROUTINE:
            self.count(event.source, f"{event.request} {event.reason}", event.id)

    def count(self, service: str, what: str, event_id: str = "") -> None:
        """Count a failure of a service."""
        self.failures[f"{service}: {what}"] += 1
        self.worst[f"{service}: {what}"] = event_id

    def _status(self, status: Status) -> None:
        before = self.pids.get(status.source, status.pid)
        if before != status.pid:
            self.count(status.source, "started anew")
        self.pids[status.source] = status.pid
        self.statuses[status.source] = status
        if status.source == "story" and self.base[0] != status.pid:
            self.base = (status.pid, ahead_of(status) - self.advanced)

    def quiet(self, settled: float) -> bool:
        """Return whether nothing is to come but what waits for its time."""
        now = time.monotonic()
        for each in [each for each in self.open.values() if isinstance(each, SpeechFinal)]:
            if now - each.clock > ANSWER:
                del self.open[each.id]  # it said nothing, or nobody who was meant
        return not self.busy and not self.open and now - self.last >= settled

    def story_heard(self, since: float) -> bool:
        """Return whether the story has said how long it waits, after a moment, by a clock that is where ours is."""
        status = self.statuses.get("story")
        there = status is not None and ahead_of(status) - self.base[1] >= self.advanced - SLACK
        return bool(status and status.clock >= since and there)

    def story_waits(self, since: float) -> float:
        """Return for how many seconds the story waits from now on; for ever while nobody is on stage."""
        status = self.statuses.get("story")
        if status is None or not self.story_heard(since):
            return 0.0
        waits = status.reports.get("story", {}).get("next_step")
        age = time.monotonic() - status.clock
        return max(0.0, float(waits) - age) if isinstance(waits, int | float) else math.inf


def ahead_of(status: Status) -> float:
    """Return by how much the story's clock was put forward."""
    ahead = status.reports.get("story", {}).get("ahead", 0.0)
    return float(ahead) if isinstance(ahead, int | float) else 0.0
