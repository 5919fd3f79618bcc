"""What `fantascope forget` tells: before, what would go; afterwards, what went, and whether a trace is left."""

import time

from services.console.columns import columns, times
from services.console.forgetting.choosing import Choice, Visit
from services.console.forgetting.removing import Removed
from services.console.forgetting.tracing import Search, Trace
from services.console.screen import Screen

COLUMNS = ("visit", "began", "turns", "events", "pictures", "sounds", "")


def lines_before(choice: Choice, screen: Screen) -> list[str]:
    """Return what would go, the newest visits last."""
    known = sorted((each for each in choice.visits.values() if each.events), key=lambda each: each.began)
    shown = known[-screen.room(2) :]
    lines = columns([COLUMNS, *(row(each) for each in shown)], right=range(2, 6), width=screen.width) if shown else []
    if len(shown) < len(known):
        lines.insert(0, f"{times(len(known) - len(shown), 'older visit')}, and")
    if choice.words:
        lines.append(f"{times(choice.words, 'event')} of speech outside of visits")
    return lines


def row(visit: Visit) -> tuple[str, ...]:
    """Return one line of the table of visits."""
    began = time.strftime("%m-%d %H:%M", time.localtime(visit.began))
    counts = (visit.turns, visit.events, visit.pictures, visit.sounds)
    return visit.visit, began, *map(str, counts), "" if visit.ended else "on stage"


def lines_after(removed: Removed, search: Search) -> list[str]:
    """Return what is to be said besides the verdict."""
    lines = [f"{name} held some of it and was removed" for name in sorted(removed.asides)]
    lines += [f"{name} may still hold some of it: it {reason}" for name, reason in removed.silent.items()]
    return lines + [words_of(trace, search.texts) for trace in search.traces]


def words_of(trace: Trace, texts: int) -> str:
    """Return what there is to say about a file that is not clean."""
    if trace.trouble:
        return f"{trace.file} could not be searched: {trace.trouble}"
    return f"{trace.file} still holds {trace.texts:,} of {times(texts, 'text')}"


def verdict(removed: Removed, search: Search) -> str:
    """Return in one line what was done."""
    journals = sum(count > 0 for count in removed.events.values())
    parts = [
        f"{times(sum(removed.events.values()), 'event')} in {times(journals, 'journal')}",
        times(removed.pictures, "picture"),
        times(removed.sounds, "sound"),
    ]
    if removed.letters:
        parts.append(times(removed.letters, "dead letter"))
    found = f"traces in {len(search.traces)} of them" if search.traces else "no trace"
    searched = f"{times(search.files, 'file')} searched, {found}"
    return f"forgot {times(len(removed.visits), 'visit')}: {', '.join(parts)}; {searched}"
