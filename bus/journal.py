"""A participant's own record of what it published on the log lane: one SQLite file, one row per frame, one writer.

A commit costs no sync of the disk: the operating system holds the rows, so they survive the death of every process. The
checkpoints sync; they are what survives a power cut.
"""

import sqlite3
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import msgspec

from bus import letters
from bus.letters import Letter
from bus.parcel import Parcel
from bus.retention import FOR_EVER, Keep
from bus.say import warn
from bus.wire import START, Chain

FORMAT = 2
WAL_BYTES = 16_000_000

SCHEMA = f"""
CREATE TABLE IF NOT EXISTS frames (
    seq INTEGER PRIMARY KEY, count INTEGER NOT NULL, topic TEXT NOT NULL, visit TEXT, cause TEXT, time REAL NOT NULL,
    crc INTEGER NOT NULL, body BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS frames_topic ON frames (topic);
CREATE INDEX IF NOT EXISTS frames_visit ON frames (visit) WHERE visit IS NOT NULL;
CREATE INDEX IF NOT EXISTS frames_cause ON frames (cause) WHERE cause IS NOT NULL;
CREATE INDEX IF NOT EXISTS frames_time ON frames (time);
CREATE TABLE IF NOT EXISTS answers (request TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS positions (source TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS attempts (event TEXT PRIMARY KEY, tries INTEGER NOT NULL) WITHOUT ROWID;
{letters.SCHEMA}
PRAGMA user_version={FORMAT};
"""
INSERT = "INSERT INTO frames (seq, count, topic, visit, cause, time, crc, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
MANY = 32
INSERT_MANY = INSERT + ", (?, ?, ?, ?, ?, ?, ?, ?)" * (MANY - 1)
ANSWER = "INSERT OR IGNORE INTO answers (request, seq) VALUES (?, ?)"
BEGUN = (
    "INSERT INTO attempts (event, tries) VALUES (?, 1) ON CONFLICT (event) DO UPDATE SET tries = tries + 1"
    " RETURNING tries"
)
ENDED = "DELETE FROM attempts WHERE event = ?"
POSITION = "INSERT OR REPLACE INTO positions (source, seq) VALUES (?, ?)"

Row = tuple[int, int, str, str | None, str | None, float, int, bytes]


class Batch(msgspec.Struct, eq=False):
    """What belongs together: all of it is recorded, or nothing."""

    parcels: list[Parcel] = []
    position: tuple[str, int] | None = None
    """The source of an event that was handled, and its number."""
    positions: dict[str, int] = {}
    """Several at once, by source."""
    begun: str = ""
    """The id of an event that is taken in hand."""
    ended: str = ""
    """The id of an event that is in hand no longer."""
    letters: list[Letter] = []
    tries: int = 0
    """How often the event of `begun` has been taken in hand: known once this is recorded."""
    done: Callable[[], None] | None = None
    """For whoever made this; nobody here calls it."""


def journal_path(folder: Path, source: str) -> Path:
    """Return where a source keeps its journal."""
    return folder / f"{source}.db"


class Journal:
    """The only connection that writes."""

    def __init__(self, folder: Path, source: str, before: int, keep: Keep = FOR_EVER) -> None:
        """Open the journal and make the number of this start durable; `before` is the last start known elsewhere."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = journal_path(folder, source)
        self.source = source
        self.keep = keep
        self._base = _connect(self.path)
        before = max(before, self._put_aside_other_formats())
        self._base.executescript(f"BEGIN IMMEDIATE; {SCHEMA} COMMIT;")
        self.start = self._begin(before)
        self.chain = Chain(self._newest())
        self._base.execute("PRAGMA synchronous=NORMAL")

    def _put_aside_other_formats(self) -> int:
        """Begin a new journal where the one that is there has another format; return the number of its last start."""
        (version,) = self._base.execute("PRAGMA user_version").fetchone()
        if version == FORMAT or not self._base.execute("SELECT 1 FROM sqlite_master").fetchone():
            return 0
        (start,) = self._base.execute("SELECT max(value) FROM facts WHERE name = 'start'").fetchone()
        self._base.close()
        aside = self.path.with_name(f"{self.source}.format-{version}-{int(time.time())}")
        self.path.rename(aside)
        warn("journal.set_aside", journal=self.path.name, format=version, wanted=FORMAT, now=aside.name)
        self._base = _connect(self.path)
        return start or 0

    def _begin(self, before: int) -> int:
        self._base.execute("BEGIN IMMEDIATE")
        noted = self._base.execute("SELECT value FROM facts WHERE name = 'start'").fetchone() or (0,)
        newest = self._base.execute("SELECT max(seq) FROM frames").fetchone()[0] or 0
        start: int = max(noted[0], newest >> START, before) + 1
        self._base.execute("INSERT OR REPLACE INTO facts (name, value) VALUES ('start', ?)", (start,))
        self._base.execute("COMMIT")
        return start

    def _newest(self) -> dict[str, int]:
        newest: dict[str, int] = {}
        topic = ""
        while True:
            topic = self._base.execute("SELECT min(topic) FROM frames WHERE topic > ?", (topic,)).fetchone()[0]
            if topic is None:
                return newest
            row = "SELECT seq + count - 1 FROM frames WHERE topic = ? ORDER BY seq DESC LIMIT 1"
            newest[topic] = self._base.execute(row, (topic,)).fetchone()[0]

    def record(self, batches: list[Batch]) -> None:
        """Write batches in one transaction. A second answer to one request is refused, all others get their place."""
        self._base.execute("BEGIN IMMEDIATE")
        self._insert([self._row(one) for batch in batches for one in batch.parcels if not self._refuse(one)])
        for batch in batches:
            self._note(batch)
        self._base.execute("COMMIT")

    def _insert(self, rows: list[Row]) -> None:
        """Write rows, many with one statement: each statement gives the interpreter away, and has to get it back."""
        for start in range(0, len(rows) - MANY + 1, MANY):
            self._base.execute(INSERT_MANY, [value for row in rows[start : start + MANY] for value in row])
        self._base.executemany(INSERT, rows[len(rows) - len(rows) % MANY :])

    def _note(self, batch: Batch) -> None:
        """Write what a batch holds beside its frames."""
        positions = [*batch.positions.items(), *([batch.position] if batch.position else [])]
        if positions:
            self._base.executemany(POSITION, positions)
        if batch.begun:
            (batch.tries,) = self._base.execute(BEGUN, (batch.begun,)).fetchone()
        if batch.ended:
            self._base.execute(ENDED, (batch.ended,))
        if batch.letters:
            letters.write(self._base, batch.letters)

    def _refuse(self, parcel: Parcel) -> bool:
        if parcel.request:
            parcel.refused = self._base.execute(ANSWER, (parcel.request, parcel.seq)).rowcount == 0
            self._base.execute(ENDED, (parcel.request,))
        return parcel.refused

    def _row(self, parcel: Parcel) -> Row:
        parcel.pack(self.source, self.chain.before(parcel.topic))
        self.chain.move(parcel.topic, parcel.last)
        visit, cause = parcel.visit or None, parcel.cause or None
        crc = zlib.crc32(parcel.data)
        return parcel.seq, len(parcel.events), parcel.topic, visit, cause, parcel.time, crc, parcel.data

    def checkpoint(self) -> None:
        """Sync what was written: from here on it survives a power cut."""
        self._base.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def close(self) -> None:
        """Sync and close."""
        self._base.close()


def _connect(path: Path) -> sqlite3.Connection:
    base = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    base.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA secure_delete=ON;"
        f"PRAGMA journal_size_limit={2 * WAL_BYTES};"
    )
    return base
