"""What is old, or too much, is forgotten: for good, and while events flow."""

import os
import time
from pathlib import Path

import anyio
import pytest

from bus import Bus, history, open_bus, sweep
from bus.history import Query
from bus.journal import letters
from bus.journal.entry import Batch
from bus.journal.journal import Journal
from bus.journal.retention import Keep, Retention
from schemas import Cancelled, ImageRequest, StoryBeat
from tests.bus.mesh import PATIENCE, Mesh
from tests.bus.parcels import parcel_of, record

pytestmark = pytest.mark.anyio

LONG_AGO = time.time() - 20 * 86_400
SECRET, KNOWN = "secret words", "known words"


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin at once with what has time."""
    monkeypatch.setattr("bus.journal.upkeep.INSPECT_SECONDS", 0.05)


def forget(journal: Journal, keep: Keep) -> Retention:
    """Do everything that retention does, at once."""
    retention = Retention(journal.path, keep)
    for _ in retention.steps(journal.base, notes=True):
        pass
    return retention


def found_in_files(folder: Path, words: str) -> list[str]:
    """Return the files in which some words stand."""
    return [path.name for path in folder.iterdir() if words.encode() in path.read_bytes()]


def numbers(mesh: Mesh, source: str) -> list[int]:
    """Return the numbers of the beats in a journal."""
    events = history.read(mesh.journals, Query(source=source, limit=1_000_000))
    return [event.number for event in events if isinstance(event, StoryBeat)]


async def test_what_is_old_goes_while_events_flow_and_is_found_in_no_file(mesh: Mesh) -> None:
    journal = Journal(mesh.journals, "story", 0)
    record(journal, range(3_000), at=LONG_AGO, text=SECRET)
    record(journal, range(3_000, 3_500), text=KNOWN)
    journal.close()
    keep = Keep(days=14)
    async with open_bus("story", run=mesh.run, journals=mesh.journals, keep=keep) as story:
        told, pages = 0, 0
        with anyio.fail_after(PATIENCE):
            while found_in_files(mesh.journals, SECRET):
                await story.publish(StoryBeat(number=3_500 + told, text=KNOWN))
                told += 1
                pages += await read_whole(mesh)
        assert pages > 0
        assert story.reports["bus"]()["unrecorded"] == 0
        await wait_for_numbers(mesh, list(range(3_000, 3_500 + told)))
    assert found_in_files(mesh.journals, KNOWN)


async def read_whole(mesh: Mesh) -> int:
    """Read a page in the middle of it all; every row is whole."""
    page = await anyio.to_thread.run_sync(history.page, mesh.journals, "story", 0, {"story.beat": StoryBeat})
    assert page.bad == 0
    return len(page.frames)


async def wait_for_numbers(mesh: Mesh, wanted: list[int]) -> None:
    """Wait until a journal holds some beats, and nothing else."""
    with anyio.fail_after(PATIENCE):
        while numbers(mesh, "story") != wanted:
            await anyio.sleep(0.05)


async def test_what_is_too_much_goes_and_the_disk_gets_it_back(mesh: Mesh, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bus.journal.retention.SPARE_PAGES", 20)
    journal = Journal(mesh.journals, "story", 0)
    record(journal, range(8_000), text="And then? " * 20)
    journal.checkpoint()
    size = journal.path.stat().st_size
    assert forget(journal, Keep(megabytes=1.0)).deleted > 1_000
    left = numbers(mesh, "story")
    assert left == list(range(left[0], 8_000))
    assert 500_000 < journal.path.stat().st_size < 1_100_000 < size
    assert journal.path.with_name("story.db-wal").stat().st_size == 0
    assert forget(journal, Keep(megabytes=1.0)).deleted == 0
    journal.close()


async def test_an_answer_outlives_its_request(mesh: Mesh) -> None:
    """Who has answered is not asked again, as long as the request can be found anywhere."""
    story, image = Journal(mesh.journals, "story", 0), Journal(mesh.journals, "image", 0)
    asked = [parcel_of(story, number, ImageRequest(scene="x"), at=LONG_AGO + number) for number in range(1, 4)]
    story.record([Batch(parcels=asked)])
    requests = [event.id for event in history.outstanding(mesh.journals, "image", ImageRequest)]
    for number, request in enumerate(requests[:2], 1):
        reply = Cancelled(cause=request, reason="expired", request="image.request")
        image.record([Batch(parcels=[parcel_of(image, number, reply, at=LONG_AGO)])])
    assert forget(image, Keep(days=14)).deleted == 2
    assert [one.id for one in history.outstanding(mesh.journals, "image", ImageRequest)] == requests[2:]
    assert forget(story, Keep(days=14)).deleted == 3
    assert image.base.execute("SELECT count(*) FROM answers").fetchone() == (2,)
    record(story, range(4, 5))
    forget(image, Keep(days=14))
    assert image.base.execute("SELECT count(*) FROM answers").fetchone() == (0,)
    story.close()
    image.close()


async def test_dead_letters_and_files_that_were_put_aside_go_with_the_rest(mesh: Mesh) -> None:
    journal = Journal(mesh.journals, "story", 0)
    for when, words in ((LONG_AGO, SECRET), (time.time(), KNOWN)):
        one = letters.Letter(reason="broken", body=words.encode(), time=when)
        journal.record([Batch(letters=[one])])
        for end in ("", "-wal"):
            aside = mesh.journals / f"story.damaged-{words[0]}-1{end}"
            aside.write_text(words, encoding="utf-8")
            os.utime(aside, (when, when))
    other = mesh.journals / "story.damaged-notes.txt"
    other.write_text("by somebody", encoding="utf-8")
    os.utime(other, (LONG_AGO, LONG_AGO))
    forget(journal, Keep(days=14))
    journal.close()
    assert not found_in_files(mesh.journals, SECRET)
    assert len(found_in_files(mesh.journals, KNOWN)) == 3
    assert other.exists()


async def test_nothing_goes_where_everything_is_kept(mesh: Mesh) -> None:
    journal = Journal(mesh.journals, "story", 0)
    record(journal, range(500), at=LONG_AGO)
    journal.close()
    async with mesh.open("story") as story:
        await publish_some(story)
    assert len(numbers(mesh, "story")) == 520


async def publish_some(bus: Bus) -> None:
    """Publish for a while."""
    for number in range(20):
        await bus.publish(StoryBeat(number=number, text="x"))
        await anyio.sleep(0.01)


async def test_what_those_said_who_are_not_there_is_forgotten_by_others(mesh: Mesh) -> None:
    for name, at in (("hand-1", LONG_AGO), ("hand-2", time.time()), ("display", LONG_AGO)):
        journal = Journal(mesh.journals, name, 0)
        record(journal, range(300), at=at, text=SECRET if at == LONG_AGO else KNOWN)
        journal.close()
    async with open_bus("display", run=mesh.run, journals=mesh.journals):
        assert sweep(mesh.run, mesh.journals, Keep(days=14)) == ["hand-1"]
        assert numbers(mesh, "hand-1") == []
        assert numbers(mesh, "hand-2") == numbers(mesh, "display") == list(range(300))
    assert sweep(mesh.run, mesh.journals, Keep(days=14)) == ["display"]
    assert found_in_files(mesh.journals, SECRET) == []
    assert sweep(mesh.run, mesh.journals, Keep(days=14)) == []
    assert sweep(mesh.run, mesh.journals, Keep()) == []
    async with mesh.hand() as hand:
        await hand.publish(StoryBeat(number=1, text="x"))
    assert numbers(mesh, "hand-1") == [1]
