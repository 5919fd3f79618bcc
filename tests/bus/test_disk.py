"""The show goes before the record: a full disk, a disk that hangs, and none at all."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import anyio
import pytest

from bus import AlreadyAnswered, Bus, Subscription, history
from bus.history import Query
from bus.journal.journal import Batch, Journal
from bus.journal.recorder import Recorder
from schemas import Event, ImageReady, ImageRequest, StoryBeat, because
from tests.bus.disks import Disk, capped, held, small_disk
from tests.bus.mesh import PATIENCE, Mesh, nothing_more, picture, take
from tests.bus.parcels import parcel_of

pytestmark = pytest.mark.anyio

Make = Callable[[Path], AbstractContextManager[Disk]]


@pytest.fixture(params=[small_disk, capped], ids=["a small disk", "files that cannot grow"])
def disk(request: pytest.FixtureRequest, mesh: Mesh) -> Iterator[Disk]:
    """Yield the disk of the journals."""
    make: Make = request.param
    mesh.journals.mkdir()
    with make(mesh.journals) as made:
        yield made


def condition(bus: Bus) -> tuple[int, str]:
    """Return how many events wait to be recorded, and what is said about it."""
    report = bus.reports["bus"]()
    return int(str(report["unrecorded"])), str(report.get("message", ""))


async def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    with anyio.fail_after(PATIENCE):
        while not is_so():
            await anyio.sleep(0.01)


async def tell_until_full(story: Bus) -> list[Event]:
    """Publish until a beat leaves unrecorded."""
    told: list[Event] = []
    with anyio.fail_after(PATIENCE):
        while not condition(story)[0]:
            told.append(await story.publish(StoryBeat(number=len(told), text="x" * 2_000)))
    return told


async def test_events_go_out_over_a_full_disk_and_are_recorded_when_there_is_room(disk: Disk, mesh: Mesh) -> None:
    async with mesh.open("story") as story, mesh.open("display") as display, display.subscribe(StoryBeat) as beats:
        told: list[Event] = [await story.publish(StoryBeat(number=0, text="There is room"))]
        disk.fill()
        told += await tell_until_full(story)
        told += [await story.publish(StoryBeat(number=number, text="And then?")) for number in range(50)]
        assert condition(story)[0] >= 50
        assert condition(story)[1].startswith("NOT RECORDED: ")
        assert await take(beats, len(told)) == told
        disk.empty()
        await until(lambda: condition(story) == (0, ""))
        told.append(await story.publish(StoryBeat(number=1, text="Recorded again")))
        assert await take(beats) == told[-1:]
        assert await nothing_more(beats)
    assert history.read(mesh.journals, Query(source="story")) == told


async def test_a_request_is_answered_once_on_a_full_disk(disk: Disk, mesh: Mesh) -> None:
    async with mesh.open("image") as image, mesh.open("story") as story, story.subscribe(ImageReady) as replies:
        early, late = [await story.publish(ImageRequest(scene=scene)) for scene in ("fox", "owl")]
        sent = [await image.publish(because(early, picture()))]
        disk.fill()
        await tell_until_full(image)
        sent.append(await image.publish(because(late, picture())))
        for request in (early, late):
            with pytest.raises(AlreadyAnswered):
                await image.publish(because(request, picture()))
        disk.empty()
        await until(lambda: condition(image) == (0, ""))
        with pytest.raises(AlreadyAnswered):
            await image.publish(because(late, picture()))
        assert await image.outstanding(ImageRequest) == []
        assert await take(replies, 2) == sent
        assert await nothing_more(replies)


async def test_a_journal_that_does_not_answer_holds_up_nothing(mesh: Mesh) -> None:
    async with mesh.open("story") as story, mesh.open("display") as display, display.subscribe(StoryBeat) as beats:
        told = [await story.publish(StoryBeat(number=0, text="x"))]
        with held(mesh.journals, "story"):
            with anyio.fail_after(PATIENCE):
                for number in range(1, 20):
                    told.append(await story.publish(StoryBeat(number=number, text="And then?")))
            assert condition(story)[0] == 19
            assert "NOT RECORDED" in condition(story)[1]
            assert await take(beats, 20) == told
            await anyio.sleep(3)  # longer than a lock is waited for
            told.append(await story.publish(StoryBeat(number=20, text="x")))
            assert history.read(mesh.journals, Query(source="story")) == told[:1]
        await until(lambda: condition(story) == (0, ""))
        told.append(await story.publish(StoryBeat(number=21, text="x")))
        assert await take(beats, 2) == told[-2:]
        assert await nothing_more(beats)
    assert history.read(mesh.journals, Query(source="story")) == told


async def test_who_starts_on_a_full_disk_is_heard_and_never_uses_a_number_twice(disk: Disk, mesh: Mesh) -> None:
    ids: list[str] = []
    async with mesh.open("story") as story:
        ids.append((await story.publish(StoryBeat(number=0, text="x"))).id)
    disk.fill()
    async with mesh.open("display") as display, display.subscribe(StoryBeat) as beats:
        for number in range(3):
            async with mesh.open("story") as story:
                ids.append((await story.publish(StoryBeat(number=number, text="x" * 50_000))).id)
                assert [beat.id for beat in await take(beats)] == ids[-1:]
        disk.empty()
        async with mesh.open("story") as story:
            ids.append((await story.publish(StoryBeat(number=4, text="x"))).id)
            assert condition(story) == (0, "")
    numbers = [int(one.partition(":")[2]) for one in ids]
    assert numbers == sorted(set(numbers))


async def test_who_cannot_have_a_journal_is_heard_and_never_uses_a_number_twice(mesh: Mesh) -> None:
    (mesh.journals / "story.db" / "in the way").mkdir(parents=True)
    ids: list[str] = []
    async with mesh.open("display") as display, display.subscribe(StoryBeat) as beats:
        for number in range(3):
            async with mesh.open("story") as story:
                ids.append((await story.publish(StoryBeat(number=number, text="x"))).id)
                assert condition(story)[1].startswith("NOT RECORDED: unable to open")
                assert [beat.id for beat in await take(beats)] == ids[-1:]
        (mesh.journals / "story.db" / "in the way").rmdir()
        (mesh.journals / "story.db").rmdir()
        async with mesh.open("story") as story:
            ids.append((await story.publish(StoryBeat(number=4, text="x"))).id)
            assert condition(story) == (0, "")
    numbers = [int(one.partition(":")[2]) for one in ids]
    assert numbers == sorted(set(numbers))
    assert [event.id for event in history.read(mesh.journals, Query())] == ids[-1:]


async def test_a_journal_that_is_taken_away_is_made_anew(mesh: Mesh) -> None:
    async with mesh.open("story") as story, story.subscribe(StoryBeat) as beats:
        told = [await story.publish(StoryBeat(number=0, text="x"))]
        for path in mesh.journals.glob("story.db*"):
            path.unlink()
        told.append(await story.publish(StoryBeat(number=1, text="Nowhere")))
        await until((mesh.journals / "story.db").exists)
        await until(lambda: condition(story) == (0, ""))
        told.append(await story.publish(StoryBeat(number=2, text="x")))
        assert await take(beats, 3) == told
    assert history.read(mesh.journals, Query()) == told[2:]


async def drain(story: Bus, beats: Subscription[StoryBeat]) -> None:
    """Hear what was told."""
    async for beat in beats:
        assert beat.source == story.name


def test_what_is_owed_to_the_journal_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest is given up, and counted; positions and answers are not."""
    monkeypatch.setattr("bus.journal.recorder.OWED_BYTES", 50_000)
    journal = Journal(tmp_path, "story", 0)
    left: list[Batch] = []
    recorder = Recorder(journal, left.extend)
    with held(tmp_path, "story"):
        journal.be_patient(False)
        for number in range(1, 101):
            beat = StoryBeat(number=number, text="x" * 1_000)
            recorder.record(Batch(parcels=[parcel_of(journal, number, beat)], position=("asr", number)))
        recorder.stop()
        recorder.run()
    report = recorder.report()
    assert len(left) == 100
    assert 40 <= int(str(report["unrecorded"])) <= 50
    assert int(str(report["unrecorded"])) + int(str(report["never_recorded"])) == 100
