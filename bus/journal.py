"""A participant's own record of what it published on the log lane: one SQLite file, one row per frame, one writer.

A commit costs no sync of the disk: the operating system holds the rows, so they survive the death of every process. The
checkpoints sync; they are what survives a power cut.
"""

import queue
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from bus.outbox import Parcel
from bus.wire import START, Chain

SYNC_SECONDS = 5.0
IDLE_SECONDS = 1.0
WAL_BYTES = 16_000_000

SCHEMA = """
CREATE TABLE IF NOT EXISTS frames (
    seq INTEGER PRIMARY KEY, count INTEGER NOT NULL, topic TEXT NOT NULL, visit TEXT, cause TEXT, time REAL NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS frames_topic ON frames (topic);
CREATE INDEX IF NOT EXISTS frames_visit ON frames (visit) WHERE visit IS NOT NULL;
CREATE INDEX IF NOT EXISTS frames_cause ON frames (cause) WHERE cause IS NOT NULL;
CREATE INDEX IF NOT EXISTS frames_time ON frames (time);
CREATE TABLE IF NOT EXISTS answers (request TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
"""
INSERT = "INSERT INTO frames (seq, count, topic, visit, cause, time, body) VALUES (?, ?, ?, ?, ?, ?, ?)"
ANSWER = "INSERT OR IGNORE INTO answers (request, seq) VALUES (?, ?)"

Row = tuple[int, int, str, str | None, str | None, float, bytes]


def journal_path(folder: Path, source: str) -> Path:
    """Return where a source keeps its journal."""
    return folder / f"{source}.db"


class Journal:
    """The only connection that writes."""

    def __init__(self, folder: Path, source: str, before: int) -> None:
        """Open the journal and make the number of this start durable; `before` is the last start known elsewhere."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = journal_path(folder, source)
        self.source = source
        self._base = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._base.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA secure_delete=ON;"
            f"PRAGMA journal_size_limit={2 * WAL_BYTES};"
        )
        self._base.executescript(f"BEGIN IMMEDIATE; {SCHEMA} COMMIT;")
        self.start = self._begin(before)
        self.chain = Chain(self._newest())
        self._base.execute("PRAGMA synchronous=NORMAL")

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

    def record(self, parcels: list[Parcel]) -> None:
        """Write frames in one transaction. A second answer to one request is refused, all others get their place."""
        self._base.execute("BEGIN IMMEDIATE")
        self._base.executemany(INSERT, [self._row(parcel) for parcel in parcels if not self._refuse(parcel)])
        self._base.execute("COMMIT")

    def _refuse(self, parcel: Parcel) -> bool:
        if parcel.request:
            parcel.refused = self._base.execute(ANSWER, (parcel.request, parcel.seq)).rowcount == 0
        return parcel.refused

    def _row(self, parcel: Parcel) -> Row:
        parcel.pack(self.source, self.chain.before(parcel.topic))
        self.chain.move(parcel.topic, parcel.last)
        visit, cause = parcel.visit or None, parcel.cause or None
        return parcel.seq, len(parcel.events), parcel.topic, visit, cause, parcel.time, parcel.data

    def checkpoint(self) -> None:
        """Sync what was written: from here on it survives a power cut."""
        self._base.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def close(self) -> None:
        """Sync and close."""
        self._base.close()


class Recorder:
    """Writes the journal in a thread of its own: what is queued goes into one transaction."""

    def __init__(self, journal: Journal, recorded: Callable[[list[Parcel]], None]) -> None:
        """`recorded` is called in the thread, after each commit."""
        self._journal = journal
        self._recorded = recorded
        self._queue: queue.SimpleQueue[list[Parcel] | None] = queue.SimpleQueue()
        self._dirty_since = 0.0
        self._dirty_bytes = 0

    def record(self, parcels: list[Parcel]) -> None:
        """Queue frames."""
        self._queue.put(parcels)

    def stop(self) -> None:
        """Let the thread end after what is queued."""
        self._queue.put(None)

    def run(self) -> None:
        """Write until stopped."""
        try:
            while self._write(self._wait()):
                pass
        finally:
            self._journal.close()

    def _wait(self) -> list[list[Parcel] | None]:
        """Return everything that is queued; an empty list when there was nothing for a while."""
        timeout = None
        if self._dirty_since:
            timeout = max(0.0, min(IDLE_SECONDS, self._dirty_since + SYNC_SECONDS - time.monotonic()))
        try:
            found = [self._queue.get(timeout=timeout)]
        except queue.Empty:
            return []
        while not self._queue.empty():
            found.append(self._queue.get_nowait())
        return found

    def _write(self, found: list[list[Parcel] | None]) -> bool:
        parcels = [parcel for batch in found if batch is not None for parcel in batch]
        if parcels:
            self._journal.record(parcels)
            self._dirty_since = self._dirty_since or time.monotonic()
            self._dirty_bytes += sum(len(parcel.data) for parcel in parcels)
            self._recorded(parcels)
        if self._dirty_since and (not found or self._due()):
            self._journal.checkpoint()
            self._dirty_since, self._dirty_bytes = 0.0, 0
        return None not in found

    def _due(self) -> bool:
        return time.monotonic() - self._dirty_since > SYNC_SECONDS or self._dirty_bytes > WAL_BYTES
