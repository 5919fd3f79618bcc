"""What is said while the story service is down, or as it dies, is neither lost nor answered twice."""

import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import anyio
import anyio.to_thread
import msgspec
import pytest

from bus import history, open_bus
from schemas import Event, SpeechFinal, SpeechStarted, StoryBeat, TurnStarted, VisitEnded, VisitStarted, topic_of
from services.story.resuming import too_old
from tests.story.stage import config, room, story

pytestmark = pytest.mark.anyio

TELLER = Path(__file__).with_name("teller.py")


@contextmanager
def teller(folder: Path) -> "Iterator[subprocess.Popen[bytes]]":
    """Run the service in a process of its own; kill it at the end."""
    with subprocess.Popen([sys.executable, str(TELLER), str(folder)]) as process:
        try:
            yield process
        finally:
            process.kill()


def journaled(folder: Path, kind: type[Event]) -> list[Event]:
    """Return every event of a kind in the journals, oldest first."""
    return history.read(folder / "journal", history.Query(topics=(topic_of(kind),), limit=100_000))


def until_answered(folder: Path, said: SpeechFinal) -> None:
    """Return when some words have their turn."""
    end = time.monotonic() + 30
    while said.id not in {turn.cause for turn in journaled(folder, TurnStarted)}:
        assert time.monotonic() < end, "nobody answers"
        time.sleep(0.02)


async def test_each_sentence_that_was_said_meanwhile_gets_its_turn_in_order_and_the_newest_its_beat() -> None:
    folder = Path(tempfile.mkdtemp(prefix="fs"))
    async with room(folder) as joined:
        async with story(folder):
            await joined.say("a frog")
            await joined.beat()
        said = [await joined.say(text) for text in ("a stork", "a key", "an owl")]
        async with story(folder):
            turns = [await joined.next(TurnStarted) for _ in said]
            beat = await joined.next(StoryBeat)
        assert [turn.cause for turn in turns] == [words.id for words in said]
        assert [turn.turn for turn in turns] == [2, 3, 4]
        assert (beat.turn, beat.cause) == (4, turns[-1].id)
        async with story(folder):
            fresh = await joined.say("a bell")
            assert (await joined.next(TurnStarted)).cause == fresh.id


async def test_words_that_are_too_old_open_no_turn_and_the_story_goes_on() -> None:
    folder, settings = Path(tempfile.mkdtemp(prefix="fs")), config(answer_within=0.3)
    async with room(folder) as joined:
        async with story(folder, settings):
            await joined.say("a frog")
            _, request = await joined.beat()
        late = await joined.say("a stork")
        await anyio.sleep(0.4)
        async with story(folder, settings):
            await joined.play(request)
            beat, request = await joined.beat()
            assert (beat.number, beat.turn) == (2, 1)
            said = await joined.say("a key")
            turn = await joined.next(TurnStarted)
            assert (turn.turn, turn.cause) == (2, said.id)
    assert late.id not in {turn.cause for turn in journaled(folder, TurnStarted)}


async def test_what_a_page_played_and_an_operator_ended_meanwhile_is_heard_of() -> None:
    folder = Path(tempfile.mkdtemp(prefix="fs"))
    async with room(folder) as joined:
        async with story(folder):
            await joined.say("a frog")
            first, request = await joined.beat()
        await joined.play(request)
        async with story(folder):
            second, _ = await joined.beat()
            assert (second.number, second.cause) == (2, first.id)
        await joined.bus.publish(VisitEnded(visit=first.visit, turn=1, reason="operator"))
        await joined.say("a stork")
        async with story(folder):
            assert (await joined.next(VisitStarted)).visit != first.visit


def test_how_old_words_are_is_told_by_both_clocks() -> None:
    now, wall = time.monotonic(), time.time()
    said = SpeechFinal(text="a fox", clock=now - 5, time=wall - 5)
    assert not too_old(said, 20)
    assert too_old(said, 4)
    before_the_machine_started = msgspec.structs.replace(said, clock=now + 5, time=wall - 5)
    assert too_old(before_the_machine_started, 20)
    yesterday_at_the_same_uptime = msgspec.structs.replace(said, time=wall - 86_400)
    assert too_old(yesterday_at_the_same_uptime, 20)
    clock_set_back_a_little = msgspec.structs.replace(said, time=wall + 30)
    assert not too_old(clock_set_back_a_little, 20)


@pytest.mark.parametrize("kills", [6, pytest.param(100, marks=pytest.mark.trial)])
async def test_however_often_it_is_killed_all_words_open_one_turn_each(kills: int) -> None:
    folder, dice = Path(tempfile.mkdtemp(prefix="fs")), random.Random(kills)
    said: list[SpeechFinal] = []
    async with open_bus("hand", run=folder / "run", journals=folder / "journal") as hand:
        for life in range(kills):
            with teller(folder):
                end = time.monotonic() + dice.uniform(0.5, 1.0)
                while time.monotonic() < end:
                    await hand.publish(SpeechStarted(mic="door"))
                    said.append(await hand.publish(SpeechFinal(text=f"a frog, {life} {len(said)}", mic="door")))
                    await anyio.sleep(dice.uniform(0.0, 0.03))
        with teller(folder):
            await anyio.to_thread.run_sync(until_answered, folder, said[-1])
    turns = journaled(folder, TurnStarted)
    assert [turn.cause for turn in turns] == [words.id for words in said]
    assert_numbered(turns)
    assert len(journaled(folder, VisitStarted)) == len({turn.visit for turn in turns})
    assert max(Counter(beat.cause for beat in journaled(folder, StoryBeat)).values()) == 1


def assert_numbered(turns: list[Event]) -> None:
    """Check that the turns of each visit count up from one."""
    visits = {turn.visit for turn in turns}
    for visit in visits:
        numbers = [turn.turn for turn in turns if turn.visit == visit]
        assert numbers == list(range(1, len(numbers) + 1))


async def test_a_visit_whose_telling_breaks_the_service_twice_is_ended_and_the_next_is_told() -> None:
    folder = Path(tempfile.mkdtemp(prefix="fs"))
    async with room(folder) as joined:
        await joined.say("a bottle of poison")
        for _ in range(2):
            with teller(folder) as process:
                await anyio.to_thread.run_sync(partial(process.wait, 30))
        with teller(folder):
            turn = await joined.next(TurnStarted)
            ended = await joined.next(VisitEnded)
            assert (ended.visit, ended.cause) == (turn.visit, turn.id)
            await joined.say("a frog")
            assert (await joined.next(StoryBeat)).visit != turn.visit
