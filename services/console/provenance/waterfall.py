"""A visit drawn as a waterfall: under every beat, what was asked for with it, when it was made, and by whom."""

import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import click

from schemas import (
    Cancelled,
    Event,
    Failed,
    Reply,
    Report,
    Request,
    SceneFinished,
    SceneShown,
    SpeechFinal,
    StoryBeat,
    TurnStarted,
    VisitEnded,
    topic_of,
)
from services.console.columns import cut, span, times
from services.console.lines import harmless

AREA = 30
"""Characters in which a bar is drawn."""
NAMES = {"image": "picture", "narration": "voice", "sound": "sound", "music": "music"}
"""What was asked for, by the first word of its topic."""
UNAVAILABLE = ": Unavailable: "
"""In what a backend says that is not there at all, which is no failure."""
WAITED, WORKED, SHOWN = "░", "█", "◆"


class Row(NamedTuple):
    """One request and what came of it."""

    name: str
    asked: float
    worked: float = 0.0
    """Seconds in somebody's hands, up to the answer."""
    answered: float = 0.0
    """Wall clock; 0 while nothing has come."""
    shown: float = 0.0
    """Wall clock when it was on the wall, or when its first sentence could be heard; 0 where it never was."""
    colour: str = ""
    words: str = ""


class Visit:
    """The events of a visit, by what they belong to."""

    def __init__(self, steps: Sequence[Event]) -> None:
        """`steps` are all events of the visit and the words that led to them, oldest first."""
        self.steps = steps
        self.effects: dict[str, list[Event]] = {}
        for step in steps:
            self.effects.setdefault(step.cause, []).append(step)
        self.by_id = {step.id: step for step in steps}

    def of(self, cause: Event, *kinds: type[Event]) -> list[Event]:
        """Return the events of some kinds that an event has led to at once."""
        return [event for event in self.effects.get(cause.id, ()) if isinstance(event, kinds)]

    def row(self, request: Request) -> Row:
        """Return a request with what came of it."""
        name = NAMES.get(topic_of(type(request)).partition(".")[0], topic_of(type(request)))
        reply = next(iter(self.of(request, Reply)), None)
        if reply is None:
            return Row(name, request.time, colour="yellow", words="not answered")
        if isinstance(reply, Failed):
            words = f"failed ({reply.error}): {reply.message}"
            return Row(name, request.time, 0.0, reply.time, colour="red", words=words)
        if isinstance(reply, Cancelled):
            return Row(name, request.time, 0.0, reply.time, colour="yellow", words=f"cancelled: {reply.reason}")
        parts = [event for event in self.effects[request.id] if event is not reply]
        report = getattr(reply, "report", Report())
        heard = ", heard to its end" if self.of(reply, SceneFinished) else ""
        seconds = getattr(reply, "seconds", 0.0)
        words = f"{report.backend}{f', {seconds:.1f} s long' if seconds else ''}{heard}"
        tried = [error for error in report.errors if UNAVAILABLE not in error]
        words += f", after {len(tried)} failures" if tried else ""
        shown = min((event.time for event in (*self.of(reply, SceneShown), *parts)), default=0.0)
        worked = reply.time - request.time if parts else report.seconds
        return Row(name, request.time, worked, reply.time, shown, "yellow" if tried or report.degraded else "", words)


def waterfall(steps: Sequence[Event], width: int) -> list[str]:
    """Return the drawing as lines; `width` 0 is as wide as it needs."""
    visit = Visit(steps)
    return [line if "\x1b" in line else cut(line, width) for line in drawn(visit, width)]


def drawn(visit: Visit, width: int) -> Iterator[str]:
    """Yield the lines."""
    turns = [step for step in visit.steps if isinstance(step, TurnStarted)]
    beats = [step for step in visit.steps if isinstance(step, StoryBeat)]
    ended = next((step.reason for step in visit.steps if isinstance(step, VisitEnded)), "is on")
    lasted = span(visit.steps[-1].time - visit.steps[0].time) or "0 s"
    name = next((step.visit for step in visit.steps if step.visit), "")
    yield click.style(
        cut(f"{name}  {times(len(turns), 'turn')}, {times(len(beats), 'beat')}, {lasted}, {ended}", width), bold=True
    )
    for turn in turns:
        words = visit.by_id.get(turn.cause)
        yield click.style(cut(heading(turn, words), width), fg="green")
        since = words.time if words else turn.time
        for beat in (beat for beat in beats if beat.turn == turn.turn):
            yield from beat_lines(visit, beat, since, width)
            since = 0.0


def heading(turn: TurnStarted, words: Event | None) -> str:
    """Return when a turn began, with which words, and whose they were."""
    clock = time.strftime("%H:%M:%S", time.localtime(turn.time))
    whose = f"  by hand, {words.hand}" if words and words.hand else f"  {turn.mic}" if turn.mic else ""
    spoken = " spoken" if isinstance(words, SpeechFinal) and words.spoken else ""
    return harmless(f"turn {turn.turn}  {clock}  “{turn.text}”{whose}{spoken}")


def beat_lines(visit: Visit, beat: StoryBeat, since: float, width: int) -> Iterator[str]:
    """Yield a beat and what was asked for with it; times count from `since`, or from the beat where that is 0."""
    began = since or beat.time
    later = f"  {beat.time - since:.2f} s after the words" if since else ""
    maker = f"  {beat.report.backend}" if beat.report.backend else ""
    yield click.style(cut(harmless(f"  beat {beat.number}{later}{maker}  {beat.text}"), width), fg="cyan")
    rows = [visit.row(request) for request in visit.of(beat, Request) if isinstance(request, Request)]
    length = max((max(row.answered, row.shown) - began for row in rows), default=0.0) or 1.0
    for row in rows:
        bar = bar_of(row, began, length)
        done = f"{row.answered - began:.2f} s" if row.answered else ""
        shown = f"{SHOWN} {row.shown - began:.2f} s" if row.shown else ""
        line = harmless(f"    {row.name:8} {bar:{AREA + 1}}{done:>7} {shown:8}  {row.words}")
        yield click.style(cut(line, width), fg=row.colour or None)


def bar_of(row: Row, began: float, length: float) -> str:
    """Return the time from asking to answer: waited, worked on, and shown."""

    def place(moment: float) -> int:
        return max(0, min(AREA, round((moment - began) / length * AREA)))

    if not row.answered:
        return " " * place(row.asked) + WAITED
    begun = max(row.asked, row.answered - row.worked)
    asked, working, done = place(row.asked), place(begun), place(row.answered)
    bar = " " * asked + WAITED * (working - asked) + WORKED * (max(1, done - working) if row.worked else 0)
    if not row.shown:
        return bar
    mark = min(place(row.shown), AREA)
    return bar[:mark].ljust(mark) + SHOWN + bar[mark + 1 :]
