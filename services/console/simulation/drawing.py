"""A day's report, for people."""

from collections.abc import Callable, Iterator

import click

from services.console.columns import columns, cut, span, times
from services.console.ids import short
from services.console.lines import harmless
from services.console.simulation.report import DEAD_AIR, Figure, Report

HEAD = ("time to", "p50", "p95", "worst", "of", "the worst began with")
Trace = Callable[[str], list[str]]
"""Returns the lines that tell what led to an event."""


def drawn(report: Report, trace: Trace, width: int) -> Iterator[str]:
    """Yield the report as lines; each worst case with its trace."""
    speed = report.day / report.seconds if report.seconds else 0.0
    yield click.style(
        f"{times(report.visits, 'visit')} on a day of {clock(report.day)}, in {clock(report.seconds)}"
        f" ({speed:.1f} times as fast), seed {report.seed}",
        bold=True,
    )
    outcomes = ", ".join(f"{count} {what}" for what, count in report.outcomes.items())
    yield cut(f"{times(report.said, 'sentence')}: {outcomes or 'nobody said anything'}", width)
    yield ""
    rows = [row(what, figure) for what, figure in report.waits.items()]
    rows += [row("longest silence", report.silence)] if report.silence else []
    yield from columns([HEAD, *rows], right=range(1, 5), width=width)
    yield ""
    yield verdict(
        "stale shown", report.stale, ", ".join(f"{seen.kind} {short(seen.id)}" for seen in report.stale_seen[:3])
    )
    yield verdict(f"dead air over {DEAD_AIR:g} s", report.dead_air, "")
    yield verdict("unanswered", len(report.unanswered), ", ".join(map(short, report.unanswered[:3])))
    yield from failures(report, width)
    yield from traces(report, trace, width)


def row(what: str, figure: Figure) -> tuple[str, ...]:
    """Return one line of the table of waits."""
    numbers = (f"{figure.p50:.2f} s", f"{figure.p95:.2f} s", f"{figure.worst:.2f} s", str(figure.count))
    return what, *numbers, short(figure.event)


def verdict(what: str, count: int, where: str) -> str:
    """Return one line on something that should never be."""
    return click.style(f"{what:22} {count:>5}  {where}".rstrip(), fg="red" if count else "green")


def failures(report: Report, width: int) -> Iterator[str]:
    """Yield what went wrong, by service."""
    if not report.failures:
        yield click.style(f"{'failures of services':22} {0:>5}", fg="green")
    for each in report.failures:
        line = f"{each.service + ' ' + each.what:40} {each.count:>5}  {short(each.event)}"
        yield click.style(cut(harmless(line), width), fg="yellow")


def traces(report: Report, trace: Trace, width: int) -> Iterator[str]:
    """Yield what led to the worst cases, each of them once."""
    worst = {figure.event: f"the slowest {what}" for what, figure in report.waits.items()}
    if report.silence:
        worst.setdefault(report.silence.event, "the longest silence")
    worst |= dict.fromkeys(report.unanswered[:1], "not answered")
    worst |= {seen.id: "stale" for seen in report.stale_seen[:1]}
    worst |= {each.event: f"{each.service} {each.what}" for each in report.failures}
    for event, what in worst.items():
        lines = trace(event) if ":" in event else []
        if lines:
            yield ""
            yield click.style(what, bold=True)
            yield from (cut(line, width) if "\x1b" not in line else line for line in lines)


def clock(seconds: float) -> str:
    """Return a time span in hours and minutes."""
    hours, rest = divmod(round(seconds), 3600)
    minutes, left = divmod(rest, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {left:02} s" if minutes else span(seconds) or "0 s"
