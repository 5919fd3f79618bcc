"""The service on the real bus: parts in order before the reply, three queues, cancelled when unwanted."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import anyio
import msgspec
import pytest

from bus import Bus, Subscription, open_bus
from schemas import (
    Cancelled,
    Event,
    Failed,
    MusicReady,
    MusicRequest,
    NarrationPart,
    NarrationReady,
    NarrationRequest,
    SoundReady,
    SoundRequest,
    TurnStarted,
)
from services.actor.config import Project, load_project
from services.actor.run import Failure
from services.actor.toml import ConfigError
from services.audio.config import Config, Espeak, Sound, VoiceBackends
from services.audio.service import own_sounds, serve
from tests.audio.measuring import heard

pytestmark = pytest.mark.anyio

ESPEAK = VoiceBackends((Espeak(),))
SENTENCES = ("A fox sat in the snow.", "It listened.", "Then it was gone.")


@pytest.fixture
def project() -> Iterator[Project]:
    """Yield a project in a folder with a short path."""
    folder = Path(tempfile.mkdtemp(prefix="fs"))
    yield Project(folder=folder, assets=folder / "assets", journal=folder / "journal", run=folder / "run")
    shutil.rmtree(folder)


@asynccontextmanager
async def room(config: Config) -> AsyncIterator[tuple[Bus, Subscription[Event]]]:
    """Yield an asker's bus and what it hears of the audio service."""
    run, journals = config.project.run, config.project.journal
    async with (
        open_bus("asker", run=run, journals=journals) as asker,
        asker.subscribe(NarrationPart, NarrationReady, SoundReady, MusicReady, Failed, Cancelled) as events,
        open_bus("audio", run=run, journals=journals) as bus,
        anyio.create_task_group() as group,
    ):
        with anyio.fail_after(40):
            await group.start(partial(serve, config, bus))
            yield asker, events
        group.cancel_scope.cancel()


async def until_reply(events: Subscription[Event], cause: str) -> list[Event]:
    """Return what is heard of a request, up to its reply."""
    found: list[Event] = []
    async for event in events:
        if event.cause == cause:
            found.append(event)
            if not isinstance(event, NarrationPart):
                break
    return found


async def test_sentences_are_heard_in_order_and_then_it_is_ready(project: Project) -> None:
    async with room(Config(project=project, voices=ESPEAK)) as (asker, events):
        request = await asker.publish(NarrationRequest(sentences=SENTENCES, visit="v", turn=3))
        *parts, ready = await until_reply(events, request.id)
    assert isinstance(ready, NarrationReady)
    assert [(part.part, part.of, part.text) for part in parts if isinstance(part, NarrationPart)] == [
        (number, 3, text) for number, text in enumerate(SENTENCES)
    ]
    assert ready.parts == tuple(part.id for part in parts)
    assert {(event.visit, event.turn) for event in (*parts, ready)} == {("v", 3)}
    seconds = 0.0
    for part in parts:
        assert isinstance(part, NarrationPart)
        sound, rate = heard((project.assets / part.asset.path).read_bytes())
        assert abs(sound.shape[1] / rate - part.asset.seconds) < 0.01
        assert part.marks[-1].end <= part.asset.seconds
        seconds += part.asset.seconds
    assert abs(ready.seconds - seconds) < 0.01


async def test_the_language_of_the_project_is_spoken(project: Project) -> None:
    german = msgspec.structs.replace(project, language="de")
    async with room(Config(project=german)) as (asker, events):
        request = await asker.publish(NarrationRequest(sentences=("Der Mond schläft.",)))
        part, _ = await until_reply(events, request.id)
        other = await asker.publish(NarrationRequest(sentences=("nuqneH",), language="tlh"))
        (failed,) = await until_reply(events, other.id)
    assert isinstance(part, NarrationPart)
    assert str(part.asset.made["voice"]).startswith("de")
    assert isinstance(failed, Failed)
    assert failed.error == "unsupported"


async def test_a_newer_turn_stops_a_long_story_between_sentences(project: Project) -> None:
    long = tuple(f"Sentence number {number} of a very long story." for number in range(400))
    async with room(Config(project=project, voices=ESPEAK)) as (asker, events):
        request = await asker.publish(NarrationRequest(sentences=long, visit="v", turn=1))
        await anext(aiter(events))
        await asker.publish(TurnStarted(visit="v", turn=2))
        *parts, reply = await until_reply(events, request.id)
    assert isinstance(reply, Cancelled)
    assert reply.reason == "superseded"
    assert len(parts) < 399


async def test_sound_and_music_are_answered_with_loops(project: Project) -> None:
    sounds = {"cellar": Sound(layers={"drips": 1.0, "clock": 0.4})}
    async with room(Config(project=project, voices=ESPEAK, sounds=sounds)) as (asker, events):
        music = await asker.publish(MusicRequest(mood="calm", seconds=8, seed=5))
        sound = await asker.publish(SoundRequest(sounds=("cellar", "flurb"), mood="dark", seconds=4, seed=5))
        (surrounded,) = await until_reply(events, sound.id)
        (played,) = await until_reply(events, music.id)
    assert isinstance(surrounded, SoundReady)
    assert isinstance(played, MusicReady)
    assert (surrounded.asset.made["layers"], surrounded.asset.made["unknown"]) == ("drips, clock", "flurb")
    assert played.asset.made["seed"] == 5
    for asset, seconds in ((surrounded.asset, 4.0), (played.asset, 8.0)):
        samples, rate = heard((project.assets / asset.path).read_bytes())
        assert samples.shape == (2, round(seconds * rate))
        assert (asset.seconds, asset.media_type) == (seconds, "audio/flac")


async def test_a_sentence_does_not_wait_for_music(project: Project) -> None:
    async with room(Config(project=project, voices=ESPEAK)) as (asker, events):
        music = await asker.publish(MusicRequest(mood="joyful", seconds=60))
        talk = await asker.publish(NarrationRequest(sentences=SENTENCES[:1]))
        order = [event.cause async for event in taking(events, 3)]
    assert order == [talk.id, talk.id, music.id]


def test_a_project_writes_its_voices_and_sounds_in_toml(project: Project) -> None:
    text = """
        [audio]
        voice = "old"
        [audio.sounds.cellar]
        layers = {drips = 1.0, clock = 0.4}
        [[audio.voices]]
        use = "espeak"
        variant = "m3"
        cast = {fox = "f5"}
        """
    (project.folder / "project.toml").write_text(text)
    config = load_project(project.folder, {"audio": Config})["audio"]
    assert isinstance(config, Config)
    assert own_sounds(config) == {"cellar": {"drips": 1.0, "clock": 0.4}}
    assert list(config.voices) == [Espeak(variant="m3", cast={"fox": "f5"})]
    (project.folder / "project.toml").write_text("[audio.sounds.cellar]\nlayer = {}\n")
    with pytest.raises(ConfigError, match="did you mean `layers`"):
        load_project(project.folder, {"audio": Config})


def test_a_sound_of_an_unknown_layer_refuses_to_start(project: Project) -> None:
    config = Config(project=project, sounds={"cellar": Sound(layers={"dripps": 1.0})})
    with pytest.raises(Failure, match="did you mean 'drips'"):
        own_sounds(config)


async def taking(events: Subscription[Event], count: int) -> AsyncIterator[Event]:
    """Yield the next events."""
    async for event in events:
        yield event
        count -= 1
        if not count:
            return
