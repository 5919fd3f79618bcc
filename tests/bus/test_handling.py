"""Facts are handled once: a restarted service goes on where it stopped, and what it said is one with where it is."""

import anyio
import pytest

from bus import AlreadyAnswered, Bus, history
from bus.history import Query
from schemas import Event, Failed, ImageRequest, SpeechFinal, SpeechPartial, StoryBeat, because
from tests.bus.mesh import Mesh, nothing_more, picture, take

pytestmark = pytest.mark.anyio


async def say(mesh: Mesh, *texts: str) -> list[SpeechFinal]:
    """Say something as the listener."""
    async with mesh.open("asr") as asr:
        return [await asr.publish(SpeechFinal(text=text)) for text in texts]


def told(mesh: Mesh) -> list[str]:
    """Return what the story said, as its journal has it."""
    beats = history.read(mesh.journals, Query(source="story", topics=("story.beat",)))
    return [beat.text for beat in beats if isinstance(beat, StoryBeat)]


async def say_and_break(story: Bus, event: Event) -> None:
    """Handle an event badly."""
    async with story.handling(event) as tries:
        await story.publish(StoryBeat(number=1, text="never said"))
        raise ZeroDivisionError(f"life {tries}")


async def answer_and_tell(story: Bus, event: Event, request: ImageRequest) -> None:
    """Handle an event by answering a request and saying something."""
    async with story.handling(event):
        await story.publish(because(request, Failed(error="internal", message="again")))
        await story.publish(StoryBeat(number=1, text="told"))


async def test_a_restarted_service_goes_on_behind_what_it_had_handled(mesh: Mesh) -> None:
    await say(mesh, "before the first start")
    async with mesh.open("story") as story, story.subscribe(SpeechFinal, durable=True):
        pass
    await say(mesh, "one", "two", "three")
    async with mesh.open("story") as story, story.subscribe(SpeechFinal, durable=True) as words:
        for event in await take(words, 2):
            async with story.handling(event) as tries:
                assert tries == 1
                await story.publish(StoryBeat(number=1, text=event.text))
    await say(mesh, "four")
    async with mesh.open("story") as story, story.subscribe(SpeechFinal, durable=True) as words:
        assert [event.text for event in await take(words, 2)] == ["three", "four"]
        assert await nothing_more(words)
    assert told(mesh) == ["one", "two"]


async def test_a_source_that_appeared_while_a_service_was_away_is_heard_whole(mesh: Mesh) -> None:
    async with mesh.open("story") as story, story.subscribe(SpeechFinal, durable=True):
        pass
    async with mesh.hand() as hand:
        await hand.publish(SpeechFinal(text="from a terminal"))
    async with mesh.open("story") as story, story.subscribe(SpeechFinal, durable=True) as words:
        assert [event.text for event in await take(words)] == ["from a terminal"]


async def test_an_error_while_handling_records_nothing_of_it(mesh: Mesh) -> None:
    async with mesh.open("story") as story, story.subscribe(SpeechFinal, durable=True) as words:
        await say(mesh, "one")
        (event,) = await take(words)
        with pytest.raises(ZeroDivisionError):
            await say_and_break(story, event)
        outside = await story.publish(StoryBeat(number=2, text="said"))
    assert told(mesh) == ["said"]
    async with mesh.open("story") as story, story.subscribe(SpeechFinal, durable=True) as words:
        assert [event.text for event in await take(words)] == ["one"]
        assert await story.get(outside.id) == outside


async def test_what_others_publish_meanwhile_waits_and_keeps_the_order(mesh: Mesh) -> None:
    async with (
        mesh.open("story") as story,
        mesh.open("display") as display,
        display.subscribe(StoryBeat) as beats,
        story.subscribe(SpeechFinal, durable=True) as words,
        anyio.create_task_group() as tasks,
    ):
        await say(mesh, "one")
        (event,) = await take(words)
        async with story.handling(event):
            inside = await story.publish(StoryBeat(number=1, text="inside"))
            tasks.start_soon(story.publish, StoryBeat(number=2, text="meanwhile"))
            assert await nothing_more(beats)
        heard = await take(beats, 2)
        assert [beat.text for beat in heard] == ["inside", "meanwhile"]
        assert heard[0] == inside


async def test_an_event_that_broke_its_service_twice_is_set_aside(mesh: Mesh) -> None:
    async with mesh.open("story") as story, story.subscribe(SpeechFinal, durable=True):
        pass
    bad, good = await say(mesh, "bad", "good")
    for life in (1, 2):
        async with mesh.open("story") as story, story.subscribe(SpeechFinal, durable=True) as words:
            (event,) = await take(words)
            assert event == bad
            with pytest.raises(ZeroDivisionError, match=f"life {life}"):
                await say_and_break(story, event)
    async with mesh.open("story") as story, story.subscribe(SpeechFinal, durable=True) as words:
        (event,) = await take(words)
        assert event == good
        assert story.reports["bus"]()["set_aside"] == 1
    (letter,) = history.letters(mesh.journals, "story")
    assert (letter.source, letter.topic, letter.reason) == ("asr", "speech.final", "broke `story` 2 times")
    assert b"bad" in letter.body
    async with mesh.open("story") as story, story.subscribe(SpeechFinal, durable=True) as words:
        assert await take(words) == [good]


async def test_a_service_that_is_stopped_while_handling_is_not_thought_to_be_broken_by_it(mesh: Mesh) -> None:
    async with mesh.open("story") as story, story.subscribe(SpeechFinal, durable=True):
        pass
    (event,) = await say(mesh, "one")
    for _ in range(4):
        async with mesh.open("story") as story, story.subscribe(SpeechFinal, durable=True) as words:
            assert await take(words) == [event]
            with anyio.move_on_after(0.05):
                async with story.handling(event) as tries:
                    assert tries == 1
                    await anyio.sleep_forever()


async def test_a_reply_ends_the_note_of_its_request(mesh: Mesh) -> None:
    async with mesh.open("story") as story, mesh.open("image") as image:
        request = await story.publish(ImageRequest(scene="a fox"))
        with pytest.raises(ZeroDivisionError):
            async with image.attempting(request):
                raise ZeroDivisionError
        async with image.attempting(request) as tries:
            assert tries == 2
            await image.publish(because(request, picture()))
        assert history.attempts(mesh.journals, "image") == {}


async def test_a_second_answer_inside_is_refused_and_the_rest_is_recorded(mesh: Mesh) -> None:
    async with mesh.open("story") as story, story.subscribe(SpeechFinal, durable=True) as words:
        request = await story.publish(ImageRequest(scene="a fox"))
        await story.publish(because(request, Failed(error="internal", message="x")))
        await say(mesh, "one")
        (event,) = await take(words)
        with pytest.raises(AlreadyAnswered):
            await answer_and_tell(story, event, request)
    assert told(mesh) == ["told"]


async def test_what_cannot_be_handled_like_that_is_refused_in_clear_words(mesh: Mesh) -> None:
    async with mesh.open("story") as story, story.subscribe(SpeechFinal, durable=True):
        with pytest.raises(ValueError, match="one durable subscription"):
            async with story.subscribe(StoryBeat, durable=True):
                pass
        event: Event = SpeechPartial(text="on the live lane")
        with pytest.raises(ValueError, match="only what came on the log lane"):
            async with story.handling(event):
                pass
