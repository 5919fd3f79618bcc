"""What a simulated day showed: figures, each with its worst case."""

import math
from collections import Counter
from collections.abc import Sequence

import msgspec

from services.console.simulation.asking import Asked
from services.console.simulation.house import House
from services.console.simulation.people import People
from services.console.visitors.record import Seen, stale

DEAD_AIR = 2.0
"""Seconds without a sign, after words, that nobody should ever have to wait."""
WAITS = {"word": "first word", "picture": "first picture", "sound": "first sound"}


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A wait that many had."""

    count: int
    p50: float
    p95: float
    worst: float
    event: str = ""
    """Id of the words that the worst case began with."""


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """Something that went wrong several times."""

    service: str
    what: str
    count: int
    event: str = ""
    """Id of the last event that tells of it."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A day."""

    seed: int
    visits: int
    said: int
    outcomes: dict[str, int]
    """How much of what was said was answered, overtaken by other words, …"""
    waits: dict[str, Figure]
    stale: int
    stale_seen: list[Seen]
    """What was to be seen or heard, and when, of a turn that was over."""
    dead_air: int
    """How often somebody waited for more than two seconds without any sign."""
    silence: Figure | None
    """The longest times without a sign on the way to an answer."""
    unanswered: list[str]
    """What was said and not answered, as far as it is known: ids of the words, or the words."""
    failures: list[Failure]
    seconds: float
    """How long the simulation took."""
    day: float
    """How long the day was, in seconds."""
    did: list[tuple[int, int, int, str, str]]
    """Visit, guest, count, page and text of all that was said: the same for the same seed."""

    @property
    def good(self) -> bool:
        """Whether nothing was shown that was stale, nobody waited in silence, and everybody was answered."""
        return not (self.stale or self.dead_air or self.unanswered)


def report_of(people: People, house: House, seconds: float, seed: int) -> Report:
    """Return what came of a day."""
    asked = people.asked
    old = {id(seen): seen for seen in (*people.stale, *stale(people.seen, house.ends))}.values()
    silent = [(each.silence, each) for each in asked if each.silence > 0]
    return Report(
        seed=seed,
        visits=people.left,
        said=len(asked),
        outcomes=dict(Counter(each.outcome for each in asked).most_common()),
        waits={
            words: figure
            for what, words in WAITS.items()
            if (figure := figure_of([(wait, each) for each in asked if (wait := each.waited(what)) is not None]))
        },
        stale=len(old),
        stale_seen=list(old),
        dead_air=sum(silence > DEAD_AIR for silence, _ in silent),
        silence=figure_of(silent),
        unanswered=[words_of(each) for each in asked if each.outcome == "unanswered"],
        failures=failures_of(house),
        seconds=round(seconds, 1),
        day=round(people.clock.hour, 1),
        did=sorted((each.visit, each.guest, each.number, each.page, each.text) for each in asked),
    )


def figure_of(found: Sequence[tuple[float, Asked]]) -> Figure | None:
    """Return the median, the 95th percentile and the worst of some waits; None where nobody waited."""
    if not found:
        return None
    waits = sorted(wait for wait, _ in found)
    worst, asked = max(found, key=lambda pair: pair[0])
    return Figure(
        count=len(waits),
        p50=round(percentile(waits, 0.5), 3),
        p95=round(percentile(waits, 0.95), 3),
        worst=round(worst, 3),
        event=asked.final.id if asked.final else "",
    )


def percentile(ordered: Sequence[float], part: float) -> float:
    """Return the smallest value that at least this part of all does not exceed (nearest rank)."""
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)]


def failures_of(house: House) -> list[Failure]:
    """Return what went wrong, the most frequent first."""
    found = []
    for key, count in house.failures.most_common():
        service, _, what = key.partition(": ")
        found.append(Failure(service=service, what=what, count=count, event=house.worst[key]))
    return found


def words_of(asked: Asked) -> str:
    """Return how something is known that was said."""
    return asked.final.id if asked.final else f"“{asked.text}”"
