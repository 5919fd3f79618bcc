"""The way from a picture or a sound back to the words, told step by step."""

import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec

from schemas import Asset, Event, Report, Request, SceneShown, SpeechFinal, StoryBeat, TurnStarted
from services.console.ids import short
from services.console.lines import told, words_of
from services.console.provenance.finding import asset_of


class Step(NamedTuple):
    """One step of the way."""

    label: str
    text: str
    event: Event | None = None
    """Where it is to be found; several steps may tell of one event."""
    loud: bool = False
    """True for what an operator should not overlook."""


def way(chain: list[Event], seen: list[Event], settings: Callable[[str], str]) -> Iterator[Step]:
    """Yield the steps from what was made back to the first cause.

    `chain` begins with the first cause; `seen` tells where it was shown; `settings` returns a service's hash as of now.
    """
    for event in seen:
        if isinstance(event, SceneShown):
            yield Step("seen", f"{clock(event)} on page {event.page}, {event.seconds:.2f} s after it was ready", event)
    for event in reversed(chain):
        yield from steps_of(event, settings)
        if event.hand:
            yield Step("BY HAND", f"{event.hand}", loud=True)


def steps_of(event: Event, settings: Callable[[str], str]) -> Iterator[Step]:
    """Yield what one event adds."""
    asset = asset_of(event)
    if asset:
        yield from made(event, asset)
    elif isinstance(event, Request):
        yield Step("asked", f"{clock(event)} {place(event)}, worth {event.within:g} s", event)
        yield Step("prompt", words_of(msgspec.structs.replace(event, hand="")))
    elif isinstance(event, StoryBeat):
        yield Step("told", f"{clock(event)} beat {event.number}, {maker(event.report)}", event)
        yield Step("story", event.text)
    elif isinstance(event, TurnStarted):
        yield Step("turn", f"{clock(event)} turn {event.turn} of visit {event.visit}", event)
    elif isinstance(event, SpeechFinal):
        yield Step("words", f"“{told(event.text)}”")
        yield Step("said", f"{clock(event)} {heard(event)}", event)
    report = report_of(event)
    if report:
        yield from troubles(event, report, settings)


def report_of(event: Event) -> Report | None:
    """Return how an event says that it came about."""
    report = getattr(event, "report", None)
    return report if isinstance(report, Report) else None


def made(event: Event, asset: Asset) -> Iterator[Step]:
    """Yield how a file was made."""
    report = report_of(event) or Report()
    yield Step("made", f"{clock(event)} {maker(report)} in {report.seconds:.2f} s", event)
    facts: dict[str, Any] = {"alt": getattr(event, "alt", ""), "text": getattr(event, "text", ""), **asset.made}
    for key, value in facts.items():
        if value not in ("", report.backend):
            yield Step(str(key)[:9], told(value))


def troubles(event: Event, report: Report, settings: Callable[[str], str]) -> Iterator[Step]:
    """Yield what did not go as it should have, and whether the settings are still the same."""
    if report.attempts > 1 or report.tier:
        yield Step("tried", f"backend {report.tier + 1} of the list, {report.attempts} calls to it and others")
    for error in report.errors:
        yield Step("failed", told(error))
    if report.degraded:
        yield Step("without", told(report.degraded))
    if report.config:
        now = settings(event.source)
        same = "as now" if now == report.config else f"changed since: now {now}" if now else "cannot be read now"
        yield Step("settings", f"{report.config} of {event.source}, {same}")


def maker(report: Report) -> str:
    """Return who made something."""
    if not report.backend:
        return "by an unnamed backend"
    return " ".join(filter(None, (f"by {report.backend}", report.model, report.version)))


def heard(event: SpeechFinal) -> str:
    """Return how words came in."""
    where = f"at {event.mic}" if event.mic else "at no microphone"
    if not event.report.backend:
        return f"written {where}"
    sure = f"{event.confidence * 100:.0f} % sure"
    return f"spoken {where} for {event.spoken:.1f} s, understood {maker(event.report)}, {sure}"


def place(event: Event) -> str:
    """Return where in the story something belongs."""
    return f"in turn {event.turn} of visit {event.visit}" if event.visit else "outside of any visit"


def clock(event: Event) -> str:
    """Return when something happened, and under which number it is known."""
    when = time.strftime("%m-%d %H:%M:%S", time.localtime(event.time))
    return f"{when}.{int(event.time % 1 * 1000):03d} [{short(event.id)}]"
