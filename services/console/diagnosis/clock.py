"""Whether the clock can be trusted: days, retention and the order of things for people depend on it."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from bus.journal.files import CLOCK_BEGAN
from services.console.columns import span
from services.console.diagnosis.finding import Case, Finding, Unanswered, answer, note, ok, wrong
from services.console.journals import shelves

AHEAD = 60.0
"""Seconds that an event may be ahead of the clock."""
YEARS = 30
YEAR = 31_557_600.0
SET = "timedatectl set-ntp true, or date -s"


def clock(case: Case) -> Iterator[Finding]:
    """Yield what speaks against it, and otherwise what it says."""
    told = time.strftime("%Y-%m-%d %H:%M", time.localtime(case.now))
    if not CLOCK_BEGAN <= case.now < CLOCK_BEGAN + YEARS * YEAR:
        yield wrong(f"it is set to {told}", SET)
        return
    newest = max(shelves(case.installation), key=lambda shelf: shelf.newest, default=None)
    if newest is not None and newest.newest > case.now + AHEAD:
        ahead = span(newest.newest - case.now)
        yield wrong(f"it says {told}; the newest event of {newest.source} is {ahead} ahead of that", SET)
        return
    yield ok(f"{told}, {zone()}")
    yield synchronised()


def zone() -> str:
    """Return the name of the time zone."""
    link = Path("/etc/localtime")
    name = os.environ.get("TZ") or (str(link.resolve()).partition("zoneinfo/")[2] if link.is_symlink() else "")
    return name or "/".join(dict.fromkeys(time.tzname))


def synchronised() -> Finding:
    """Return whether somebody keeps the clock right, where that is known."""
    try:
        said = answer("timedatectl", "show", "--property=NTPSynchronized", "--value")
    except Unanswered as error:
        return note(f"nobody can say whether it is synchronised: {error}")
    if said == "yes":
        return ok("synchronised")
    return note("it is not synchronised; over months it goes wrong by minutes", "timedatectl set-ntp true")
