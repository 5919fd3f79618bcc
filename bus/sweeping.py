"""Forgetting for those who are not there: hands that spoke once, and services that a project no longer has."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bus.api import Forgot
from bus.errors import NameTaken
from bus.history import sources
from bus.journal.entry import Wish
from bus.journal.files import UNREADABLE, is_damage, journal_path
from bus.journal.forgetting import Forgetting
from bus.journal.journal import Journal
from bus.journal.reading import ask
from bus.journal.retention import DAY, FOR_EVER, MEGABYTE, Keep, Retention
from bus.names import taking
from bus.say import warn

PAUSE_SECONDS = 0.005
"""Until those who are just reading are asked for again."""


def sweep(run: Path, journals: Path, keep: Keep) -> list[str]:
    """Let the journals whose owners do not run forget what is too old or too much; return whose it was.

    It takes their names while it does so, for some milliseconds each. It blocks, and belongs in a worker thread.
    """
    swept = []
    for name in sources(journals):
        if _is_due(journals, name, keep):
            try:
                with _owned(run, journals, name, keep) as journal:
                    for _ in Retention(journal.path, journal.keep).steps(journal.base, notes=True):
                        pass
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


def forget_for(run: Path, journals: Path, name: str, wish: Wish) -> Forgot:
    """Let the journal of somebody who does not run forget what is wished. It blocks, until nobody reads there.

    Raise `NameTaken` when they run after all, `sqlite3.Error` or `OSError` when the journal cannot be written.
    """
    with _owned(run, journals, name) as journal:
        try:
            _fulfil(journal, wish)
        except UNREADABLE as error:
            if not is_damage(error):
                raise
            journal.mend(str(error))
            _fulfil(journal, wish)
    return wish.forgot


def _fulfil(journal: Journal, wish: Wish) -> None:
    for _ in Forgetting(journal, wish).steps():
        time.sleep(PAUSE_SECONDS)


@contextmanager
def _owned(run: Path, journals: Path, name: str, keep: Keep = FOR_EVER) -> Iterator[Journal]:
    """Be the owner of a journal for a moment."""
    with taking(run, name) as lock:
        journal = Journal(journals, name, lock.before, keep)
        try:
            lock.note(journal.start)
            yield journal
        finally:
            journal.close()
