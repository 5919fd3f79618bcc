"""From rounds of measurements to the rows of the table."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from benchmarks.figures import Figure


class Measure(NamedTuple):
    """One measurement."""

    value: float
    """What is compared."""
    processor: float = 0.0
    """Seconds of a core for one event, all processes together."""
    lost: int = 0
    together: float = 0.0
    """Events in one frame, where that is known."""


class Series:
    """Measurements of one case, each with the references before and after it."""

    def __init__(self) -> None:
        self.ours: list[Measure] = []
        self.raw: list[Measure] = []
        """The mean of the two references."""

    def add(self, ours: Measure, before: Measure, after: Measure) -> None:
        """Add one round."""
        self.ours.append(ours)
        self.raw.append(Measure((before.value + after.value) / 2, (before.processor + after.processor) / 2))

    @property
    def ratios(self) -> list[float]:
        """By round: ours to the reference."""
        return [one.value / other.value for one, other in zip(self.ours, self.raw, strict=True)]

    @property
    def lost(self) -> int:
        """What was lost in all rounds."""
        return sum(one.lost for one in self.ours)


class Row(Figure, frozen=True, kw_only=True):
    """A line of the table: its value is a ratio where there is something to compare with."""

    stretch: float | None = None
    """What would be better than the goal."""
    ours: str = ""
    """Ours, in words."""
    raw: str = ""
    """The reference, in words."""
    low: float = 0.0
    high: float = 0.0
    lost: int = 0
    """Events that never came: where there are any, nothing is reached."""
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal was reached, and nothing lost."""
        return None if self.goal is None else self.reaches(self.goal) and not self.lost

    @property
    def verdict(self) -> str:
        """Say which goal was reached."""
        if self.goal is None:
            return ""
        if not self.met:
            return "NO"
        return "stretch" if self.stretch is not None and self.reaches(self.stretch) else "yes"


Rows = dict[str, Row]

Promise = tuple[float, float]
"""Goal and stretch."""


def rounds(
    reference: Callable[[], Measure], cases: Mapping[str, Callable[[], Measure]], count: int
) -> dict[str, Series]:
    """Measure each case some times, with the reference right before and right after it."""
    found = {name: Series() for name in cases}
    before = reference()
    for _ in range(count):
        for name, measure in cases.items():
            ours, after = measure(), reference()
            found[name].add(ours, before, after)
            before = after
    return found


def compared(series: Series, show: Callable[[float], str], promise: Promise | None, *, at_least: bool) -> Row:
    """Return the row of a case that is compared with the reference."""
    ratios = series.ratios
    goal, stretch = promise or (None, None)
    ours, raw = (statistics.median(one.value for one in side) for side in (series.ours, series.raw))
    return Row(
        value=round(statistics.median(ratios), 3),
        unit="x",
        goal=goal,
        stretch=stretch,
        at_least=at_least,
        n=len(ratios),
        ours=show(ours),
        raw=show(raw),
        low=round(min(ratios), 3),
        high=round(max(ratios), 3),
        lost=series.lost,
        note=costs(series),
    )


def costs(series: Series) -> str:
    """Say what an event costs, how many share a frame, and what was lost."""
    ours, raw = (statistics.median(one.processor for one in side) * 1e6 for side in (series.ours, series.raw))
    together = statistics.median(one.together for one in series.ours)
    words = [
        f"{ours:.3g} µs of a core per event, raw {raw:.3g}" if ours else "",
        f"{together:.3g} in a frame" if together else "",
        f"{series.lost} LOST" if series.lost else "",
    ]
    return "; ".join(filter(None, words))


def single(values: Sequence[float], unit: str, promise: Promise | None, note: str = "") -> Row:
    """Return the row of a case that stands for itself: the median of some rounds."""
    value = statistics.median(values)
    goal, stretch = promise or (None, None)
    low, high = round(min(values), 3), round(max(values), 3)
    return Row(
        value=round(value, 3),
        unit=unit,
        goal=goal,
        stretch=stretch,
        n=len(values),
        ours=f"{value:.3g} {unit}",
        low=low,
        high=high,
        note=note,
    )


def missing(what: str) -> Row:
    """Return the row of a peer that is not here."""
    return Row(value=0.0, unit="", n=0, ours=f"{what} not installed")


def per_second(value: float) -> str:
    """Show a rate."""
    return f"{value / 1000:.0f} k/s"


def microseconds(value: float) -> str:
    """Show a short time."""
    return f"{value * 1e6:.0f} µs"


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value that a share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
