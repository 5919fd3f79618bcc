"""A look at every row of a journal, once after each start: does all of it still say what was written?

SQLite finds out that a page makes no sense when it needs it. It does not find out that a letter has changed.
"""

import sqlite3
import zlib
from collections.abc import Iterator

from bus.journal.files import PAIRS, Damaged, pair
from bus.journal.salvage import columns_of

STEP_ROWS = 500
INDEXED = ("topic", "visit", "cause", "time")
ROWS = "SELECT * FROM frames WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?"


def inspect(base: sqlite3.Connection, below: int) -> Iterator[None]:
    """Do one step each time that this is asked on. Raise `Damaged` at the end when something is wrong.

    Rows from the number `below` on are not looked at: who wrote them a moment ago knows what they say. None of the
    others may be deleted meanwhile.
    """
    (newest,) = base.execute("SELECT max(seq) FROM frames WHERE seq < ?", (below,)).fetchone()
    sums = dict.fromkeys(INDEXED, 0)
    bad = 0
    seq = -1
    while rows := base.execute(ROWS, (seq, newest, STEP_ROWS)).fetchall():
        for row in rows:
            bad += columns_of(*row[-2:]) != row
            for column, value in zip(INDEXED, row[2:6], strict=True):
                sums[column] += _sum(value, row[0])
        seq = rows[-1][0]
        yield
    for column in INDEXED if newest else ():
        yield from _inspect_index(base, column, newest, sums[column])
    for table, column in PAIRS.items():
        found = [("", 0, 0)]
        find = f"SELECT * FROM {table} WHERE {column} > ? ORDER BY {column} LIMIT {STEP_ROWS}"  # noqa: S608
        while found := base.execute(find, found[-1][:1]).fetchall():
            bad += sum(pair(table, text, number) != (text, number, crc) for text, number, crc in found)
            yield
    if bad:
        raise Damaged(f"{bad} rows do not say what was written")


def _inspect_index(base: sqlite3.Connection, column: str, newest: int, total: int) -> Iterator[None]:
    """Compare an index with the rows: the same values have to stand in both."""
    find = (
        f"SELECT {column}, seq FROM frames INDEXED BY frames_{column}"  # noqa: S608
        f" WHERE {column} IS NOT NULL AND ({column}, seq) > (?, ?)"  # an index of what is not null is used only then
        f" ORDER BY {column}, seq LIMIT {5 * STEP_ROWS}"
    )
    last: tuple[str | float, int] = (-1.0 if column == "time" else "", -1)
    while found := base.execute(find, last).fetchall():
        total -= sum(_sum(value, seq) for value, seq in found if seq <= newest)
        last = found[-1]
        yield
    if total:
        raise Damaged(f"its index by {column} does not say what its rows say")


def _sum(value: str | float | None, seq: int) -> int:
    return 0 if value is None else zlib.crc32(f"{value} {seq}".encode())
