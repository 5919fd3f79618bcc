"""Where a beat stands in its arc."""

from services.story.grammar.tables import Stage

SHORT: dict[int, tuple[Stage, ...]] = {
    1: ("beginning",),
    2: ("beginning", "resolution"),
    3: ("beginning", "turn", "resolution"),
    4: ("beginning", "complication", "turn", "resolution"),
}


def arc(length: int) -> tuple[Stage, ...]:
    """Return the stages of an arc of `length` beats, one for each."""
    if length in SHORT:
        return SHORT[length]
    beginnings = 2 if length > 6 else 1
    shares: tuple[tuple[Stage, int], ...] = (
        ("beginning", beginnings),
        ("complication", length - 3 - beginnings),
        ("turn", 1),
        ("resolution", 1),
        ("openness", 1),
    )
    return tuple(stage for stage, count in shares for _ in range(count))


def chapters(beats: int, chapter: int) -> tuple[int, ...]:
    """Return the lengths of the arcs into which `beats` are divided, each about a `chapter` long."""
    count = max(1, round(beats / chapter))
    return tuple(beats * (index + 1) // count - beats * index // count for index in range(count))


def stages(beats: int, chapter: int) -> tuple[Stage, ...]:
    """Return the stage of every beat of a turn."""
    return tuple(stage for length in chapters(beats, chapter) for stage in arc(length))
