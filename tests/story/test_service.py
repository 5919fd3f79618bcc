"""The story service answers speech with beats, and everything that it asks for leads back to the words."""

import tempfile
from pathlib import Path

import anyio
import pytest

from schemas import (
    Failed,
    ImageRequest,
    MusicRequest,
    NarrationReady,
    NarrationRequest,
    SceneFinished,
    SoundRequest,
    SpeechFinal,
    StoryBeat,
    TurnStarted,
    VisitEnded,
    VisitStarted,
    because,
)
from tests.story.stage import Room, config, room, stage, story

pytestmark = pytest.mark.anyio


async def test_a_picture_leads_back_to_the_words_that_were_said() -> None:
    async with stage() as room:
        await room.say("a frog and a stork")
        picture = await room.next(ImageRequest)
        trail = room.trail(picture)
        assert [type(event) for event in trail] == [ImageRequest, StoryBeat, TurnStarted, SpeechFinal]
        assert all(event.turn == 1 and event.visit for event in trail[:3])


async def test_words_open_a_visit_a_turn_and_a_beat_in_this_order() -> None:
    async with stage() as room:
        said = await room.say("a frog", mic="door")
        started, turn, beat = await room.next(VisitStarted), await room.next(TurnStarted), await room.next(StoryBeat)
        assert started.cause == turn.cause == said.id
        assert (turn.text, turn.mic, started.mic) == ("a frog", "door", "door")
        assert beat.number == 1
        assert beat.text == " ".join(beat.sentences)
        assert "frog" in beat.taken


async def test_the_first_beat_asks_for_a_picture_a_voice_a_soundscape_and_music() -> None:
    async with stage() as room:
        await room.say("a frog")
        beat = await room.next(StoryBeat)
        for kind in (ImageRequest, NarrationRequest, SoundRequest, MusicRequest):
            request = await room.next(kind)
            assert request.cause == beat.id
            assert request.priority > 0


async def test_the_story_goes_on_when_a_page_has_played_the_narration() -> None:
    async with stage() as room:
        await room.say("a frog")
        first, request = await room.beat()
        await room.play(request)
        second = await room.next(StoryBeat)
        assert (second.number, second.cause, second.turn) == (2, first.id, 1)
        picture = await room.next(ImageRequest)
        assert picture.priority == 0
        assert picture.supersedes == f"{first.visit}/picture"


async def test_the_story_goes_on_without_any_page() -> None:
    async with stage() as room:
        await room.say("a frog")
        _, request = await room.beat()
        await room.bus.publish(because(request, NarrationReady(seconds=0.01)))
        assert (await room.next(StoryBeat)).number == 2


async def test_a_beat_without_a_voice_stays_for_as_long_as_it_takes_to_read() -> None:
    async with stage(config(beats=2)) as room:
        await room.say("a frog")
        _, request = await room.beat()
        await room.bus.publish(because(request, Failed(error="unavailable", message="no voice")))
        with anyio.move_on_after(0.2) as reading:
            await room.next(StoryBeat)
        assert reading.cancelled_caught


async def test_new_words_open_a_new_turn_and_are_taken_up() -> None:
    async with stage() as room:
        await room.say("a frog")
        await room.beat()
        said = await room.say("a stork")
        turn, beat = await room.next(TurnStarted), await room.next(StoryBeat)
        assert (turn.turn, turn.cause) == (2, said.id)
        assert (beat.turn, beat.number, beat.cause) == (2, 2, turn.id)
        assert "stork" in beat.text


async def test_what_pages_say_of_an_older_turn_is_ignored() -> None:
    async with stage(config(patience=30.0)) as room:
        await room.say("a frog")
        _, old = await room.beat()
        await room.say("a stork")
        _, new = await room.beat()
        await room.play(old)
        played = await room.play(new)
        beat = await room.next(StoryBeat)
        assert (beat.number, beat.turn) == (3, 2)
        assert beat.clock >= played.clock


async def test_the_story_rests_after_its_beats_and_the_visit_ends_after_silence() -> None:
    async with stage(config(beats=2, silence=0.05)) as room:
        await room.say("a frog")
        for number in (1, 2):
            beat, request = await room.beat()
            assert beat.last == (number == 2)
            await room.play(request)
        ended = await room.next(VisitEnded)
        assert (ended.reason, ended.visit) == ("silence", beat.visit)


async def test_words_while_the_story_rests_go_on_in_the_same_visit() -> None:
    async with stage(config(beats=1)) as room:
        await room.say("a frog")
        first, request = await room.beat()
        await room.play(request)
        await room.say("and then?")
        second = await room.next(StoryBeat)
        assert (second.visit, second.turn, second.number) == (first.visit, 2, 2)


@pytest.mark.parametrize("text", ["", "…", "\x00\x07", "qqq zzz", "x" * 5000, "{hero} {", "🦊", "SELECT * FROM"])
async def test_garbage_gets_an_answer(text: str) -> None:
    async with stage() as room:
        await room.say(text)
        turn = await room.next(TurnStarted)
        beat = await room.next(StoryBeat)
        assert len(turn.text) <= 2000
        assert 2 <= len(beat.sentences) <= 4
        assert "{" not in beat.text


async def test_a_cough_does_not_interrupt_the_story() -> None:
    async with stage() as room:
        await room.say("a frog")
        _, request = await room.beat()
        await room.say("  ")
        await room.play(request)
        beat = await room.next(StoryBeat)
        assert (beat.turn, beat.number) == (1, 2)


async def test_refused_words_are_never_spoken() -> None:
    async with stage(config(refuse=("zeppelin*",))) as room:
        await room.say("the zeppelins and a shithead")
        beat = await room.next(StoryBeat)
        assert "zeppelin" not in beat.text + beat.scene
        assert "shit" not in beat.text + beat.scene


async def test_a_second_microphone_joins_the_visit() -> None:
    async with stage() as room:
        await room.say("a frog", mic="door")
        first = await room.next(TurnStarted)
        await room.say("a stork", mic="window")
        second = await room.next(TurnStarted)
        assert (second.visit, second.turn) == (first.visit, 2)


async def test_a_second_microphone_can_replace_the_visit() -> None:
    async with stage(config(others="replace")) as room:
        await room.say("a frog", mic="door")
        first = await room.next(TurnStarted)
        await room.say("a stork", mic="window")
        ended, second = await room.next(VisitEnded), await room.next(TurnStarted)
        assert (ended.visit, ended.reason) == (first.visit, "replaced")
        assert second.visit != first.visit
        assert second.turn == 1


async def test_an_operator_can_end_the_visit() -> None:
    async with stage() as room:
        await room.say("a frog")
        first, _ = await room.beat()
        await room.bus.publish(VisitEnded(visit=first.visit, turn=1, reason="operator"))
        await room.say("a stork")
        assert (await room.next(VisitStarted)).visit != first.visit


async def test_after_a_restart_the_story_and_its_numbers_go_on() -> None:
    folder = Path(tempfile.mkdtemp(prefix="fs"))
    async with room(folder) as joined:
        async with story(folder):
            await joined.say("a frog")
            first, request = await joined.beat()
            await joined.say("a stork")
            second, request = await joined.beat()
        async with story(folder):
            await joined.play(request)
            third, _ = await joined.beat()
            assert (third.visit, third.turn, third.number, third.cause) == (first.visit, 2, 3, second.id)
            assert not set(third.sentences) & {*first.sentences, *second.sentences}
            await joined.say("a key")
            assert (await joined.next(TurnStarted)).turn == 3


async def test_words_that_were_said_during_a_restart_are_answered() -> None:
    folder = Path(tempfile.mkdtemp(prefix="fs"))
    async with room(folder) as joined:
        said = await joined.say("a frog")
        async with story(folder):
            assert (await joined.next(TurnStarted)).cause == said.id
        async with story(folder):
            await joined.say("a stork")
            assert (await joined.next(TurnStarted)).turn == 2


async def test_a_visit_that_was_left_long_ago_is_ended_by_the_next_start() -> None:
    folder = Path(tempfile.mkdtemp(prefix="fs"))
    async with room(folder) as joined:
        async with story(folder, config(beats=1)):
            await joined.say("a frog")
            beat, request = await joined.beat()
            await joined.play(request)
        async with story(folder, config(beats=1, silence=0.0)):
            ended = await joined.next(VisitEnded)
            assert (ended.visit, ended.reason) == (beat.visit, "silence")


async def told(room: Room, beats: int) -> list[StoryBeat]:
    """Return some beats, each played at once."""
    found = []
    for _ in range(beats):
        beat, request = await room.beat()
        await room.play(request)
        found.append(beat)
    return found


async def test_a_turn_has_as_many_beats_as_the_settings_say() -> None:
    async with stage(config(beats=5)) as room:
        await room.say("a frog")
        beats = await told(room, 5)
        assert [beat.number for beat in beats] == [1, 2, 3, 4, 5]
        assert [beat.last for beat in beats] == [False, False, False, False, True]
        with anyio.move_on_after(0.2) as waiting:
            await room.next(SceneFinished)
            await room.next(StoryBeat)
        assert waiting.cancelled_caught
