"""The proof: every file that the installation keeps is searched for what was removed."""

from pathlib import Path

import msgspec

from bus import history
from bus.journal.needles import Needles
from services.actor.marks import mark_in
from services.console.forgetting.removing import Removed, held_by
from services.console.installation import Installation
from services.console.supervision import Supervision

JOURNAL = (".db", ".db-wal", ".db-shm")


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """A file that could not be cleared of suspicion."""

    file: str
    texts: int = 0
    """How many of the removed texts are in it."""
    trouble: str = ""
    """Why it could not be searched."""
    journal: str = ""
    """Whose journal it is, if it is one that is in use."""


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """How a search went."""

    files: int
    texts: int
    """How many were looked for."""
    traces: list[Trace]


def search(installation: Installation, removed: Removed) -> Search:
    """Look for what was removed in every file of the journals, the assets, the logs and the run folder."""
    needles = Needles(removed.texts)
    files = sorted(files_of(installation))
    found = [trace for file in files if (trace := trace_in(installation, file, needles, removed.marks))]
    return Search(files=len(files), texts=len(removed.texts), traces=found)


def files_of(installation: Installation) -> set[Path]:
    """Return every file that services, or this command, may have written to."""
    places = (installation.journals, installation.assets, installation.run, Supervision.of(installation).folder)
    return {path for place in places for path in place.rglob("*") if path.is_file() and not path.is_symlink()}


def trace_in(installation: Installation, file: Path, needles: Needles, marks: set[str]) -> Trace | None:
    """Return what of the texts is in a file and told by no event that stays: others may say the same.

    A file that was made for a request of which the mark is in its name counts as a text, too.
    """
    try:
        found = needles.within(file)
    except FileNotFoundError:
        return None
    except OSError as error:
        return Trace(file=str(file), trouble=str(error))
    if file.is_relative_to(installation.assets) and mark_in(file.name) in marks:
        found.add(file.name.encode())
    source = journal_of(installation, file)
    tellers = [source] if source else history.sources(installation.journals)
    left = found - held_by(installation.journals, tellers, Needles(found)) if found else found
    return Trace(file=str(file), texts=len(left), journal=source) if left else None


def journal_of(installation: Installation, file: Path) -> str:
    """Return whose journal a file belongs to; nothing for other files, and for what was put aside."""
    source = file.name.partition(".")[0]
    known = file.parent == installation.journals and file.name.removeprefix(source) in JOURNAL
    return source if known else ""
