"""Whatever goes wrong on the way, each event is seen once, and in the order of its source."""

import random
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Unpack

import anyio
import pytest

from bus import history
from bus.journal.absent import Absent
from bus.journal.journal import Batch, Journal
from bus.journals import Args, Journals, T
from bus.mesh.subscription import MeshSubscription, Shared, Tally
from bus.parcel import Parcel
from bus.wire import Frame, encode, unpack_frame
from schemas import Event, ImageRequest, SpeechFinal, StoryBeat, topic_of
from tests.bus.ledger import kill, recorded, tell
from tests.bus.mesh import Mesh, nothing_more, take

pytestmark = pytest.mark.anyio

KINDS: dict[str, type[Event]] = {topic_of(kind): kind for kind in (StoryBeat, SpeechFinal, ImageRequest)}


async def test_nothing_is_heard_that_is_not_recorded(mesh: Mesh) -> None:
    """Keep a journal from being written, and kill its writer: what it wanted to say was never said."""
    async with mesh.open("display") as display, display.subscribe(StoryBeat, SpeechFinal) as events:
        async with mesh.player("story", "flood", "5") as story:
            assert await story.line() == "ready"
            (greeting,) = await take(events)
            with closing(sqlite3.connect(mesh.journals / "story.db", isolation_level=None)) as base:
                base.execute("BEGIN IMMEDIATE")
                await tell(story)
                assert await nothing_more(events)
                await kill(story)
        assert recorded(mesh) == {"story": [greeting.id]}
        assert await nothing_more(events)


async def test_two_processes_talk_through_a_burst(mesh: Mesh) -> None:
    async with mesh.open("display") as display, display.subscribe(StoryBeat) as beats:
        async with mesh.player("story", "tell", "2000") as story:
            assert [beat.number for beat in await take(beats, 2000)] == list(range(1, 2001))
            assert await story.end() == 0
        assert await nothing_more(beats)


async def test_a_listener_that_stood_still_catches_up(mesh: Mesh) -> None:
    async with mesh.open("display") as display, display.subscribe(StoryBeat) as beats:
        async with mesh.player("story", "pour") as story:
            await story.line()
            heard = await take(beats)
            time.sleep(1.5)  # noqa: ASYNC251 -- the stall is what is tried here
            heard += await take(beats, 30_000)
            story.process.kill()
            await story.end()
        assert [beat.number for beat in heard] == list(range(1, 30_002))


async def test_a_topic_that_one_subscription_lost_holds_back_the_others_of_its_source(mesh: Mesh) -> None:
    """Lose random frames of three topics, and hear all events of two of them in their order."""
    dice = random.Random(11)
    journal = Journal(mesh.journals, "story", 0)
    wanted = {topic: kind for topic, kind in KINDS.items() if kind is not ImageRequest}
    subscription: MeshSubscription[Event] = subscribed(wanted, Journals(mesh.journals))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(subscription.mend)
        sent: list[str] = []
        for number in range(1, 2001):
            frame = publish(journal, dice.choice(list(KINDS.values())), number)
            sent += [event.id for event in frame.events if topic_of(type(event)) in wanted]
            if dice.random() < 0.7 and topic_of(type(frame.events[0])) in wanted:
                subscription.take(frame, 100)
            if dice.random() < 0.05:
                await anyio.sleep(0.001)
        subscription.read_on("story")
        assert [event.id for event in await take(subscription, len(sent))] == sent
        subscription.close()
    journal.close()


def subscribed(
    kinds: dict[str, type[Event]], journals: Journals, tally: Tally | None = None
) -> MeshSubscription[Event]:
    """Return a subscription that begins with the first event of every journal."""
    return MeshSubscription(kinds, 1, Shared(journals, tally or Tally(), {}))


def shared(journals: Journals, tally: Tally | None = None) -> Shared:
    """Return what the subscriptions of a bus share, for one that is tried alone."""
    return Shared(journals, tally or Tally(), {})


def publish(journal: Journal, kind: type[Event], number: int) -> Frame[Event]:
    """Record one event, and return its frame as it would travel."""
    seq = (journal.start << 40) + number
    made: dict[type[Event], Event] = {
        StoryBeat: StoryBeat(id=f"story:{seq}", source="story", number=number, text="x"),
        SpeechFinal: SpeechFinal(id=f"story:{seq}", source="story", text="x"),
        ImageRequest: ImageRequest(id=f"story:{seq}", source="story", scene="x"),
    }
    data = encode(made[kind])
    parcel = Parcel(kind, topic_of(kind), seq, [data], len(data))
    journal.record([Batch(parcels=[parcel])])
    return unpack_frame(kind, parcel.data)


async def test_what_is_no_longer_in_a_journal_is_counted_and_not_waited_for(mesh: Mesh) -> None:
    journal = Journal(mesh.journals, "story", 0)
    tally = Tally()
    subscription: MeshSubscription[Event] = subscribed(KINDS, Journals(mesh.journals), tally)
    frames = [publish(journal, StoryBeat, number) for number in range(1, 11)]
    with sqlite3.connect(mesh.journals / "story.db") as base:
        base.execute("DELETE FROM frames WHERE seq = ?", (frames[4].seq,))
    base.close()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(subscription.mend)
        subscription.take(frames[5], 100)
        assert [event.id for event in await take(subscription, 5)] == [
            frame.events[0].id for frame in frames[:4] + frames[5:6]
        ]
        subscription.close()
    journal.close()
    assert tally.lost == 1


class Gate(Journals):
    """Journals that keep their answers back for a while."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.asked = anyio.Event()
        self.open = anyio.Event()

    async def ask(self, question: Callable[[Path, Unpack[Args]], T], *args: *Args) -> T:
        answer = await super().ask(question, *args)
        self.asked.set()
        await self.open.wait()
        return answer


async def test_last_words_are_heard_that_were_recorded_while_the_journal_was_being_read(mesh: Mesh) -> None:
    journal = Journal(mesh.journals, "story", 0)
    gate = Gate(mesh.journals)
    subscription: MeshSubscription[Event] = subscribed(KINDS, gate)
    first = publish(journal, StoryBeat, 1)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(subscription.mend)
        subscription.read_on("story")
        await gate.asked.wait()
        last = publish(journal, StoryBeat, 2)
        subscription.read_on("story")
        gate.open.set()
        assert await take(subscription, 2) == first.events + last.events
        subscription.close()
    journal.close()


def test_the_journals_of_those_who_are_not_there_are_read_when_they_have_changed(mesh: Mesh) -> None:
    absent = Absent()
    story, image = (Journal(mesh.journals, name, 0) for name in ("story", "image"))
    assert absent.look(mesh.journals, {"image"}) == ["story"]
    assert absent.look(mesh.journals, {"image"}) == ["story"]  # what was written at the same instant looks the same
    assert absent.look(mesh.journals, {"image"}) == []
    publish(story, StoryBeat, 1)
    publish(image, StoryBeat, 1)
    assert absent.look(mesh.journals, {"image"}) == ["story"]
    assert history.newest(mesh.journals).keys() == {"story", "image"}
    image.close()
    assert absent.look(mesh.journals, set()) == ["image", "story"]
    absent.look(mesh.journals, set())
    assert absent.look(mesh.journals, set()) == []
    story.close()
