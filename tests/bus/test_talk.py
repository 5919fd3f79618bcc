"""What is published is heard: by everybody who asked, once, in its source's order."""

import random
from collections.abc import Callable

import anyio
import msgspec
import pytest

from bus import Closed, Full
from bus.mesh.live_outbox import Leaving, LiveOutbox
from bus.mesh.said import Role, Speech
from bus.wire import unpack_frame
from schemas import Event, ImageProgress, ImageRequest, SpeechFinal, Status, StoryBeat, because
from tests.bus.mesh import Mesh, nothing_more, take

pytestmark = pytest.mark.anyio


class Call(Event, tag="test.call", frozen=True, kw_only=True):
    """Something short."""


class CallAgain(Event, tag="test.call.again", frozen=True, kw_only=True):
    """A topic that begins like another one."""


async def test_everybody_who_asked_hears_an_event_and_nobody_else(mesh: Mesh) -> None:
    async with (
        mesh.open("story") as story,
        mesh.open("image") as image,
        mesh.open("audio") as audio,
        image.subscribe(StoryBeat) as one,
        audio.subscribe(StoryBeat) as other,
        audio.subscribe(Call) as calls,
    ):
        sent = await story.publish(StoryBeat(number=1, text="Once upon a time", visit="v1", turn=2))
        assert await take(one) == await take(other) == [sent]
        assert await nothing_more(calls)


async def test_a_published_event_says_who_when_and_which(mesh: Mesh) -> None:
    async with mesh.open("story") as story, mesh.open("image") as image, image.subscribe(StoryBeat) as beats:
        sent = await story.publish(StoryBeat(number=1, text="Once", visit="v1", cause="asr:1"))
        assert (sent.source, sent.visit, sent.cause) == ("story", "v1", "asr:1")
        assert sent.id.startswith("story:")
        assert sent.time > 0
        assert sent.clock > 0
        assert await take(beats) == [sent]


async def test_a_bus_hears_itself(mesh: Mesh) -> None:
    async with mesh.open("story") as story, story.subscribe(StoryBeat, Status) as events:
        beat = await story.publish(StoryBeat(number=1, text="Once"))
        status = story.post(Status(state="ready"))
        assert await take(events, 2) == [beat, status]


async def test_two_subscriptions_of_one_bus_hear_the_same(mesh: Mesh) -> None:
    async with mesh.open("story") as story, mesh.open("image") as image, image.subscribe(StoryBeat) as one:
        async with image.subscribe(StoryBeat, Call) as other:
            sent = await story.publish(StoryBeat(number=1, text="Once"))
            assert await take(one) == await take(other) == [sent]
        sent = await story.publish(StoryBeat(number=2, text="upon"))
        assert await take(one) == [sent]


async def test_a_topic_is_not_confused_with_one_that_begins_like_it(mesh: Mesh) -> None:
    async with (
        mesh.open("story") as story,
        mesh.open("image") as image,
        image.subscribe(Call) as short,
        image.subscribe(CallAgain) as long,
    ):
        again, call = await story.publish(CallAgain()), await story.publish(Call())
        assert await take(short) == [call]
        assert await take(long) == [again]
        assert await nothing_more(short)


async def test_a_subscription_begins_with_what_comes_after_it(mesh: Mesh) -> None:
    async with mesh.open("story") as story, mesh.open("image") as image:
        await story.publish(StoryBeat(number=1, text="Before"))
        async with image.subscribe(StoryBeat) as beats:
            after = await story.publish(StoryBeat(number=2, text="After"))
            assert await take(beats) == [after]


async def test_all_topics_of_a_source_come_in_the_order_they_were_published(mesh: Mesh) -> None:
    dice = random.Random(7)
    async with (
        mesh.open("story") as story,
        mesh.open("image") as image,
        image.subscribe(StoryBeat, SpeechFinal, ImageRequest) as events,
    ):
        kinds = [StoryBeat(number=1, text="x"), SpeechFinal(text="x"), ImageRequest(scene="x")]
        sent = [story.post(dice.choice(kinds)) for _ in range(500)]
        assert await take(events, 500) == sent


async def test_a_burst_to_a_slow_listener_arrives_whole_and_once(mesh: Mesh) -> None:
    async with mesh.open("story") as story, mesh.open("image") as image, image.subscribe(StoryBeat) as beats:
        publish_numbers(story.post, 20_000)
        heard: list[int] = []
        while len(heard) < 20_000:
            heard += [beat.number for beat in await take(beats, 100)]
            await anyio.sleep(0.0005)
        assert heard == list(range(1, 20_001))
        assert await nothing_more(beats)


def publish_numbers(post: Callable[[StoryBeat], StoryBeat], count: int) -> None:
    """Post numbered beats, all at once."""
    for number in range(1, count + 1):
        post(StoryBeat(number=number, text="And then?", visit="v1"))


async def test_publishing_waits_where_posting_is_refused(mesh: Mesh) -> None:
    async with mesh.open("story") as story, story.subscribe(StoryBeat) as beats:
        with pytest.raises(Full):
            publish_numbers(story.post, 1_000_000)
        sent = await story.publish(StoryBeat(number=1, text="There is room again"))
        with anyio.fail_after(30):
            async for beat in beats:
                if beat == sent:
                    break


async def test_whoever_waits_for_room_can_post_on(mesh: Mesh) -> None:
    async with mesh.open("story") as story, story.subscribe(StoryBeat) as beats:
        sent = 0
        while sent < 100_000:
            try:
                story.post(StoryBeat(number=sent + 1, text="And then?"))
            except Full:
                await story.room()
            else:
                sent += 1
        assert [beat.number for beat in await take(beats, sent)] == list(range(1, sent + 1))


async def test_the_oldest_live_events_give_way_while_nothing_can_leave() -> None:
    speech, left = Speech("image", Role()), []
    speech.on_new = lambda _: None
    open_now = False

    def send(frame: Leaving) -> bool:
        if open_now:
            left.extend(unpack_frame(ImageProgress, frame.data).events)
        return open_now

    outbox = LiveOutbox(1, speech, send, lambda: None)
    for step in range(70_000):
        outbox.add(ImageProgress(step=step, of=0))
    open_now = True
    outbox.flush()
    steps = [event.step for event in left if isinstance(event, ImageProgress)]
    assert steps == list(range(70_000))[-len(steps) :]
    assert 60_000 < len(steps) < 70_000
    assert speech.dropped == 70_000 - len(steps)


async def test_a_live_event_that_cannot_be_said_holds_up_no_other(mesh: Mesh) -> None:
    async with mesh.open("image") as image, image.subscribe(ImageProgress, keep=10) as steps:
        image.post(ImageProgress(step=1, of=3))
        image.post(ImageProgress(step=object(), of=3))  # type: ignore[arg-type]
        image.post(ImageProgress(step=3, of=3))
        assert [step.step for step in await take(steps, 2)] == [1, 3]


async def test_a_field_that_a_peer_does_not_know_is_ignored(mesh: Mesh) -> None:
    class Newer(Event, tag="test.note", frozen=True, kw_only=True):
        text: str
        colour: str = ""

    class Older(Event, tag="test.note", frozen=True, kw_only=True):
        text: str
        size: int = 3

    async with mesh.open("new") as new, mesh.open("old") as old, old.subscribe(Older) as notes:
        await new.publish(Newer(text="hello", colour="red"))
        (note,) = await take(notes)
        assert (note.text, note.size) == ("hello", 3)


async def test_a_reply_follows_its_request(mesh: Mesh) -> None:
    async with mesh.open("story") as story, mesh.open("image") as image, story.subscribe(ImageProgress) as steps:
        request = await story.publish(ImageRequest(scene="a fox", visit="v1", turn=3))
        image.post(because(request, ImageProgress(step=1, of=4, preview=b"\xff" * 200_000)))
        (step,) = await take(steps)
        assert (step.visit, step.turn, step.cause, len(step.preview)) == ("v1", 3, request.id, 200_000)


async def test_what_nobody_could_read_is_refused_where_it_is_published(mesh: Mesh) -> None:
    async with mesh.open("story") as story, story.subscribe(StoryBeat) as beats:
        with pytest.raises(msgspec.ValidationError, match="number"):
            await story.publish(StoryBeat(number="one", text="x"))  # type: ignore[arg-type]
        with pytest.raises(TypeError):
            story.post(StoryBeat(number=object(), text="x"))  # type: ignore[arg-type]
        sent = await story.publish(StoryBeat(number=1, text="x"))
        assert await take(beats) == [sent]


async def test_a_bus_that_was_left_says_so(mesh: Mesh) -> None:
    async with mesh.open("story") as story:
        story.post(StoryBeat(number=1, text="Last words"))
    with pytest.raises(Closed):
        story.post(StoryBeat(number=2, text="Nobody hears this"))
    async with mesh.open("image") as image:
        assert [beat.number for beat in await image.history() if isinstance(beat, StoryBeat)] == [1]


async def test_an_error_inside_leaves_the_bus_as_itself(mesh: Mesh) -> None:
    with pytest.raises(ZeroDivisionError):
        async with mesh.open("story"):
            raise ZeroDivisionError
