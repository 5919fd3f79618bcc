"""What lies in an installation's journals, whether it runs or not."""

import sqlite3

import msgspec

from bus import history
from bus.journal.files import is_damage, journal_path, set_aside
from bus.journal.size import Holding, holding
from bus.open import HANDS
from schemas import topic_of
from services.console.columns import columns, span, weight
from services.console.ids import short
from services.console.installation import Installation

COLUMNS = ("journal", "size", "frames", "oldest", "newest", "newest event")


class Shelf(Holding, frozen=True, kw_only=True):
    """One journal, and what it holds."""

    source: str
    event: str = ""
    """Id of the newest event."""
    topic: str = ""
    """Its topic."""
    trouble: str = ""
    """Why it cannot be read."""
    aside: list[str] = []
    """Files that were put aside: damaged ones, and those of another version."""


def shelves(installation: Installation) -> list[Shelf]:
    """Return every journal; those of hands only when they hold something."""
    found = [shelf(installation, source) for source in history.sources(installation.journals)]
    return [each for each in found if each.source not in HANDS or each.frames or each.trouble]


def shelf(installation: Installation, source: str) -> Shelf:
    """Return what a journal holds, or why that cannot be said."""
    folder = installation.journals
    aside = sorted(path.name for path in set_aside(journal_path(folder, source)))
    try:
        holds = msgspec.structs.asdict(holding(folder, source))
        newest = history.read(folder, history.Query(source=source, limit=1, newest=True))
    except (sqlite3.Error, OSError) as error:
        mended = "; what is whole in it is kept when its service starts" if is_damage(error) else ""
        return Shelf(source=source, aside=aside, trouble=f"{error}{mended}")
    event, topic = (newest[0].id, topic_of(type(newest[0]))) if newest else ("", "")
    return Shelf(source=source, event=event, topic=topic, aside=aside, **holds)


def shelf_lines(found: list[Shelf], now: float, width: int) -> list[str]:
    """Return journals as a table."""
    rows = [
        (
            each.source,
            weight(each.bytes),
            f"{each.frames:,}",
            age(each.oldest, now),
            age(each.newest, now),
            f"{each.topic} {short(each.event)}".strip(),
        )
        for each in found
    ]
    return columns([COLUMNS, *rows], right=range(1, 5), width=width)


def age(then: float, now: float) -> str:
    """Return how long ago something was; nothing where it never was."""
    return (span(max(0.0, now - then)) or "now") if then else ""


def since(then: float, now: float) -> str:
    """Return how long ago something was, as part of a sentence."""
    return f"{span(now - then)} ago" if now - then >= 1 else "just now"
