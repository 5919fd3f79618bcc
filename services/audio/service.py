"""The room's voice, surroundings and music. Three queues, so that a sentence never waits for a symphony."""

import hashlib
from collections.abc import Mapping
from functools import partial

import anyio
import msgspec
import structlog
from anyio.abc import TaskStatus

from bus import Bus
from schemas import (
    Asset,
    MusicReady,
    MusicRequest,
    NarrationPart,
    NarrationReady,
    NarrationRequest,
    Report,
    Request,
    SoundReady,
    SoundRequest,
    because,
)
from services.actor import queue
from services.actor.assets import Assets, Making
from services.actor.chain import Chain, open_chain
from services.actor.queue import answering
from services.actor.run import Failure
from services.audio.composer import Composer, Piece
from services.audio.config import Config
from services.audio.layers.words import Vocabulary
from services.audio.narrator import Line, Narrator, Spoken
from services.audio.soundscaper import Ambience, Recording, Soundscaper

log = structlog.get_logger()

SAYS = (NarrationPart, NarrationReady, SoundReady, MusicReady, *queue.SAYS)
HEARS = (NarrationRequest, SoundRequest, MusicRequest, *queue.HEARS)

VOICE_FIELDS: Mapping[str, tuple[str, ...]] = {"PACE": ("pace",), "VOICES": ("voice",), "MOODS": ("mood",)}
MAKER_FIELDS: Mapping[str, tuple[str, ...]] = {"SEEDS": ("seed",)}
"""Which fields of a request make use of a capability."""


async def serve(config: Config, bus: Bus, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
    """Answer requests for narration, soundscapes and music until cancelled."""
    own = own_sounds(config)
    assets = Assets(config.project.assets, config.project.keep_days)
    chain = partial(open_chain, bus=bus, digest=config.digest)
    async with (
        chain(config.voices, section="voices", fields=VOICE_FIELDS) as voices,
        chain(config.soundscapes, section="soundscapes", fields=MAKER_FIELDS) as soundscapers,
        chain(config.composers, section="composers", fields=MAKER_FIELDS) as composers,
        anyio.create_task_group() as group,
    ):
        narrate = partial(Narration, config, bus, voices, assets)
        await group.start(
            partial(answering, bus, NarrationRequest, lambda request: narrate(request).tell(), config.narration)
        )
        surround = partial(make_sound, config, own, soundscapers, assets)
        await group.start(partial(answering, bus, SoundRequest, surround, config.sound))
        compose = partial(make_music, config, composers, assets)
        await group.start(partial(answering, bus, MusicRequest, compose, config.music))
        task_status.started()


class Narration:
    """One request being told: its sentences one after the other, each to be heard while the next is made."""

    def __init__(self, config: Config, bus: Bus, voices: Chain, assets: Assets, request: NarrationRequest) -> None:
        self.config, self.bus, self.voices, self.assets, self.request = config, bus, voices, assets, request
        self.parts: list[NarrationPart] = []
        self.report = Report()

    async def tell(self) -> NarrationReady:
        """Publish every sentence as soon as it is spoken; return the reply."""
        for text in self.request.sentences:
            await self.part(text)
        return NarrationReady(
            parts=tuple(part.id for part in self.parts),
            seconds=round(sum(part.asset.seconds for part in self.parts), 3),
            report=self.report,
        )

    async def part(self, text: str) -> None:
        """Speak one sentence and publish it."""
        spoken, report = await self.voices.call(self.request, partial(self.speak, text))
        number = len(self.parts)
        made: dict[str, str | int | float] = {"voice": spoken.voice, "backend": report.backend, "text": text}
        making = Making(
            request=self.request,
            kind="narration",
            title=f"{number + 1} {text}",
            suffix=spoken.suffix,
            media_type=spoken.media_type,
            seconds=round(spoken.seconds, 3),
            made=made,
        )
        asset = await self.assets.write(spoken.data, making)
        part = NarrationPart(
            part=number, of=len(self.request.sentences), text=text, asset=asset, marks=spoken.marks, report=report
        )
        self.parts.append(await self.bus.publish(because(self.request, part)))
        self.report = with_errors(report, self.report.errors)

    async def speak(self, text: str, narrator: Narrator, request: NarrationRequest) -> Spoken:
        """Let a voice speak one sentence."""
        line = Line(
            text=text,
            language=request.language or self.config.project.language,
            voice=request.voice or self.config.voice,
            mood=request.mood,
            pace=min(max(request.pace * self.config.pace, 0.3), 3.0),
            loudness=self.config.voice_loudness,
        )
        return await narrator.speak(line)


def with_errors(report: Report, errors: tuple[str, ...]) -> Report:
    """Return a report that also tells what went wrong before it."""
    return msgspec.structs.replace(report, errors=tuple(dict.fromkeys((*errors, *report.errors))))


Own = dict[str, dict[str, float]]


def own_sounds(config: Config) -> Own:
    """Return the project's own sounds. Raise Failure when one names a layer that does not exist."""
    own = {name: sound.layers for name, sound in config.sounds.items()}
    try:
        Vocabulary(own)
    except ValueError as error:
        raise Failure(f"audio.sounds: {error}") from error
    return own


async def make_sound(
    config: Config, own: Own, soundscapers: Chain, assets: Assets, request: SoundRequest
) -> SoundReady:
    """Return the soundscape of a request."""

    async def surround(soundscaper: Soundscaper, request: SoundRequest) -> Recording:
        ambience = Ambience(
            sounds=request.sounds,
            mood=request.mood,
            seconds=request.seconds,
            seed=seed_of(request, request.seed),
            own=own,
            loudness=config.sound_loudness,
        )
        return await soundscaper.surround(ambience)

    recording, report = await soundscapers.call(request, surround)
    if "unknown" in recording.made:
        log.warning("sound.unknown", names=recording.made["unknown"], request=request.id)
    asset = await kept(assets, recording, request, "sound", " ".join((*request.sounds, request.mood)))
    return SoundReady(asset=asset, loop=recording.loop, report=report)


async def make_music(config: Config, composers: Chain, assets: Assets, request: MusicRequest) -> MusicReady:
    """Return the music of a request."""

    async def compose(composer: Composer, request: MusicRequest) -> Recording:
        piece = Piece(
            mood=request.mood,
            instruments=request.instruments,
            seconds=request.seconds,
            seed=seed_of(request, request.seed),
            loudness=config.music_loudness,
        )
        return await composer.compose(piece)

    recording, report = await composers.call(request, compose)
    asset = await kept(assets, recording, request, "music", " ".join((request.mood, *request.instruments)))
    return MusicReady(asset=asset, loop=recording.loop, report=report)


async def kept(assets: Assets, recording: Recording, request: Request, kind: str, title: str) -> Asset:
    """Write a recording to the assets."""
    making = Making(
        request=request,
        kind=kind,
        title=title,
        suffix=recording.suffix,
        media_type=recording.media_type,
        seconds=recording.seconds,
        made=recording.made,
    )
    return await assets.write(recording.data, making)


def seed_of(request: Request, seed: int | None) -> int:
    """Return the seed that was asked for, or one that is the request's own, also when it is tried once more."""
    if seed is not None:
        return seed
    return int.from_bytes(hashlib.blake2b(request.id.encode(), digest_size=4).digest(), "big")
