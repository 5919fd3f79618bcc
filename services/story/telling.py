"""From a planned beat to the events that make it seen and heard."""

import zlib

import msgspec

from bus import Bus
from schemas import (
    Event,
    ImageRequest,
    MusicReady,
    MusicRequest,
    NarrationRequest,
    Report,
    SoundReady,
    SoundRequest,
    StoryBeat,
    because,
)
from services.story.config import Config
from services.story.performance import Asked, Performance
from services.story.planner import Beat

FIRST = 10
"""Priority of what answers a visitor's words; what follows has none."""


def tell(
    bus: Bus, config: Config, performance: Performance, beat: Beat, report: Report
) -> tuple[StoryBeat, NarrationRequest]:
    """Post a beat and all that is asked for with it, in one go. Return the beat and the request for its narration.

    `report` is how the beat came about.
    """
    story = msgspec.structs.replace(story_beat(config, performance, beat), report=report)
    told = bus.post(because(performance.cause, story))
    priority = FIRST if performance.opened else 0
    bus.post(because(told, picture(config, beat, told, priority)))
    narration = bus.post(because(told, voice(config, beat, priority)))
    tone = beat.undertone or beat.mood
    sounding = (beat.sounds, tone, beat.place)
    if sounding != performance.sounding:
        wish = bus.post(because(told, soundscape(beat, tone, told, priority)))
        performance.sounding, performance.asked[SoundReady] = sounding, Asked(wish.id)
    if config.music and tone != performance.music:
        song = bus.post(because(told, music(tone, told, priority)))
        performance.music, performance.asked[MusicReady] = tone, Asked(song.id)
    return told, narration


def story_beat(config: Config, performance: Performance, beat: Beat) -> StoryBeat:
    """Return the beat as it is published."""
    return StoryBeat(
        number=performance.number + 1,
        text=" ".join(beat.sentences),
        sentences=beat.sentences,
        scene=beat.scene,
        mood=beat.mood,
        sounds=beat.sounds,
        taken=beat.taken,
        place=beat.place,
        last=beat.last or performance.told + 1 >= config.beats,
    )


def picture(config: Config, beat: Beat, told: StoryBeat, priority: int) -> ImageRequest:
    """Return the wish for the beat's picture; a later beat's makes it worthless."""
    return ImageRequest(
        scene=beat.scene,
        mood=beat.mood,
        characters=beat.characters,
        negative_prompt=config.negative_prompt,
        width=config.width,
        height=config.height,
        seed=seed(told, "picture"),
        within=config.picture_within,
        priority=priority,
        supersedes=key(told, "picture"),
    )


def voice(config: Config, beat: Beat, priority: int) -> NarrationRequest:
    """Return the wish for the beat's narration."""
    return NarrationRequest(
        sentences=beat.sentences,
        mood=beat.mood,
        voice=config.voice,
        language=config.project.language,
        pace=config.pace,
        priority=priority,
    )


def soundscape(beat: Beat, tone: str, told: StoryBeat, priority: int) -> SoundRequest:
    """Return the wish for what the place sounds like; a later one makes it worthless."""
    return SoundRequest(
        sounds=beat.sounds,
        mood=tone,
        seed=seed(told, "sound"),
        priority=priority,
        supersedes=key(told, "sound"),
    )


def music(tone: str, told: StoryBeat, priority: int) -> MusicRequest:
    """Return the wish for the beat's music; a later one makes it worthless."""
    return MusicRequest(mood=tone, seed=seed(told, "music"), priority=priority, supersedes=key(told, "music"))


def key(event: Event, what: str) -> str:
    """Return the key under which newer wishes of a visit replace older ones."""
    return f"{event.visit}/{what}"


def seed(told: StoryBeat, what: str) -> int:
    """Return a seed that is the same whenever the same visit is told again."""
    return zlib.crc32(f"{told.visit}/{told.number}/{what}".encode())
