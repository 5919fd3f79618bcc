"""A damaged journal opens, loses at most what was damaged, and says so."""

import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import anyio
import pytest

from bus import history
from bus.history import Query
from bus.journal.entry import Batch
from bus.journal.files import UNREADABLE, Damaged, journal_path, set_aside
from bus.journal.inspection import inspect
from bus.journal.journal import Journal, is_damage
from bus.journal.letters import letter
from bus.wire import START
from schemas import Cancelled, Event, StoryBeat
from tests.bus.mesh import PATIENCE, Mesh, take
from tests.bus.parcels import parcel_of, record

FRAMES = 400
PAGE = 4_096
ROWS_OF_A_PAGE = 20


class Shelf:
    """A journal that ended well or by a kill, of which damaged copies can be made."""

    def __init__(self, folder: Path, *, killed: bool) -> None:
        self.folder = folder
        self.whole = folder / "whole"
        journal = Journal(self.whole, "story", 0)
        record(journal, range(1, FRAMES // 2))
        journal.checkpoint()
        record(journal, range(FRAMES // 2, FRAMES))
        reply = parcel_of(journal, FRAMES, Cancelled(cause="asr:5", reason="expired", request="image.request"))
        dead = letter("broken", b"nothing", source="asr", topic="x", lane="log")
        journal.record(
            [Batch(parcels=[reply], positions={"asr": 3 << 40, "image": 7 << 40}, begun="asr:9", letters=[dead])]
        )
        self.killed = killed
        if killed:
            shutil.copytree(self.whole, folder / "killed")
            self.whole = folder / "killed"
        journal.close()
        self.events = self.read(self.whole)
        assert len(self.events) == FRAMES
        self.count = 0

    def copy(self, damage: Callable[[bytearray], object], name: str = "story.db") -> Path:
        """Return a folder with a copy, damaged in one file."""
        self.count += 1
        folder = self.folder / f"copy-{self.count}"
        shutil.copytree(self.whole, folder)
        data = bytearray((folder / name).read_bytes())
        damage(data)
        (folder / name).write_bytes(data)
        return folder

    @staticmethod
    def read(folder: Path) -> list[str]:
        """Return the ids in a journal, as a reader finds them."""
        return [event.id for event in history.read(folder, Query(source="story", limit=10_000))]


@pytest.fixture(scope="module", params=[False, True], ids=["ended", "killed"])
def shelf(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Return a journal to be damaged."""
    return Shelf(tmp_path_factory.mktemp("shelf"), killed=request.param)


def inspected(folder: Path) -> Journal:
    """Open a journal as its owner, who looks at all of it and mends it."""
    journal = Journal(folder, "story", 0)
    try:
        for _ in inspect(journal.base, journal.start << START):
            pass
    except UNREADABLE as error:
        if not is_damage(error):
            raise
        journal.mend(str(error))
    return journal


def lost_by_reader_and_owner(shelf: Shelf, folder: Path) -> tuple[int, int]:
    """Read a journal, then open it as its owner; return how many events each of them misses. None comes twice."""
    read = shelf.read(folder)
    inspected(folder).close()
    kept = shelf.read(folder)
    for ids in (read, kept):
        assert len(set(ids)) == len(ids)
        assert set(ids) <= set(shelf.events)
    assert kept == sorted(kept, key=shelf.events.index)
    return FRAMES - len(read), FRAMES - len(kept)


def flip(dice: random.Random) -> Callable[[bytearray], None]:
    """Return what flips one bit somewhere."""

    def damage(data: bytearray) -> None:
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)

    return damage


def try_flips(shelf: Shelf, count: int, seed: int) -> None:
    """Flip a bit in many copies, each at another place."""
    dice = random.Random(seed)
    names = ["story.db", "story.db-wal"] if shelf.killed else ["story.db"]
    for _ in range(count):
        folder = shelf.copy(flip(dice), dice.choice(names))
        reader, owner = lost_by_reader_and_owner(shelf, folder)
        assert owner <= ROWS_OF_A_PAGE
        assert reader >= owner
        shutil.rmtree(folder)


def test_a_flipped_bit_costs_a_page_at_most(shelf: Shelf) -> None:
    try_flips(shelf, 30, seed=1)


@pytest.mark.trial
def test_a_thousand_flipped_bits_cost_a_page_each_at_most(shelf: Shelf) -> None:
    try_flips(shelf, 1_000, seed=2)


def zero_header(data: bytearray) -> None:
    """Leave nothing of what says that this is a journal."""
    data[:PAGE] = bytes(PAGE)


def cut(share: float) -> Callable[[bytearray], None]:
    """Return what leaves only a part of a file."""

    def damage(data: bytearray) -> None:
        del data[int(len(data) * share) :]

    return damage


def test_a_journal_without_its_beginning_is_read_and_mended_whole(
    shelf: Shelf, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shelf.copy(zero_header)
    assert lost_by_reader_and_owner(shelf, folder) == (0, 0)
    assert history.positions(folder, "story") == {"asr": 3 << 40, "image": 7 << 40}
    assert history.attempts(folder, "story") == {"asr:9": 1}
    assert [one.body for one in history.letters(folder)] == [b"nothing"]
    journal = Journal(folder, "story", 0)
    second = parcel_of(journal, 1, Cancelled(cause="asr:5", reason="expired", request="image.request"))
    journal.record([Batch(parcels=[second])])
    journal.close()
    assert second.refused
    told = [line for line in capsys.readouterr().out.splitlines() if "journal.damaged" in line]
    asides = set_aside(journal_path(folder, "story"))
    if shelf.killed:  # the log has a newer beginning
        assert not told
        assert not asides
    else:
        assert len(told) == 2  # the reader and the owner, in one line each
        assert len(asides) == 1


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_what_is_left_of_a_journal_that_was_cut_off_is_kept(shelf: Shelf, share: float) -> None:
    folder = shelf.copy(cut(share))
    left = b"".join((folder / name).read_bytes() for name in ("story.db", "story.db-wal") if (folder / name).exists())
    there = sum(f"story:{(1 << 40) + number}".encode() in left for number in range(1, FRAMES + 1))
    _, owner = lost_by_reader_and_owner(shelf, folder)
    assert FRAMES - owner >= there - 1


@pytest.mark.parametrize("name", ["story.db", "story.db-wal", "story.db-shm"])
def test_a_name_never_uses_a_number_twice_over_damage(shelf: Shelf, name: str) -> None:
    if not shelf.killed:
        name = "story.db"
    for damage in (zero_header, cut(0.0), cut(0.3), flip(random.Random(3))):
        folder = shelf.copy(damage, name)
        for start in (2, 3):
            journal = Journal(folder, "story", 0)
            assert journal.start == start
            journal.close()
    (folder / name).unlink(missing_ok=True)
    journal = Journal(folder, "story", 0)
    assert journal.start == 4
    journal.close()


def test_a_journal_of_another_time_is_put_aside(tmp_path: Path) -> None:
    path = journal_path(tmp_path, "story")
    with sqlite3.connect(path) as base:
        base.executescript(
            "CREATE TABLE frames (seq INTEGER PRIMARY KEY, body BLOB); CREATE TABLE facts (name TEXT, value INTEGER);"
            "INSERT INTO facts VALUES ('start', 6); PRAGMA user_version=1;"
        )
    base.close()
    assert history.read(tmp_path, Query()) == []
    journal = Journal(tmp_path, "story", 0)
    assert (journal.start, journal.trouble) == (7, "")
    assert len(set_aside(path)) == 1
    journal.close()


def test_what_is_only_wrong_in_a_column_is_found_and_put_right(tmp_path: Path) -> None:
    for wrong in ("topic = 'story.bear'", "time = 5.0", "visit = NULL", "seq = seq + 1000"):
        journal = Journal(tmp_path / wrong[:3], "story", 0)
        record(journal, range(1, 50))
        journal.base.execute(f"UPDATE frames SET {wrong} WHERE seq & 255 = 9")  # noqa: S608
        with pytest.raises(Damaged):
            list(inspect(journal.base, 1 << 62))
        before = journal.base.execute("SELECT count(*) FROM frames WHERE topic = 'story.beat'").fetchone()
        journal.mend("a test")
        list(inspect(journal.base, 1 << 62))
        assert before <= journal.base.execute("SELECT count(*) FROM frames WHERE topic = 'story.beat'").fetchone()
        journal.close()


@pytest.mark.anyio
async def test_a_journal_that_is_damaged_while_it_is_used_is_mended_and_the_show_goes_on(
    mesh: Mesh, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bus.journal.upkeep.INSPECT_SECONDS", 0.05)
    journal = Journal(mesh.journals, "story", 0)
    record(journal, range(1, FRAMES))
    journal.close()
    data = bytearray(journal.path.read_bytes())
    place = data.find(b"And then? 200")
    data[place] ^= 1
    journal.path.write_bytes(data)
    async with mesh.open("story") as story, mesh.open("image") as image, image.subscribe(StoryBeat) as beats:
        told: list[Event] = []
        with anyio.fail_after(PATIENCE):
            while not set_aside(journal.path):
                told.append(await story.publish(StoryBeat(number=len(told), text="x")))
                await anyio.sleep(0.01)
        told.append(await story.publish(StoryBeat(number=len(told), text="x")))
        assert await take(beats, len(told)) == told
        assert "message" not in story.reports["bus"]()
    left = history.read(mesh.journals, Query(limit=10_000))
    assert len(left) == FRAMES - 2 + len(told)
    assert left[-len(told) :] == told
