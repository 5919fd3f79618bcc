"""Forgetting for those who are not there: hands that spoke once, and services that a project no longer has."""

import sqlite3
import time
from pathlib import Path

from bus.errors import NameTaken
from bus.history import sources
from bus.journal.files import journal_path
from bus.journal.journal import Journal
from bus.journal.reading import ask
from bus.journal.retention import DAY, MEGABYTE, Keep, Retention
from bus.names import taking
from bus.say import warn


def sweep(run: Path, journals: Path, keep: Keep) -> list[str]:
    """Let the journals whose owners do not run forget what is too old or too much; return whose it was.

    It takes their names while it does so, for some milliseconds each. It blocks, and belongs in a worker thread.
    """
    swept = []
    for name in sources(journals):
        if _is_due(journals, name, keep):
            try:
                with taking(run, name) as lock:
                    journal = Journal(journals, name, lock.before, keep)
                    lock.note(journal.start)
                    _forget(journal)
            except NameTaken:
                continue
            except (sqlite3.Error, OSError) as error:
                warn("journal.not_swept", journal=name, reason=str(error))
                continue
            swept.append(name)
    return swept


def _is_due(journals: Path, name: str, keep: Keep) -> bool:
    oldest = ask(journals, name, lambda base: base.execute("SELECT min(time) FROM frames").fetchone()[0])
    too_old = bool(keep.days and oldest and oldest < time.time() - keep.days * DAY)
    return too_old or bool(keep.megabytes and journal_path(journals, name).stat().st_size > keep.megabytes * MEGABYTE)


def _forget(journal: Journal) -> None:
    try:
        for _ in Retention(journal.path, journal.keep).steps(journal.base, notes=True):
            pass
    finally:
        journal.close()
