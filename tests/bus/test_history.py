"""What was said can be read: by anybody, also later, also when nothing runs."""

import random
from itertools import product
from pathlib import Path

import pytest

from bus import AlreadyAnswered, history
from bus.history import Query
from bus.journal.entry import Batch
from bus.journal.journal import Journal
from bus.journal.reading import reading
from bus.journal.walk import Walk
from bus.wire import KINDS
from schemas import (
    Cancelled,
    Event,
    ImageReady,
    ImageRequest,
    SpeechFinal,
    StoryBeat,
    TurnStarted,
    VisitStarted,
    because,
    topic_of,
)
from tests.bus.mesh import Mesh, picture, take
from tests.bus.parcels import parcel_of

pytestmark = pytest.mark.anyio


async def test_a_late_comer_learns_the_state_from_the_newest_event(mesh: Mesh) -> None:
    async with mesh.open("story") as story:
        for turn in (1, 2, 3):
            await story.publish(TurnStarted(visit="v1", turn=turn))
        await story.publish(TurnStarted(visit="v2", turn=1))
    async with mesh.open("display") as display:
        newest, first = await display.last(TurnStarted), await display.last(TurnStarted, visit="v1")
        assert newest is not None
        assert first is not None
        assert (newest.visit, newest.turn, first.turn) == ("v2", 1, 3)
        assert await display.last(SpeechFinal) is None


async def test_requests_wait_over_a_restart_until_they_are_answered(mesh: Mesh) -> None:
    async with mesh.open("story") as story:
        requests = [await story.publish(ImageRequest(scene=scene, visit="v1")) for scene in ("fox", "owl", "hare")]
        async with mesh.open("image") as image:
            await image.publish(because(requests[1], picture()))
        async with mesh.open("image") as image:
            assert await image.outstanding(ImageRequest) == [requests[0], requests[2]]
            await image.publish(because(requests[0], Cancelled(reason="superseded", request="image.request")))
            assert await image.outstanding(ImageRequest) == [requests[2]]


async def test_a_request_is_answered_once(mesh: Mesh) -> None:
    async with (
        mesh.open("story") as story,
        mesh.open("image") as image,
        story.subscribe(ImageReady, Cancelled) as replies,
    ):
        request = await story.publish(ImageRequest(scene="fox"))
        sent = await image.publish(because(request, picture()))
        with pytest.raises(AlreadyAnswered):
            await image.publish(because(request, picture()))
        image.post(because(request, Cancelled(reason="cancelled")))
        after = await image.publish(because(await story.publish(ImageRequest(scene="owl")), picture()))
        assert await take(replies, 2) == [sent, after]
        assert image.reports["bus"]()["answered_twice"] == 2
        assert story.reports["bus"]()["lost"] == 0


async def test_a_request_is_answered_once_over_a_restart(mesh: Mesh) -> None:
    async with mesh.open("story") as story:
        request = await story.publish(ImageRequest(scene="fox"))
        async with mesh.open("image") as image:
            await image.publish(because(request, picture()))
        async with mesh.open("image") as image:
            with pytest.raises(AlreadyAnswered):
                await image.publish(because(request, Cancelled(reason="expired")))


async def test_an_event_is_found_by_its_id(mesh: Mesh) -> None:
    async with mesh.open("story") as story:
        sent = [story.post(StoryBeat(number=number, text="x")) for number in range(200)]
        await story.publish(SpeechFinal(text="x"))
        assert [await story.get(beat.id) for beat in sent[60:70]] == sent[60:70]
        assert [
            await story.get(wrong)
            for wrong in ("story:5", "nobody:1", "../story:1", "story", "story:²", "x:" + "9" * 30, "")
        ] == [None] * 7


async def test_history_is_asked_by_visit_cause_source_and_topic(mesh: Mesh) -> None:
    async with mesh.open("asr") as asr, mesh.open("story") as story:
        words = await asr.publish(SpeechFinal(text="a fox"))
        visit = await story.publish(VisitStarted(visit="v1", cause=words.id))
        turn = await story.publish(TurnStarted(visit="v1", turn=1, cause=words.id))
        beat = await story.publish(because(turn, StoryBeat(number=1, text="x")))
        other = await story.publish(StoryBeat(number=1, text="x", visit="v2"))
        assert await asr.history(visit="v1") == [visit, turn, beat]
        assert await asr.history(cause=words.id) == [visit, turn]
        assert await asr.history(source="asr") == [words]
        assert await asr.history(topics=("story.beat", "speech.final")) == [words, beat, other]


async def test_history_is_asked_by_time_and_number(mesh: Mesh) -> None:
    async with mesh.open("asr") as asr, mesh.open("story") as story:
        sent = []
        for number in range(30):
            sent += [await story.publish(StoryBeat(number=number, text="x")), await asr.publish(SpeechFinal(text="x"))]
        assert await asr.history() == sent
        assert await asr.history(limit=7) == sent[:7]
        assert await asr.history(limit=0, newest=True) == await asr.history(source="../story") == []
        assert await asr.history(limit=7, newest=True) == sent[-7:]
        assert await asr.history(since=sent[10].time, until=sent[20].time) == sent[10:21]


async def test_history_is_read_when_nothing_runs(mesh: Mesh) -> None:
    assert history.read(mesh.journals, Query()) == []
    async with mesh.open("story") as story:
        beat = await story.publish(StoryBeat(number=1, text="x", visit="v1"))
    assert history.read(mesh.journals, Query(visit="v1")) == [beat]
    assert history.get(mesh.journals, beat.id) == beat


async def test_history_by_topic_and_time_agrees_with_reading_everything(mesh: Mesh) -> None:
    async with mesh.open("asr") as asr, mesh.open("story") as story:
        for number in range(40):
            await story.publish(StoryBeat(number=number, text="x", visit=f"v{number % 3}"))
            await asr.publish(SpeechFinal(text="x"))
            await story.publish(TurnStarted(visit=f"v{number % 3}", turn=number))
        everything = await asr.history()
        middle = everything[50].time
        for kinds in ((StoryBeat,), (StoryBeat, SpeechFinal), (TurnStarted, SpeechFinal)):
            wanted = [event for event in everything if isinstance(event, kinds)]
            topics = [topic_of(kind) for kind in kinds]
            assert await asr.history(topics=topics, limit=10) == wanted[:10]
            assert await asr.history(topics=topics, limit=10, newest=True) == wanted[-10:]
            since = [event for event in wanted if event.time >= middle]
            assert await asr.history(topics=topics, since=middle, limit=10) == since[:10]
            assert await asr.history(topics=topics, since=middle, visit="v1") == [e for e in since if e.visit == "v1"]
            until = [event for event in wanted if event.time <= middle]
            assert await asr.history(topics=topics, until=middle, limit=10, newest=True) == until[-10:]


def write_journals(folder: Path, *, back: float = 0.0) -> None:
    """Write three journals that speak at the same time; the clock of one may be set back on the way."""
    dice = random.Random(4)
    for source in ("asr", "image", "story"):
        journal = Journal(folder, source, 0)
        for number in range(1, 301):
            beat, words, turn = StoryBeat(number=number, text="x"), SpeechFinal(text="x"), TurnStarted(turn=number)
            cause = Cancelled(reason="expired", visit=f"v{number // 40}", id=f"asr:{number % 9}")
            event: Event = because(cause, dice.choice([beat, words, turn]))
            at = 1_000 + number + dice.random() - (back if source == "image" and number > 200 else 0.0)
            journal.record([Batch(parcels=[parcel_of(journal, number, event, at=at)])])
        journal.close()


QUERIES = [
    Query(topics=topics, source=source, visit=visit, cause=cause, since=since, until=until, limit=limit, newest=newest)
    for topics, source, visit, cause, (since, until), limit, newest in product(
        [(), ("story.beat",), ("story.beat", "turn.started"), ("visit.ended",)],
        ["", "story"],
        ["", "v3"],
        ["", "asr:4"],
        [(0.0, 0.0), (1_100.0, 0.0), (0.0, 1_200.0), (1_120.0, 1_180.0)],
        [5, 10_000],
        [False, True],
    )
]


def fits(event: Event, query: Query) -> bool:
    """Say whether an event belongs to an answer, as the query says it."""
    return (
        (not query.topics or topic_of(type(event)) in query.topics)
        and (not query.source or event.source == query.source)
        and (not query.visit or event.visit == query.visit)
        and (not query.cause or event.cause == query.cause)
        and event.time >= query.since
        and (not query.until or event.time <= query.until)
    )


@pytest.mark.parametrize("rare", [0, 3_000])
def test_every_question_agrees_with_reading_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rare: int
) -> None:
    monkeypatch.setattr("bus.journal.walk.RARE", rare)
    write_journals(tmp_path)
    everything = history.read(tmp_path, Query(limit=10_000))
    assert len(everything) == 900
    assert everything == sorted(everything, key=lambda event: event.time)
    for query in QUERIES:
        wanted = [event for event in everything if fits(event, query)]
        assert history.read(tmp_path, query) == (wanted[-query.limit :] if query.newest else wanted[: query.limit])


def test_the_newest_is_the_one_that_was_said_last_also_after_the_clock_was_set_back(tmp_path: Path) -> None:
    write_journals(tmp_path, back=100.0)
    for topic in ("story.beat", "turn.started"):
        query = Query(topics=(topic,), source="image", limit=1, newest=True)
        (newest,) = history.read(tmp_path, query)
        all_of_it = [event for event in history.read(tmp_path, Query(source="image")) if topic_of(type(event)) == topic]
        assert newest == max(all_of_it, key=lambda event: int(event.id.partition(":")[2]))


def test_no_question_makes_sqlite_sort_or_read_everything(tmp_path: Path) -> None:
    write_journals(tmp_path)
    with reading(tmp_path, "story") as base:
        for query in QUERIES:
            walk = Walk(tmp_path, query, KINDS)
            for by_topic in (False, True) if len(query.topics) == 1 and not (query.visit or query.cause) else (False,):
                sql, values = walk._question(query.topics, by_topic=by_topic)
                plan = " ".join(row[3] for row in base.execute(f"EXPLAIN QUERY PLAN {sql}", values))
                assert "TEMP B-TREE" not in plan
                narrow = query.visit or query.cause or query.since or query.until or by_topic
                assert not narrow or "SEARCH frames USING" in plan
