"""The rows as a person reads them: aligned on a terminal, and as the table of a page."""

from pathlib import Path

from benchmarks.bus.measures import Row, Rows

HEAD = ("case", "ours", "raw", "ratio", "goal", "stretch", "met", "")
BEGIN, END = "<!-- what follows was written by the benchmark -->", "<!-- up to here -->"


def show(rows: Rows) -> None:
    """Print the rows."""
    table = [HEAD, *(cells(name, row) for name, row in rows.items())]
    widths = [max(len(line[column]) for line in table) for column in range(len(HEAD))]
    for line in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def cells(name: str, row: Row) -> tuple[str, ...]:
    """Return a row's columns."""
    span = f" [{row.low:.3g} to {row.high:.3g}]" if row.n > 1 else ""
    ratio = f"{row.value:.3g} x{span}" if row.raw else ""
    ours = row.ours if row.raw else f"{row.ours}{span}"
    return name, ours, row.raw, ratio, wish(row, row.goal), wish(row, row.stretch), row.verdict, row.note


def wish(row: Row, goal: float | None) -> str:
    """Show a goal."""
    if goal is None:
        return ""
    unit = "x" if row.raw else row.unit
    return f"{'≥' if row.at_least else '≤'} {goal:g} {unit}"


def write_page(rows: Rows, page: Path, machine: str) -> None:
    """Put the table between the two marks of a page, in the place of an older one."""
    text = page.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"{page} has no place for the table: a line {BEGIN!r} and a line {END!r}")
    table = [HEAD, ("---",) * len(HEAD), *(cells(name, row) for name, row in rows.items())]
    lines = [f"| {' | '.join(line)} |" for line in table]
    page.write_text(before + "\n".join([BEGIN, "", machine, "", *lines, "", END]) + after, encoding="utf-8")
