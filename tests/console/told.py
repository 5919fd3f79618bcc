"""A visit as journals have it, without an installation that runs: words, beat, picture, voice, and what went wrong."""

from bus import Bus
from schemas import (
    Asset,
    Cancelled,
    Failed,
    ImageReady,
    ImageRequest,
    Mark,
    MusicRequest,
    NarrationPart,
    NarrationReady,
    NarrationRequest,
    Report,
    SceneFinished,
    SceneShown,
    SoundRequest,
    SpeechFinal,
    StoryBeat,
    TurnStarted,
    VisitStarted,
    because,
)

VISIT = "20261128-101500-ab12"
PAINTED = Report(backend="painter", model="oil", version="2.1", config="0badcafe", attempts=2, seconds=0.4)


def picture(name: str = "fox", sha256: str = "77aa") -> Asset:
    """Return a picture's asset."""
    made: dict[str, str | int | float] = {"prompt": "a fox at dusk", "seed": 7, "backend": "painter"}
    path = f"2026-11-28/image/10-15-01_{name}_story-7.jpg"
    return Asset(path=path, media_type="image/jpeg", sha256=sha256, size=214_000, width=1280, height=720, made=made)


async def tell(bus: Bus, *, visit: str = VISIT, words: str = "a fox", name: str = "fox") -> SceneShown:
    """Publish a visit from the words to the picture on the wall; return the last event."""
    said = await bus.publish(SpeechFinal(text=words, mic="page-anna"))
    started = await bus.publish(VisitStarted(visit=visit, cause=said.id))
    turn = await bus.publish(TurnStarted(visit=started.visit, turn=1, cause=said.id, text=words, mic="page-anna"))
    report = Report(backend="grammar", config="5eed5eed")
    beat = await bus.publish(because(turn, StoryBeat(number=1, text="A fox ran over the snow.", report=report)))
    request = await bus.publish(because(beat, ImageRequest(scene="a fox at dusk", seed=7)))
    voice = await bus.publish(because(beat, NarrationRequest(sentences=("A fox ran over the snow.",))))
    await fail(bus, beat)
    await speak(bus, voice)
    ready = await bus.publish(because(request, ImageReady(asset=picture(name), alt="a fox", report=PAINTED)))
    return await bus.publish(because(ready, SceneShown(path=ready.asset.path, page="anna", seconds=0.1)))


async def speak(bus: Bus, voice: NarrationRequest) -> None:
    """Publish a narration of one sentence, heard to its end."""
    sound = Asset(path="2026-11-28/narration/fox.wav", media_type="audio/wav", sha256="0", size=9, seconds=2.0)
    marks = (Mark(start=0.1, end=0.2, offset=0, length=1),)
    part = NarrationPart(part=0, of=1, text=voice.sentences[0], asset=sound, marks=marks)
    spoken = await bus.publish(because(voice, part))
    ready = NarrationReady(parts=(spoken.id,), seconds=2.0, report=Report(backend="flite", seconds=0.1))
    await bus.publish(because(await bus.publish(because(voice, ready)), SceneFinished(page="anna")))


async def fail(bus: Bus, beat: StoryBeat) -> None:
    """Publish a soundscape that failed, and music that was dropped."""
    sound = await bus.publish(because(beat, SoundRequest(sounds=("wind",))))
    await bus.publish(because(sound, Failed(error="transient", message="the disk is full", request="sound.request")))
    music = await bus.publish(because(beat, MusicRequest(mood="calm")))
    await bus.publish(because(music, Cancelled(reason="superseded", request="music.request")))
