"""After a restart: the visit that was on stage, as the journals have it."""

import time

import structlog

from bus import Bus
from schemas import (
    Event,
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
)
from services.story.config import Config
from services.story.performance import Performance
from services.story.words import Refusal, tidy

log = structlog.get_logger()

MOST = 10_000
"""Events of one visit that are read."""
NEWEST = 100
"""Turns, and words, that are read."""
SET = 60.0
"""Seconds by which the wall clock may have been set since something was said."""


async def resume(bus: Bus, config: Config, refusal: Refusal) -> Performance | None:
    """Return the visit that has not ended, or None. One that was left long ago is ended now."""
    newest = await bus.last(TurnStarted)
    if newest is None or await bus.last(VisitEnded, visit=newest.visit):
        return None
    performance = await read(bus, config, newest.visit, refusal)
    alive = performance.heard if performance.opened else max(performance.heard, performance.due)
    if alive + 2 * config.silence < time.monotonic():
        bus.post(VisitEnded(visit=newest.visit, turn=newest.turn, cause=newest.id, reason="silence"))
        return None
    log.info("visit.resumed", visit=performance.visit, turn=performance.turn, beat=performance.number)
    return performance


async def read(bus: Bus, config: Config, visit: str, refusal: Refusal) -> Performance:
    """Return a visit as it was told so far."""
    topics = ("visit.started", "turn.started", "story.beat")
    performance = Performance(visit=visit, mics=[])
    for event in await bus.history(topics=topics, source=bus.name, visit=visit, limit=MOST):
        if isinstance(event, VisitStarted | TurnStarted) and event.mic not in performance.mics:
            performance.mics.append(event.mic)
        if isinstance(event, TurnStarted):
            performance.heard = ago(event.time)
            performance.open_turn(event, refusal.without(tidy(event.text)), performance.heard)
        elif isinstance(event, StoryBeat):
            performance.tell(event, "", ago(event.time), config)
    if performance.beat:
        await read_requests(bus, config, performance, performance.beat)
    return performance


async def read_requests(bus: Bus, config: Config, performance: Performance, beat: StoryBeat) -> None:
    """Note what was asked for to be heard."""
    topics = ("narration.request", "sound.request", "music.request")
    for event in await bus.history(topics=topics, source=bus.name, visit=beat.visit, limit=MOST):
        if isinstance(event, NarrationRequest) and event.cause == beat.id:
            performance.narration = event.id
        elif isinstance(event, SoundRequest):
            performance.sounding = (event.sounds, event.mood, "")
        elif isinstance(event, MusicRequest):
            performance.music = event.mood
    performance.sounding = (*performance.sounding[:2], beat.place)
    await read_replies(bus, config, performance, beat)


async def read_replies(bus: Bus, config: Config, performance: Performance, beat: StoryBeat) -> None:
    """Note how far the newest beat's narration has come."""
    replies = await bus.history(topics=("narration.ready", "scene.finished"), visit=beat.visit, since=beat.time)
    for event in replies:
        if isinstance(event, NarrationReady):
            performance.narrated(event, ago(event.time), config)
    for event in replies:
        if isinstance(event, SceneFinished):
            performance.played(event.cause, ago(event.time), config)


async def answered(bus: Bus) -> list[str]:
    """Return the ids of the words that opened the newest turns, oldest first."""
    turns = await bus.history(topics=("turn.started",), source=bus.name, limit=NEWEST, newest=True)
    return [turn.cause for turn in turns]


async def first_words(bus: Bus, within: float) -> list[SpeechFinal]:
    """Return what was said just now, oldest first: a new installation may be spoken to before its first story."""
    found = await bus.history(topics=("speech.final",), limit=NEWEST, newest=True)
    return [event for event in found if isinstance(event, SpeechFinal) and not too_old(event, within)]


def too_old(event: Event, within: float) -> bool:
    """Return whether something was said longer ago than `within` seconds.

    A clock that has yet to come is from before the machine was started anew. One that fits by chance is found out by
    the wall clock, which alone proves nothing: it may have been set meanwhile.
    """
    return not 0 <= time.monotonic() - event.clock <= within or time.time() - event.time > within + SET


def ago(wall: float) -> float:
    """Return the monotonic clock's time of a wall clock's time."""
    return time.monotonic() - max(0.0, time.time() - wall)
