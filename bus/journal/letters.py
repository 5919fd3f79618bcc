"""Dead letters: what could not be handed on or understood, and why. The newest thousand are kept."""

import hashlib
import sqlite3
import time

import msgspec

KEPT = 1_000

SCHEMA = """
CREATE TABLE IF NOT EXISTS letters (
    number INTEGER PRIMARY KEY, time REAL NOT NULL, reason TEXT NOT NULL, source TEXT NOT NULL, topic TEXT NOT NULL,
    size INTEGER NOT NULL, sha256 TEXT NOT NULL, body BLOB NOT NULL
);
"""
COLUMNS = "number, time, reason, source, topic, size, sha256, body"
INSERT = "INSERT INTO letters (time, reason, source, topic, size, sha256, body) VALUES (?, ?, ?, ?, ?, ?, ?)"
OLDER = "DELETE FROM letters WHERE number <= (SELECT max(number) FROM letters) - ?"


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was set aside."""

    reason: str
    """Why, in a few words."""
    source: str = ""
    """Who had sent it, as far as that is known."""
    topic: str = ""
    """Its topic, as far as that is known."""
    size: int = 0
    """Bytes that it had."""
    sha256: str = ""
    """Of these bytes, hexadecimal."""
    body: bytes = b""
    """The bytes themselves, of the log lane only: what is live is kept nowhere."""
    time: float = 0.0
    """Wall clock when it was set aside."""
    number: int = 0
    """Counts the letters of one journal; the journal gives it."""


def letter(reason: str, data: bytes, *, source: str = "", topic: str = "", lane: str = "live") -> Letter:
    """Return a letter about some bytes; it holds them when they belong to the log lane."""
    return Letter(
        reason=reason,
        source=source,
        topic=topic,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        body=data if lane == "log" else b"",
        time=time.time(),
    )


def write(base: sqlite3.Connection, letters: list[Letter]) -> None:
    """Keep some letters, within a transaction; the oldest of more than a thousand go."""
    base.executemany(
        INSERT, [(one.time, one.reason, one.source, one.topic, one.size, one.sha256, one.body) for one in letters]
    )
    base.execute(OLDER, (KEPT,))


def read(base: sqlite3.Connection, limit: int = KEPT) -> list[Letter]:
    """Return the newest letters, oldest first."""
    rows = base.execute(f"SELECT {COLUMNS} FROM letters ORDER BY number DESC LIMIT ?", (limit,)).fetchall()  # noqa: S608
    names = COLUMNS.split(", ")
    return [Letter(**dict(zip(names, row, strict=True))) for row in reversed(rows)]
