"""A visit is forgotten: for good, at once, and nobody else misses anything."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import anyio
import anyio.lowlevel
import anyio.to_thread
import pytest

from bus import Bus, NameTaken, Wish, forget_for, history
from bus.history import Query
from bus.journal.entry import Batch
from bus.journal.files import journal_path, set_aside
from bus.journal.inspection import inspect
from bus.journal.journal import Journal
from bus.journal.letters import letter
from bus.journals import Journals
from bus.mesh.subscription import MeshSubscription, Shared, Tally
from bus.wire import START, encode, unpack_frame
from schemas import Event, SpeechFinal, StoryBeat
from tests.bus.ledger import all_recorded, kill, lost, note, same, talk, tell
from tests.bus.mesh import PATIENCE, Mesh, nothing_more, take
from tests.bus.parcels import parcel_of, record
from tests.bus.test_recovery import KINDS
from tests.bus.test_retention import found_in_files

pytestmark = pytest.mark.anyio

SECRET, KNOWN = "secret words", "known words"


def wish(*visits: str, ids: tuple[str, ...] = (), rewrite: bool = False) -> Wish:
    """Return a wish to forget."""
    return Wish(frozenset(visits), frozenset(ids), rewrite)


def beats(mesh: Mesh, visit: str = "") -> list[Event]:
    """Return the beats in all journals, of a visit or of any."""
    return history.read(mesh.journals, Query(topics=("story.beat",), visit=visit, limit=1_000_000))


async def tell_two_stories(story: Bus) -> list[StoryBeat]:
    """Tell two visitors a story, a beat to one and a beat to the other; return those of the second."""
    told = []
    for number in range(300):
        await story.publish(StoryBeat(number=number, text=f"{SECRET} {number}", visit="one", cause=f"asr:{number}"))
        told.append(await story.publish(StoryBeat(number=number, text=f"{KNOWN} {number}", visit="two")))
    return told


async def test_a_visit_is_in_no_file_afterwards_and_the_others_are_as_they_were(mesh: Mesh) -> None:
    async with mesh.open("story") as story:
        told = await tell_two_stories(story)
        assert (await story.forget(["one"])).events == 300
        assert found_in_files(mesh.journals, SECRET) == []
        assert beats(mesh) == beats(mesh, visit="two") == told
        assert await story.last(StoryBeat, visit="one") is None
        assert [await story.get(f"story:{(1 << START) + number}") for number in (1, 2)] == [None, told[0]]
        assert (await story.forget(["one"])).events == 0
        told.append(await story.publish(StoryBeat(number=300, text=KNOWN)))
    journal = Journal(mesh.journals, "story", 0)
    assert list(inspect(journal.base, journal.start << START))
    journal.mend("a test")
    assert beats(mesh) == told
    journal.close()


def subscribed(mesh: Mesh, tally: Tally) -> MeshSubscription[Event]:
    """Return a subscription that has heard nothing yet."""
    return MeshSubscription(KINDS, 1, Shared(Journals(mesh.journals), tally, {}))


async def test_who_is_behind_gets_the_rest_and_misses_nothing(mesh: Mesh) -> None:
    tally = Tally()
    behind = subscribed(mesh, tally)
    async with mesh.open("story") as story:
        told = await tell_two_stories(story)
        await story.forget(["one"])
        path = journal_path(mesh.journals, "story")
        with closing(sqlite3.connect(path)) as base:
            (newest,) = base.execute("SELECT body FROM frames ORDER BY seq DESC LIMIT 1").fetchone()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(behind.mend)
            behind.take(unpack_frame(StoryBeat, newest), 100)  # what is missing before it is read from the journal
            assert await take(behind, len(told)) == told
            assert await nothing_more(behind)
            behind.close()
    assert (tally.lost, tally.bad) == (0, 0)


async def test_a_durable_listener_goes_on_behind_what_was_forgotten(mesh: Mesh) -> None:
    async with mesh.open("display") as display, display.subscribe(SpeechFinal, durable=True):
        pass
    async with mesh.open("asr") as asr:
        said = [asr.post(SpeechFinal(text=f"{SECRET} {number}")) for number in range(6)]
        await all_recorded(asr)
        async with mesh.open("display") as display, display.subscribe(SpeechFinal, durable=True) as words:
            for event in await take(words, 2):
                async with display.handling(event):
                    pass
        assert (await asr.forget([], [said[0].id, said[3].id])).events == 2
        async with mesh.open("display") as display, display.subscribe(SpeechFinal, durable=True) as words:
            assert await take(words, 3) == [said[2], said[4], said[5]]
            assert await nothing_more(words)
            assert lost(display) == 0


async def test_of_a_frame_of_several_only_those_go_that_are_meant(mesh: Mesh) -> None:
    async with mesh.open("asr") as asr:
        said = [asr.post(SpeechFinal(text=words)) for words in (KNOWN, f"{SECRET} 1", "more", f"{SECRET} 2")]
        await all_recorded(asr)
        stranger = f"image:{said[0].id.partition(':')[2]}"
        assert (await asr.forget([], [said[1].id, stranger, "asr:nothing", "asr:7"])).events == 1
        assert found_in_files(mesh.journals, f"{SECRET} 1") == []
        assert await asr.history(topics=("speech.final",)) == [said[0], said[2], said[3]]
        assert [await asr.get(one.id) for one in said] == [said[0], None, said[2], said[3]]
        assert (await asr.forget([], [one.id for one in said])).events == 3
        assert await asr.history() == []
    assert history.newest(mesh.journals) == {"asr": int(said[3].id.partition(":")[2])}


async def test_at_full_speed_nothing_is_lost_and_nobody_is_held_up(mesh: Mesh) -> None:
    said: list[str] = []
    heard: list[str] = []
    async with (
        mesh.open("story") as story,
        mesh.open("display") as display,
        display.subscribe(StoryBeat) as events,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(note, events, heard)
        with anyio.CancelScope() as talking:
            async with anyio.create_task_group() as speakers:
                speakers.start_soon(talk, story, said)
                for visit in ("v1", "v2", "v1"):
                    await anyio.sleep(0.3)
                    assert (await story.forget([visit])).events > 0
                talking.cancel()
        await same(lambda: heard, {"story": said})
        assert (lost(display), story.reports["bus"]()["unrecorded"]) == (0, 0)
        tasks.cancel_scope.cancel()
    tally = Tally()
    late = subscribed(mesh, tally)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(late.mend)
        late.read_on("story")
        left = beats(mesh)
        assert await take(late, len(left)) == left
        late.close()
    assert tally.lost == 0
    assert 0 < len(left) < len(said)


async def test_a_kill_in_the_middle_is_made_good_by_the_next_time(mesh: Mesh) -> None:
    journal = Journal(mesh.journals, "story", 0)
    record(journal, range(1, 9_000), text=SECRET)
    journal.close()

    def left() -> int:
        return len(beats(mesh, visit="v1"))

    async with mesh.player("story", "forget", "v1") as story:
        assert await story.line() == "ready"
        whole = left()
        await tell(story)
        with anyio.fail_after(PATIENCE):
            while left() == whole:
                await anyio.lowlevel.checkpoint()
        await kill(story)
    assert 0 < left() < whole
    gone = [event for event in beats(mesh) if event.visit == "v1"]
    forgot = await anyio.to_thread.run_sync(forget_for, mesh.run, mesh.journals, "story", wish("v1"))
    assert forgot.events == len(gone)
    numbers = [event.number for event in beats(mesh) if isinstance(event, StoryBeat)]
    assert numbers == [number for number in range(1, 9_000) if number % 3 != 1]
    assert not [word for word in (f"{SECRET} 1\n", f"{SECRET} 4444") if found_in_files(mesh.journals, word)]


async def test_dead_letters_and_what_was_put_aside_go_too(mesh: Mesh) -> None:
    journal = Journal(mesh.journals, "story", 0)
    record(journal, range(1, 50), text=SECRET)
    journal.mend("a test")
    words = SpeechFinal(id="asr:7", source="asr", text=SECRET)
    kept = SpeechFinal(id="asr:77", source="asr", text=KNOWN)
    spoiled = parcel_of(journal, 60, StoryBeat(number=60, text=SECRET, visit="v0"))
    spoiled.pack("story", {})
    for body in (encode(words), encode(kept), spoiled.data[:-1]):
        journal.record([Batch(letters=[letter("broken", body, topic="x", lane="log")])])
    journal.close()
    (aside,) = set_aside(journal.path)
    forgot = forget_for(mesh.run, mesh.journals, "story", wish("v0", "v1", "v2", ids=("asr:7",)))
    assert (forgot.events, forgot.letters, forgot.files) == (49, 2, [aside.name])
    assert found_in_files(mesh.journals, SECRET) == []
    assert [one.body for one in history.letters(mesh.journals)] == [encode(kept)]


async def test_what_is_owed_to_the_journal_is_forgotten_once_it_is_written(mesh: Mesh) -> None:
    async with mesh.open("story") as story, anyio.create_task_group() as tasks:
        with closing(sqlite3.connect(journal_path(mesh.journals, "story"), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")  # nobody else can write until this ends
            story.post(StoryBeat(number=1, text=SECRET, visit="one"))
            with anyio.fail_after(PATIENCE):
                while not story.reports["bus"]()["unrecorded"]:
                    await anyio.sleep(0.05)
            tasks.start_soon(story.forget, ["one"])
            await anyio.sleep(0.1)
        with anyio.fail_after(PATIENCE):
            await story.forget([])
        assert beats(mesh) == []
    assert found_in_files(mesh.journals, SECRET) == []


def plant(path: Path) -> None:
    """Put words between the records of a page, as SQLite may leave them when it moves records."""
    data = bytearray(path.read_bytes())
    for page in range(4_096, len(data), 4_096):
        start, count = (int.from_bytes(data[page + place : page + place + 2], "big") for place in (5, 3))
        if data[page] == 0x0D and start - 2 * count > 200:
            data[page + start - 100 : page + start - 100 + len(SECRET)] = SECRET.encode()
    path.write_bytes(data)


async def test_a_file_that_is_written_anew_holds_nothing_between_its_records(mesh: Mesh) -> None:
    journal = Journal(mesh.journals, "story", 0)
    record(journal, range(1, 50), text=KNOWN)
    journal.close()
    plant(journal.path)
    assert forget_for(mesh.run, mesh.journals, "story", wish("v1")).events == 17
    assert found_in_files(mesh.journals, SECRET) == ["story.db"]
    async with mesh.open("story") as story:
        assert (await story.forget([], rewrite=True)).events == 0
        assert found_in_files(mesh.journals, SECRET) == []
        with pytest.raises(NameTaken):
            forget_for(mesh.run, mesh.journals, "story", wish("v2"))
    assert len(beats(mesh)) == 32


async def test_forgetting_in_the_middle_of_an_inspection_is_not_taken_for_damage(
    mesh: Mesh, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bus.journal.upkeep.INSPECT_SECONDS", 0.0)
    monkeypatch.setattr("bus.journal.inspection.STEP_ROWS", 50)
    journal = Journal(mesh.journals, "story", 0)
    record(journal, range(1, 2_000), text=KNOWN)
    journal.close()
    async with mesh.open("story") as story:
        await anyio.sleep(0.1)  # some of it has been looked at
        assert (await story.forget(["v1"])).events == 667
        await anyio.sleep(1.0)  # looking at the whole of it takes less
        assert not set_aside(journal.path)
        assert "message" not in story.reports["bus"]()
    assert len(beats(mesh)) == 1_999 - 667


async def test_a_visit_among_many_is_forgotten_fast(mesh: Mesh) -> None:
    journal = Journal(mesh.journals, "story", 0)
    record(journal, range(1, 20_000), text=KNOWN)
    journal.record([Batch(parcels=[parcel_of(journal, 30_000, StoryBeat(number=1, text=SECRET, visit="one"))])])
    journal.close()
    async with mesh.open("story") as story:
        begun = time.monotonic()
        assert (await story.forget(["one"])).events == 1
        assert time.monotonic() - begun < 2.0
    assert found_in_files(mesh.journals, SECRET) == []
