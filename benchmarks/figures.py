"""What every benchmark shares: its arguments, its figures, and how they are printed."""

import argparse
import json
import platform
import statistics
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import msgspec


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One measured promise."""

    value: float
    unit: str
    goal: float | None = None
    """At most this; None where nothing was promised."""
    at_least: bool = False
    """True where the goal is at least that."""
    n: int = 1
    """Measurements behind the value."""

    @property
    def met(self) -> bool | None:
        """Whether the goal was reached; None without a goal."""
        return None if self.goal is None else self.reaches(self.goal)

    def reaches(self, goal: float) -> bool:
        """Say whether the value is as good as a goal."""
        return self.value >= goal if self.at_least else self.value <= goal


def arguments(description: str | None, cases: Collection[str] = (), **files: str) -> argparse.Namespace:
    """Return `quick` and `json` from the command line, and an option for each further file: `sheet="what it gets"`.

    Where there are `cases`, some of them can be named; `case` holds these, or all.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="fewer rounds of the same code, done within a minute")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as one flat object")
    for name, meaning in files.items():
        parser.add_argument(f"--{name}", type=Path, metavar="FILE", help=meaning)
    if cases:
        parser.add_argument("case", nargs="*", metavar="case", help=f"only these: {', '.join(cases)}")
    options = parser.parse_args()
    if cases:
        unknown = sorted(set(options.case) - set(cases))
        if unknown:
            parser.error(f"no such case: {', '.join(unknown)}; there are {', '.join(cases)}")
        options.case = options.case or list(cases)
    return options


def median(values: Sequence[float], unit: str, goal: float | None = None) -> Figure:
    """Return the median of some measurements."""
    return Figure(value=round(statistics.median(values), 3), unit=unit, goal=goal, n=len(values))


def show(figures: dict[str, Figure], file: Path | None) -> None:
    """Print the figures as a table, and write them to `file` when there is one."""
    width = max(len(name) for name in figures)
    print(f"{platform.machine()}, Python {platform.python_version()}")
    for name, figure in figures.items():
        goal = "" if figure.goal is None else f"goal {figure.goal:g}  {'met' if figure.met else 'MISSED'}"
        print(f"{name:{width}}  {figure.value:>10g} {figure.unit:10} n={figure.n:<4} {goal}")
    if file:
        write(figures, file)


def write(figures: Mapping[str, Figure], file: Path) -> None:
    """Write the figures as one flat object."""
    flat = {name: {**msgspec.to_builtins(figure), "met": figure.met} for name, figure in figures.items()}
    file.write_text(json.dumps(flat, indent=2) + "\n", encoding="utf-8")
