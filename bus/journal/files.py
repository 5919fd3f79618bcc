"""Journals as files: where they lie, what is in them, and which of them can be used as they are."""

import os
import re
import sqlite3
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from bus.journal import letters
from bus.journal.pages import committed
from bus.say import warn

FORMAT = 3
PAGE_BYTES = 4_096
WAL_BYTES = 32_000_000
"""A log that has grown by as much is synced and begins again."""
CLOCK_BEGAN = 1_767_225_600
"""2026-01-01."""
CLOCK_SECONDS = 120

FRAMES = """CREATE TABLE frames (
    seq INTEGER PRIMARY KEY, count INTEGER NOT NULL, topic TEXT NOT NULL, visit TEXT, cause TEXT, time REAL NOT NULL,
    crc INTEGER NOT NULL, body BLOB NOT NULL
)"""
SCHEMA = f"""
{FRAMES.replace("TABLE", "TABLE IF NOT EXISTS", 1)};
CREATE INDEX IF NOT EXISTS frames_topic ON frames (topic);
CREATE INDEX IF NOT EXISTS frames_visit ON frames (visit) WHERE visit IS NOT NULL;
CREATE INDEX IF NOT EXISTS frames_cause ON frames (cause) WHERE cause IS NOT NULL;
CREATE INDEX IF NOT EXISTS frames_time ON frames (time, topic);
CREATE TABLE IF NOT EXISTS answers (request TEXT PRIMARY KEY, seq INTEGER, crc INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value INTEGER, crc INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS positions (source TEXT PRIMARY KEY, seq INTEGER, crc INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS attempts (event TEXT PRIMARY KEY, tries INTEGER, crc INTEGER NOT NULL) WITHOUT ROWID;
{letters.SCHEMA}
PRAGMA user_version={FORMAT};
"""
ENDED = re.compile(r"[0-9+]$")
"""How the name of a journal ends that was put aside; its log's does not."""
NEW = (f"page_size={PAGE_BYTES}", "auto_vacuum=INCREMENTAL")
"""What makes a new file. The second of them would write over a damaged log."""
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "wal_autocheckpoint=0",
    f"journal_size_limit={WAL_BYTES}",
    "secure_delete=ON",
)
PASSING = (
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
)
"""What can be well again without the file being mended. Everything else is damage."""
PAIRS = {"answers": "request", "facts": "name", "positions": "source", "attempts": "event"}
"""The tables of a text and a number each, and what the text is called."""

UNREADABLE = (sqlite3.Error, UnicodeDecodeError)
"""What asking a journal can raise. SQLite's complaints of a damaged file are not always UTF-8."""
TROUBLE = (*UNREADABLE, OSError)
Row = tuple[int, int, str, str | None, str | None, float, int, bytes]
"""A row of the table `frames`."""
Pair = tuple[str, int, int]
"""A row of one of the small tables."""


class Damaged(sqlite3.DatabaseError):
    """Raised for damage that SQLite does not see."""


def is_damage(error: Exception) -> bool:
    """Say whether a journal has to be mended after an error, instead of being tried again."""
    if isinstance(error, (Damaged, UnicodeDecodeError)) or "Could not decode" in str(error):
        return True
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF not in PASSING


def pair(table: str, text: str, number: int) -> Pair:
    """Return a row of one of the small tables. Its checksum also says which."""
    return text, number, zlib.crc32(f"{table} {text} {number}".encode())


def journal_path(folder: Path, source: str) -> Path:
    """Return where a source keeps its journal."""
    return folder / f"{source}.db"


def with_log(path: Path) -> list[Path]:
    """Return the files of a journal, the one last that makes the others mean something."""
    return [path.with_name(f"{path.name}{end}") for end in ("-wal", "-shm", "")]


def connect(path: Path) -> sqlite3.Connection:
    """Open a journal to write."""
    new = not path.exists() or path.stat().st_size == 0
    base = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=2.0)
    try:
        for pragma in (*NEW, *PRAGMAS) if new else PRAGMAS:
            base.execute(f"PRAGMA {pragma}").fetchall()
    except BaseException:
        base.close()
        raise
    return base


@contextmanager
def left_alone(path: Path) -> Iterator[None]:
    """Keep SQLite from removing a log, after moving what it understands of it, when the only connection is closed."""
    guard = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, check_same_thread=False)
    try:
        with suppress(*UNREADABLE):
            guard.execute("PRAGMA user_version").fetchone()
        yield
    finally:
        guard.close()


@contextmanager
def transaction(base: sqlite3.Connection) -> Iterator[None]:
    """Commit what is written inside; an error takes all of it back."""
    base.execute("BEGIN IMMEDIATE")
    try:
        yield
        base.execute("COMMIT")
    except BaseException:
        with suppress(*UNREADABLE):
            base.execute("ROLLBACK")
        raise


def draft_path(path: Path) -> Path:
    """Return where a journal is written anew before it takes the place of a damaged one."""
    return path.with_name(f".{path.stem}.mending")


def put_aside(path: Path, label: str) -> str:
    """Give a journal another name, under which nobody takes it for one; return that name."""
    aside = path.with_name(f"{path.stem}.{label}-{time.strftime('%Y%m%d-%H%M%S')}")
    number = 1
    while aside.exists():
        number += 1
        aside = aside.with_name(f"{aside.name.partition('+')[0]}+{number}")
    for old, new in zip(with_log(path), with_log(aside), strict=True):
        with suppress(FileNotFoundError):
            old.rename(new)
    return aside.name


def set_aside(path: Path) -> list[Path]:
    """Return what was put aside of a journal."""
    found = [one for label in ("damaged", "old") for one in path.parent.glob(f"{path.stem}.{label}-*")]
    return [one for one in found if ENDED.search(one.name)]


def remove(aside: Path) -> None:
    """Remove a journal that was put aside."""
    for file in with_log(aside):
        file.unlink(missing_ok=True)
    warn("journal.removed", file=aside.name)


def has_other_format(base: sqlite3.Connection) -> bool:
    """Say whether a journal is of another time than this. Raise `Damaged` when only its number says so."""
    (version,) = base.execute("PRAGMA user_version").fetchone()
    if version == FORMAT or not base.execute("SELECT 1 FROM sqlite_master").fetchone():
        return False
    if base.execute("SELECT 1 FROM sqlite_master WHERE sql = ?", (FRAMES,)).fetchone():
        raise Damaged(f"it says that it is of format {version}, and is not")
    return True


def put_other_aside(base: sqlite3.Connection, path: Path) -> int:
    """Put a journal of another format aside, and close it; return the number of its last start."""
    (version,) = base.execute("PRAGMA user_version").fetchone()
    (start,) = base.execute("SELECT max(value) FROM facts WHERE name = 'start'").fetchone()
    base.close()
    warn("journal.other_format", journal=path.name, format=version, ours=FORMAT, aside=put_aside(path, "old"))
    return start or 0


def check_beginning(path: Path) -> None:
    """Raise `Damaged` for an empty file that has a log: whoever opens it with SQLite removes that log."""
    log = path.with_name(f"{path.name}-wal")
    if path.exists() and path.stat().st_size == 0 and log.exists() and log.stat().st_size > 0:
        raise Damaged("it is empty, and its log is not")


def check(base: sqlite3.Connection, path: Path) -> None:
    """Raise `Damaged` when a file or its log is too short, or damaged where SQLite would stop reading silently."""
    log = path.with_name(f"{path.name}-wal")
    written = committed(log.read_bytes(), PAGE_BYTES) if log.exists() else []
    _, found, done = base.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    if 0 <= found < len(written):
        raise Damaged(f"its log can be read up to page {found} of {len(written)}")
    (pages,) = base.execute("PRAGMA page_count").fetchone()
    if found == done and path.stat().st_size < pages * PAGE_BYTES:
        raise Damaged(f"it ends after {path.stat().st_size} of {pages * PAGE_BYTES} bytes")


def newest_by_topic(base: sqlite3.Connection) -> dict[str, int]:
    """Return the newest number of every topic."""
    newest: dict[str, int] = {}
    topic = ""
    while True:
        topic = base.execute("SELECT min(topic) FROM frames WHERE topic > ?", (topic,)).fetchone()[0]
        if topic is None:
            return newest
        row = "SELECT seq + count - 1 FROM frames WHERE topic = ? ORDER BY seq DESC LIMIT 1"
        newest[topic] = base.execute(row, (topic,)).fetchone()[0]


def note_start(path: Path, start: int) -> None:
    """Write the number of a start down beside the journal, which may come to harm. The file needs no room to grow."""
    with suppress(OSError):
        note = os.open(path.with_suffix(".start"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.pwrite(note, b"%010d\n" % start, 0)
            os.fsync(note)
        finally:
            os.close(note)


def noted_start(path: Path) -> int:
    """Return the number of the last start that was written down; 0 where there is none."""
    try:
        text = path.with_suffix(".start").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return 0
    return int(text) if text.isdigit() and len(text) == 10 else 0


def start_by_the_clock() -> int:
    """Return a number for a start that nobody can tell the number of: starts are counted, and never reach this one."""
    return max(1, int(time.time() - CLOCK_BEGAN) // CLOCK_SECONDS)
