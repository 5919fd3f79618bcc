"""A simulated page does what a page in a browser does, at a real display."""

import socket
import time
from array import array
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import msgspec
import pytest

from schemas import (
    ClockAdvanced,
    MicChunk,
    MusicReady,
    SceneFinished,
    SceneShown,
    SoundReady,
    SpeechFinal,
    TurnStarted,
    VisitEnded,
    because,
)
from services.actor.clock import Clock
from services.actor.config import Project
from services.audio.config import Config as Audio
from services.console.visitors.mic import mixed
from services.console.visitors.record import Seen, stale
from services.console.visitors.visitor import Visitor, at_page
from services.console.visitors.voices import open_voices
from services.display.config import Config
from tests.display.talk import next_of
from tests.display.theatre import Theatre, halves, open_theatre, theatre

pytestmark = pytest.mark.anyio

PICTURE = halves((200, 60, 20), (20, 60, 200))


@asynccontextmanager
async def a_visitor(house: Theatre, clock: Clock | None = None) -> AsyncIterator[Visitor]:
    """Let somebody be at a page that is connected."""
    async with at_page(house.url, "anna", clock or Clock()) as anna:
        with anyio.fail_after(5):
            await anna.arrived()
        yield anna


async def until(true: Callable[[], object], seconds: float = 5.0) -> None:
    """Return when something has become true."""
    with anyio.fail_after(seconds):
        while not true():
            await anyio.sleep(0.01)


def kinds(anna: Visitor) -> list[str]:
    """Return what was to be seen and heard, in order."""
    return [seen.kind for seen in anna.record.seen]


async def test_a_visitor_writes_and_is_told_that_it_was_taken() -> None:
    async with open_theatre() as house, house.wings.subscribe(SpeechFinal) as events, a_visitor(house) as anna:
        assert await anna.type("a fox")
        heard = await next_of(events)
        assert isinstance(heard, SpeechFinal)
        assert (heard.mic, heard.text) == ("page-anna", "a fox")
        answers = [await anna.type("again") for _ in range(8)]
        assert not answers[-1]


async def test_a_picture_is_fetched_before_it_is_shown_and_told() -> None:
    async with open_theatre() as house, house.wings.subscribe(SceneShown) as events, a_visitor(house) as anna:
        turn = await house.visit()
        picture = await house.picture(turn, PICTURE)
        shown = await next_of(events)
        assert (shown.cause, anna.record.seen[0].id) == (picture.id, picture.id)
        assert turn.clock < anna.record.seen[0].began < shown.clock


async def test_what_cannot_be_fetched_is_not_shown() -> None:
    async with open_theatre() as house, a_visitor(house) as anna:
        turn = await house.visit()
        lost = await house.picture(turn, PICTURE)
        (house.folder / "a" / lost.asset.path).unlink()
        await until(lambda: any(told.message.visit for told in anna.record.told))
        await anyio.sleep(1.8)
        assert "shown" not in kinds(anna)


async def test_sentences_are_heard_one_after_the_other_and_their_end_is_told() -> None:
    async with open_theatre() as house, house.wings.subscribe(SceneFinished) as events, a_visitor(house) as anna:
        turn, request = await house.visit(), house.request()
        parts = [await house.sentence(turn, request, "one", 0.4, 0), await house.sentence(turn, request, "two", 0.3, 1)]
        ready = await house.spoken(turn, request, *parts)
        finished = await next_of(events)
        assert finished.cause == ready.id
        first, second = anna.record.seen
        assert (first.text, second.text) == ("one", "two")
        assert first.ended <= second.began
        assert second.began - first.began == pytest.approx(0.4, abs=0.15)
        assert finished.clock - second.began == pytest.approx(0.3, abs=0.15)


async def test_a_narration_is_over_when_the_clock_is_put_forward_beyond_it() -> None:
    clock = Clock()
    async with open_theatre() as house, house.wings.subscribe(SceneFinished) as events, a_visitor(house, clock) as anna:
        turn, request = await house.visit(), house.request()
        parts = [await house.sentence(turn, request, text, 8.0, part) for part, text in enumerate(("one", "two"))]
        await house.spoken(turn, request, *parts)
        await until(lambda: "speaking" in kinds(anna))
        clock.note(ClockAdvanced(seconds=20))
        await next_of(events)
        assert [seen.text for seen in anna.record.seen] == ["one", "two"]


async def test_a_sound_of_an_older_turn_that_cannot_be_heard_yet_is_dropped() -> None:
    async with open_theatre() as house, a_visitor(house) as anna:
        old = await house.visit()
        await house.sound(old, MusicReady, 220.0)
        await until(lambda: "playing" in kinds(anna))
        asset = house.asset("late.wav", b"a sound", "audio/wav", 2.0)
        file = house.folder / "a" / asset.path
        held = file.rename(file.with_suffix(".held"))
        await house.wings.publish(because(old, SoundReady(asset=asset)))
        await until(lambda: anna.wall.wanted["ambience"] != "")
        await house.visit(turn=2)
        await until(lambda: anna.wall.turn == 2)
        held.rename(file)
        await anyio.sleep(1.8)
        assert [seen.text for seen in anna.record.seen] == ["music"]
        assert anna.wall.wanted == anna.wall.playing


async def test_a_newer_turn_silences_and_nothing_older_comes_on_any_more() -> None:
    async with open_theatre() as house, a_visitor(house) as anna:
        first = await house.visit()
        await house.sentence(first, house.request(), "a long one", 8.0)
        await until(lambda: "speaking" in kinds(anna))
        second = await house.visit(turn=2)
        await house.picture(first, PICTURE)
        await house.picture(second, PICTURE)
        await until(lambda: "shown" in kinds(anna))
        assert [seen.turn for seen in anna.record.seen] == [1, 2]
        assert anna.record.seen[0].ended < second.clock + 1
        assert stale(anna.record.seen, [first, second]) == []


async def test_a_beat_whose_voice_does_not_come_is_read() -> None:
    clock = Clock()
    async with open_theatre() as house, a_visitor(house, clock) as anna:
        await house.beat(await house.visit(), 1, "Once upon a time.", "And then?")
        await until(lambda: "Beat" in [type(told.message).__name__ for told in anna.record.told])
        clock.note(ClockAdvanced(seconds=6))
        await until(lambda: kinds(anna) == ["reading", "reading"])


async def test_a_microphone_streams_as_fast_as_it_sounds() -> None:
    async with open_theatre() as house, house.wings.subscribe(MicChunk, keep=99) as events, a_visitor(house) as anna:
        begun = time.monotonic()
        await anna.say(array("h", [1000]).tobytes() * 8000)
        assert 1.0 < time.monotonic() - begun < 3.0
        anna.switch(on=False)
        pcm = array("h")
        while isinstance(chunk := await next_of(events), MicChunk) and not chunk.last:
            pcm.frombytes(chunk.pcm)
        assert sum(abs(sample - 1000) < 400 for sample in pcm) == 8000
        assert pcm[0] != 0


async def test_what_is_written_while_the_room_is_away_arrives_when_it_is_back() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        config = Config(port=free.getsockname()[1], project=Project())
    async with (
        theatre(config) as house,
        house.wings.subscribe(SpeechFinal) as events,
        at_page(f"http://127.0.0.1:{config.port}/", "anna", Clock()) as anna,
        anyio.create_task_group() as writing,
    ):
        async with house.display():
            await anna.arrived()
        await until(lambda: not anna.link.up)
        writing.start_soon(anna.type, "a whale")
        async with house.display():
            heard = await next_of(events)
            assert isinstance(heard, SpeechFinal)
            assert heard.text == "a whale"


@pytest.mark.parametrize(("began", "ended", "wrong"), [(2.0, 2.5, False), (2.0, 4.1, True), (4.1, 9.0, True)])
def test_a_sentence_is_stale_when_it_goes_on_after_its_turn(began: float, ended: float, wrong: bool) -> None:
    seen = Seen(kind="speaking", page="anna", id="x", visit="v", turn=1, began=began, ended=ended)
    assert bool(stale([seen], [TurnStarted(visit="v", turn=2, clock=3.0)])) is wrong
    assert bool(stale([seen], [VisitEnded(visit="v", turn=1, clock=3.0)])) is wrong
    assert not stale([seen], [TurnStarted(visit="v", turn=1, clock=1.0), TurnStarted(visit="w", turn=2, clock=0.0)])


async def test_voices_and_noises_are_sound_for_the_listener() -> None:
    config = msgspec.structs.replace(Audio(), project=Project())
    async with open_voices(config) as voices:
        spoken = await voices.speak("once upon a time")
        assert 0.8 < len(spoken) / 32000 < 3.0
        assert await voices.speak("once upon a time") is spoken
        for name in ("scream", "cough", "applause", "music", "laughter"):
            pcm = array("h", await voices.noise(name, 2.0))
            assert abs(len(pcm) - 32000) < 400
            assert max(pcm) > 3000
        assert await voices.recording(Path(__file__).parents[1] / "sounds" / "yes.wav")


def test_a_voice_does_not_silence_the_room_around_it() -> None:
    """After pure silence between words, the room alone would be taken for somebody who goes on speaking."""
    room = array("h", [40, -40, 7, 1]).tobytes()
    assert array("h", mixed(array("h", [0, 0, 32_767]).tobytes(), room)).tolist() == [40, -40, 32_767, 1]
