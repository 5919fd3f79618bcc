"""What goes over a bus: what its participants counted, twice, and what that makes per second."""

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

import anyio
import msgspec

from bus.open import HANDS
from schemas import Status
from services.console.hand import on_bus
from services.console.installation import Installation

PATIENCE = 1.6
"""Seconds more in which everybody who speaks at all has spoken twice."""
APART = 0.5
"""Seconds between two reports that are enough to tell how much there is per second."""
TOPIC = "topic "
COUNTED = (
    "waiting",
    "unrecorded",
    "never_recorded",
    "repairs",
    "lost",
    "bad_frames",
    "undeclared",
    "answered_twice",
    "set_aside",
)
"""What a participant's bus counts, and a Participant holds."""


class Reports(NamedTuple):
    """The first and the newest word of one participant."""

    first: Status
    last: Status

    @property
    def seconds(self) -> float:
        """The time between them; 0 when that is too short to count by."""
        apart = self.last.clock - self.first.clock
        return apart if apart >= APART else 0.0

    def rate(self, section: str, key: str) -> float | None:
        """Return by how much a number grew per second; None while that is not known."""
        if not self.seconds:
            return None
        grown = number(self.last, section, key) - number(self.first, section, key)
        return round(max(0.0, grown) / self.seconds, 2)


class Heard(NamedTuple):
    """What was to be heard in a while."""

    names: list[str]
    """Everybody who is on the bus, but for who listened."""
    silent: list[str]
    """Those who do not answer."""
    reports: dict[str, Reports]


class Participant(msgspec.Struct, frozen=True, kw_only=True):
    """One participant of the bus."""

    name: str
    answers: bool = True
    tells: bool = False
    """Whether it says how it is: services do, hands do not."""
    pid: int = 0
    state: str = ""
    uptime: float = 0.0
    said_rate: float | None = None
    """Events per second; null where only one report came."""
    heard_rate: float | None = None
    waiting: int = 0
    """Events that are to be recorded."""
    unrecorded: int = 0
    """Events that left and are to be recorded."""
    never_recorded: int = 0
    """Events that left, and that were given up."""
    repairs: int = 0
    """Gaps that were closed from journals."""
    lost: int = 0
    dropped: int = 0
    """Live events that gave way to newer ones."""
    bad_frames: int = 0
    undeclared: int = 0
    answered_twice: int = 0
    set_aside: int = 0
    message: str = ""
    """Its bus's own words on what is wrong."""


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """What is said and heard of one topic, by everybody."""

    topic: str
    lane: str
    said: int
    said_rate: float | None
    said_bytes: int
    bytes_rate: float | None
    frames: int
    heard: int
    dropped: int
    """Live events that gave way to newer ones, before they left or where they arrived."""
    says: list[str]
    hears: dict[str, int]
    """How many subscriptions each listener has."""


class Traffic(msgspec.Struct, frozen=True, kw_only=True):
    """A bus in use."""

    participants: list[Participant]
    topics: list[Topic]


async def watch(installation: Installation, seconds: float) -> Traffic:
    """Return what goes over the bus of an installation that runs, after listening for a while."""
    heard = await listen(installation, seconds)
    names = sorted({*heard.names, *heard.reports})
    return Traffic(
        participants=[participant(name, heard) for name in names],
        topics=topics_of(heard.reports),
    )


async def listen(installation: Installation, seconds: float) -> Heard:
    """Hear the reports of everybody; wait a little longer for the second one of those who have said one."""
    reports: dict[str, Reports] = {}
    async with (
        on_bus(installation, "bus") as bus,
        bus.subscribe(Status, keep=100) as events,
    ):
        until = anyio.current_time() + seconds
        with anyio.move_on_after(seconds + PATIENCE):
            async for status in events:
                known = reports.get(status.source)
                same = known is not None and known.first.pid == status.pid
                reports[status.source] = Reports(known.first if known and same else status, status)
                if anyio.current_time() >= until and not _missing(bus.reports["bus"](), reports):
                    break
        report = bus.reports["bus"]()
    return Heard(_texts(report, "participants"), _texts(report, "silent"), reports)


def _missing(report: dict[str, Any], reports: dict[str, Reports]) -> list[str]:
    """Return who has not said enough yet."""
    expected = {*_texts(report, "participants")} - {*_texts(report, "silent")}
    return [name for name in expected if name not in HANDS and not (name in reports and reports[name].seconds)]


def participant(name: str, heard: Heard) -> Participant:
    """Return how a participant is."""
    answers = name not in heard.silent
    reports = heard.reports.get(name)
    if reports is None:
        return Participant(name=name, answers=answers)
    status = reports.last
    topics = [section for section in status.reports if section.startswith(TOPIC)]
    return Participant(
        name=name,
        answers=answers,
        tells=True,
        pid=status.pid,
        state=status.state,
        uptime=status.uptime,
        said_rate=total(reports.rate(section, "said") for section in topics),
        heard_rate=total(reports.rate(section, "heard") for section in topics),
        dropped=sum(drops(status).values()),
        message=str(status.reports.get("bus", {}).get("message", "")),
        **{key: number(status, "bus", key) for key in COUNTED},
    )


def drops(status: Status) -> dict[str, int]:
    """Return how many live events of each topic gave way to newer ones, in this participant."""
    found = {
        section.removeprefix(TOPIC): number(status, section, "dropped") + number(status, section, "unsent")
        for section in status.reports
        if section.startswith(TOPIC)
    }
    return {name: count for name, count in sorted(found.items()) if count}


def topics_of(reports: dict[str, Reports]) -> list[Topic]:
    """Return all that was said or is heard, the busiest topic first."""
    names = {section for each in reports.values() for section in each.last.reports if section.startswith(TOPIC)}
    found = [topic(section, reports) for section in names]
    return sorted(found, key=lambda each: (-(each.said_rate or 0), -each.said, each.topic))


def topic(section: str, reports: dict[str, Reports]) -> Topic:
    """Return what all participants together counted of a topic."""
    having = {name: each for name, each in sorted(reports.items()) if section in each.last.reports}

    def summed(key: str) -> int:
        return sum(number(each.last, section, key) for each in having.values())

    return Topic(
        topic=section.removeprefix(TOPIC),
        lane=next(str(each.last.reports[section].get("lane", "")) for each in having.values()),
        said=summed("said"),
        said_rate=total(each.rate(section, "said") for each in having.values()),
        said_bytes=summed("said_bytes"),
        bytes_rate=total(each.rate(section, "said_bytes") for each in having.values()),
        frames=summed("frames"),
        heard=summed("heard"),
        dropped=summed("dropped") + summed("unsent"),
        says=[name for name, each in having.items() if number(each.last, section, "said")],
        hears={name: count for name, each in having.items() if (count := number(each.last, section, "readers"))},
    )


def total(rates: Iterable[float | None]) -> float | None:
    """Return the sum of what is known; None when nothing is."""
    known = [rate for rate in rates if rate is not None]
    return round(sum(known), 2) if known else None


def number(status: Status, section: str, key: str) -> int:
    """Return a number that a participant told; 0 where it told none, or something else."""
    value = status.reports.get(section, {}).get(key)
    return int(value) if isinstance(value, int | float) and math.isfinite(value) else 0


def _texts(report: dict[str, Any], key: str) -> list[str]:
    value = report.get(key)
    return [str(each) for each in value] if isinstance(value, list) else []
