"""Figures in few characters, and rows of them one below the other."""

from collections.abc import Collection, Sequence

from services.console.lines import harmless

GAP = "  "
STEPS = ((1e9, "G"), (1e6, "M"), (1e3, "k"))
SPANS = ((86400, "d"), (3600, "h"), (60, "min"))


def columns(rows: Sequence[Sequence[str]], *, right: Collection[int] = (), width: int = 0) -> list[str]:
    """Return rows as aligned lines, cut at `width` unless that is 0; the columns in `right` hold numbers."""
    safe = [[harmless(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*safe, strict=True)]
    sides = [">" if place in right else "<" for place in range(len(widths))]
    lines = [
        GAP.join(f"{cell:{side}{wide}}" for cell, side, wide in zip(row, sides, widths, strict=True)).rstrip()
        for row in safe
    ]
    return [cut(line, width) for line in lines]


def cut(line: str, width: int) -> str:
    """Return a line that fits, with a mark where something is missing; 0 is as wide as it needs."""
    return f"{line[: width - 1]}…" if width and len(line) > width else line


def amount(number: float) -> str:
    """Return a number in five characters at most."""
    for step, unit in STEPS:
        if number >= step * 9.9995:
            return f"{number / step:.1f}{unit}" if number < step * 99.95 else f"{number / step:.0f}{unit}"
    return f"{number:.0f}"


def rate(number: float | None) -> str:
    """Return events per second; nothing where that is not known."""
    if number is None:
        return ""
    return f"{number:.1f}" if 0 < number < 9.95 else amount(number)


def weight(size: float) -> str:
    """Return a number of bytes."""
    for step, unit in STEPS:
        if size >= step:
            return f"{size / step:.1f} {unit}B" if size < step * 99.95 else f"{size / step:.0f} {unit}B"
    return f"{size:.0f} B"


def span(seconds: float) -> str:
    """Return a time span in its largest unit."""
    for size, unit in SPANS:
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s" if seconds else ""


def times(number: int, what: str) -> str:
    """Return a number of things, such as `1 event` or `3 events`."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
