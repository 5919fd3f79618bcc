"""Soundscape and music over turns: what could not be heard yet is asked for once more."""

import pytest

from schemas import MusicReady, SoundReady, SoundRequest, StoryBeat, TurnStarted
from services.story.performance import SETTLED, Asked, Performance
from tests.story.stage import stage

SEA = (("sea",), "calm", "harbour")


def performance(ready: float) -> Performance:
    """Return a visit in which the sea was asked for, and could be heard from some time on."""
    on = Performance(visit="v", mics=[], sounding=SEA, music="calm")
    on.asked = {SoundReady: Asked("story:1"), MusicReady: Asked("story:2")}
    on.sounds(SoundReady(asset=None, cause="story:1"), ready)  # type: ignore[arg-type]
    return on


def test_what_has_been_heard_for_a_while_need_not_be_asked_for_again() -> None:
    on = performance(ready=100.0)
    on.open_turn(TurnStarted(visit="v", turn=1), "", 100.0 + SETTLED)
    assert on.sounding == SEA


def test_what_is_only_just_there_is_asked_for_again() -> None:
    on = performance(ready=100.0)
    on.open_turn(TurnStarted(visit="v", turn=1), "", 101.0)
    assert on.sounding == ((), "", "")


def test_what_has_not_come_is_asked_for_again() -> None:
    on = performance(ready=100.0)
    on.open_turn(TurnStarted(visit="v", turn=1), "", 200.0)
    assert on.music == ""


@pytest.mark.anyio
async def test_who_interrupts_before_anything_sounds_is_not_left_in_silence() -> None:
    async with stage() as room:
        await room.say("a frog")
        first = await room.next(SoundRequest)
        await room.say("a frog")
        beat = await room.next(StoryBeat)
        again = await room.next(SoundRequest)
        assert (first.turn, again.turn, again.cause) == (1, 2, beat.id)
