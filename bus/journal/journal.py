"""A participant's own record of what it published on the log lane: one SQLite file, one row per frame, one writer.

A commit costs no sync of the disk: the operating system holds the rows, so they survive the death of every process. The
checkpoints sync; they are what survives a power cut.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import nullcontext, suppress
from pathlib import Path

from bus.journal import files, letters, salvage
from bus.journal.entry import Batch, Entry
from bus.journal.files import TROUBLE, Row, is_damage, journal_path, pair, transaction
from bus.journal.retention import FOR_EVER, Keep
from bus.say import warn
from bus.wire import START, Chain

__all__ = ["TROUBLE", "Batch", "Journal", "is_damage", "journal_path"]

PATIENCE_MS = 2_000
"""How long a lock that somebody else holds is waited for."""
INSERT = "INSERT OR {} INTO frames (seq, count, topic, visit, cause, time, crc, body) VALUES "
ROW = "(?, ?, ?, ?, ?, ?, ?, ?)"
MANY = 32
"""Rows that are written with one statement."""
ANSWER = "INSERT OR IGNORE INTO answers (request, seq, crc) VALUES (?, ?, ?)"
BEGUN = "INSERT OR REPLACE INTO attempts (event, tries, crc) VALUES (?, ?, ?)"
ENDED = "DELETE FROM attempts WHERE event = ?"
POSITION = "INSERT OR REPLACE INTO positions (source, seq, crc) VALUES (?, ?, ?)"
BEGIN = "INSERT OR REPLACE INTO facts (name, value, crc) VALUES (?, ?, ?)"


def can_stay_open(error: Exception) -> bool:
    """Say whether the same connection can try again after an error."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    return code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


class Journal:
    """The only connection that writes."""

    def __init__(self, folder: Path, source: str, before: int, keep: Keep = FOR_EVER) -> None:
        """Open the journal and make the number of this start durable; `before` is the last start known elsewhere.

        Where that cannot be done now, `trouble` says why, and `reopen` tries again: the show goes before the record.
        """
        self.path = journal_path(folder, source)
        self.source = source
        self.keep = keep
        self.trouble = ""
        self.start = 0
        self.chain = Chain({})
        self.attempts: dict[str, int] = {}
        """How often events have been taken in hand, of those that still are."""
        self._before = max(before, files.noted_start(self.path))
        self._base: sqlite3.Connection | None = None
        self._file = 0
        try:
            self.reopen()
        except TROUBLE as error:
            self._do_without(str(error))

    @property
    def base(self) -> sqlite3.Connection:
        """The connection. Raise `OperationalError` when there is none."""
        if self._base is None:
            raise sqlite3.OperationalError(self.trouble or "the journal is closed")
        return self._base

    @property
    def is_open(self) -> bool:
        """True while there is a connection."""
        return self._base is not None

    def reopen(self) -> None:
        """Open the file, and mend it where it is damaged."""
        self.close()
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self._open()
        except TROUBLE as error:
            if not is_damage(error):
                self.close()
                raise
            self.mend(str(error))

    def mend(self, reason: str) -> None:
        """Put a damaged file aside, and go on with what of it is whole."""
        with files.left_alone(self.path) if self.is_open else nullcontext():
            self.close()
            aside, found = salvage.mend(self.path)
        warn("journal.damaged", journal=self.path.name, reason=reason, frames=found.frames, bad=found.bad, aside=aside)
        self._open()

    def _open(self) -> None:
        files.check_beginning(self.path)
        self._base = files.connect(self.path)
        if files.has_other_format(self._base):
            self._before = max(self._before, files.put_other_aside(self._base, self.path))
            self._base = files.connect(self.path)
        files.check(self._base, self.path)
        self._base.executescript(f"BEGIN IMMEDIATE; {files.SCHEMA} COMMIT;")
        if not self.start:
            self._count_start()
            self.chain = Chain(files.newest_by_topic(self._base))
            self.attempts = dict(self._base.execute("SELECT event, tries FROM attempts"))
        self._base.execute(BEGIN, pair("facts", "start", self.start))
        files.note_start(self.path, self.start)
        self._file = self.path.stat().st_ino
        self._base.execute("PRAGMA synchronous=NORMAL")
        self.trouble = ""

    def _count_start(self) -> None:
        (noted,) = self.base.execute("SELECT max(value) FROM facts WHERE name = 'start'").fetchone()
        (newest,) = self.base.execute("SELECT max(seq) FROM frames").fetchone()
        known = max(noted or 0, (newest or 0) >> START)
        if known < self._before:
            warn("journal.older", journal=self.path.name, start=known, expected=self._before)
        self.start = max(known, self._before) + 1

    def _do_without(self, trouble: str) -> None:
        """Count this start all the same, with what can be read of the journal."""
        self.close()
        self.trouble = trouble
        warn("journal.closed", journal=self.path.name, reason=trouble, consequence="nothing is recorded for now")
        if self.start:
            return
        with suppress(OSError):
            if not self.path.exists():
                self.start = self._before + 1
            else:
                self._read_start()
        self.start = self.start or (self._before + 1 if self._before else files.start_by_the_clock())
        files.note_start(self.path, self.start)

    def _read_start(self) -> None:
        base = salvage.copy(self.path)
        try:
            self.chain = Chain(files.newest_by_topic(base))
            self.attempts = dict(base.execute("SELECT event, tries FROM attempts"))
            (noted,) = base.execute("SELECT max(value) FROM facts WHERE name = 'start'").fetchone()
        finally:
            base.close()
        newest = max(self.chain.newest.values(), default=0)
        self.start = max(noted or 0, newest >> START, self._before) + 1

    def record(self, batches: list[Batch]) -> None:
        """Write batches in one transaction, here and now. A second answer to one request is refused."""
        entries = [Entry(batch) for batch in batches]
        answered = self.answered(entries)
        for entry in entries:
            self.prepare(entry, answered)
        self.write(entries)

    def answered(self, entries: Iterable[Entry]) -> set[str]:
        """Return which of the requests that are answered here have been answered before."""
        asked = [one.request for entry in entries if entry.batch for one in entry.batch.parcels if one.request]
        find = "SELECT 1 FROM answers WHERE request = ?"
        return {request for request in asked if self.base.execute(find, (request,)).fetchone()}

    def prepare(self, entry: Entry, answered: set[str]) -> None:
        """Give a batch its place behind all others, in memory; `answered` grows by what it answers."""
        batch = entry.batch
        if entry.ready or batch is None:
            return
        entry.ready = True
        if batch.begun:
            batch.tries = self.attempts[batch.begun] = self.attempts.get(batch.begun, 0) + 1
            entry.begun = pair("attempts", batch.begun, batch.tries)
        self._end(entry, batch.ended)
        for parcel in batch.parcels:
            if parcel.request:
                self._end(entry, parcel.request)
                parcel.refused = parcel.request in answered
                if parcel.refused:
                    continue
                answered.add(parcel.request)
                entry.answers.append(pair("answers", parcel.request, parcel.seq))
            entry.add(parcel, self.source, self.chain.before(parcel.topic))
            self.chain.move(parcel.topic, parcel.last)
        places = [*batch.positions.items(), *([batch.position] if batch.position else [])]
        entry.positions = [pair("positions", source, seq) for source, seq in places]
        entry.letters = batch.letters

    def _end(self, entry: Entry, event_id: str) -> None:
        if self.attempts.pop(event_id, 0):
            entry.ended.append((event_id,))

    def write(self, entries: list[Entry], *, again: bool = False) -> None:
        """Write prepared batches in one transaction; `again` when a part of them may be there already."""
        base = self.base
        with transaction(base):
            self._write_rows(base, [row for entry in entries for row in entry.rows], "IGNORE" if again else "ABORT")
            for entry in entries:
                self._write_notes(base, entry)

    def _write_rows(self, base: sqlite3.Connection, rows: list[Row], otherwise: str) -> None:
        """Write rows, many with one statement: each gives the interpreter away, and then has to get it back."""
        for start in range(0, len(rows), MANY):
            some = rows[start : start + MANY]
            base.execute(
                INSERT.format(otherwise) + ", ".join([ROW] * len(some)), [value for row in some for value in row]
            )

    def _write_notes(self, base: sqlite3.Connection, entry: Entry) -> None:
        """Write what a batch holds beside its frames."""
        if entry.answers:
            base.executemany(ANSWER, entry.answers)
        if entry.positions:
            base.executemany(POSITION, entry.positions)
        if entry.begun:
            base.execute(BEGUN, entry.begun)
        if entry.ended:
            base.executemany(ENDED, entry.ended)
        if entry.letters:
            letters.write(base, entry.letters)

    def be_patient(self, patient: bool) -> None:
        """Wait for a lock that somebody else holds, or do not."""
        self.base.execute(f"PRAGMA busy_timeout={PATIENCE_MS if patient else 0}").fetchall()

    def checkpoint(self) -> None:
        """Sync what was written: from here on it survives a power cut. Raise OSError when the file is gone."""
        self.base.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        if self.path.stat().st_ino != self._file:
            raise FileNotFoundError(f"{self.path.name} is another file than it was")

    def close(self) -> None:
        """Sync and close."""
        base, self._base = self._base, None
        if base is not None:
            base.close()
