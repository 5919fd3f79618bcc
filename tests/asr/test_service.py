"""The listener on the real bus: microphones in, words out, each with its cause."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import anyio
import pytest

from bus import Bus, Subscription, open_bus
from schemas import Event, MicChunk, SpeechFinal, SpeechPartial, SpeechStarted
from services.actor.config import Project, load_project
from services.asr.config import Config, FileConfig, Sources
from services.asr.service import serve
from tests.asr.sounds import SOUNDS, bare, frames, noise, recording, silence

pytestmark = pytest.mark.anyio

Speech = SpeechStarted | SpeechPartial | SpeechFinal


@pytest.fixture
def project() -> Iterator[Project]:
    """Yield a project in a folder with a short path."""
    folder = Path(tempfile.mkdtemp(prefix="fs"))
    yield Project(folder=folder, assets=folder / "assets", journal=folder / "journal", run=folder / "run")
    shutil.rmtree(folder)


@asynccontextmanager
async def listening(config: Config) -> AsyncIterator[tuple[Bus, Bus, Subscription[Event]]]:
    """Yield a page's bus, the listener's, and what the page hears of it."""
    run, journals = config.project.run, config.project.journal
    async with (
        open_bus("page", run=run, journals=journals) as page,
        page.subscribe(SpeechStarted, SpeechPartial, SpeechFinal, keep=100) as events,
        open_bus("asr", run=run, journals=journals) as bus,
        anyio.create_task_group() as group,
    ):
        with anyio.fail_after(40):
            await group.start(partial(serve, config, bus))
            yield page, bus, events
        group.cancel_scope.cancel()


def speak(page: Bus, pcm: bytes, mic: str = "m", *, last: bool = True) -> None:
    """Send sound as a page does, all at once."""
    for number, chunk in enumerate(frames(pcm)):
        page.post(MicChunk(mic=mic, pcm=chunk, at=number * 0.03))
    if last:
        page.post(MicChunk(mic=mic, pcm=b"", last=True))


async def until_finals(events: Subscription[Event], count: int = 1) -> list[Speech]:
    """Return what is heard, up to so many finals."""
    found: list[Speech] = []
    while count:
        event = await anext(aiter(events))
        assert isinstance(event, Speech)
        found.append(event)
        count -= isinstance(event, SpeechFinal)
    return found


def texts(events: list[Speech]) -> dict[str, str]:
    """Return what was said at each microphone."""
    return {event.mic: event.text for event in events if isinstance(event, SpeechFinal)}


async def test_a_sentence_is_heard_word_by_word_and_then_as_a_whole(project: Project) -> None:
    async with listening(Config(project=project)) as (page, _, events):
        speak(page, silence(0.5) + recording("moon") + silence(1))
        started, *partials, final = await until_finals(events)
    assert isinstance(started, SpeechStarted)
    assert isinstance(final, SpeechFinal)
    assert final.text == "tell me a story about the moon"
    assert {event.cause for event in (*partials, final)} == {started.id}
    assert [event.revision for event in partials if isinstance(event, SpeechPartial)] == list(
        range(1, len(partials) + 1)
    )
    assert final.words[0].start < 0.2
    assert 1.0 < final.spoken < 2.5
    assert 0 < final.voiced < final.clock


async def test_the_first_word_is_not_lost_when_nothing_comes_before_it(project: Project) -> None:
    async with listening(Config(project=project)) as (page, _, events):
        speak(page, bare("moon") + silence(1))
        assert texts(await until_finals(events)) == {"m": "tell me a story about the moon"}


async def test_silence_and_noise_are_not_answered_and_a_short_word_is(project: Project) -> None:
    async with listening(Config(project=project)) as (page, _, events):
        speak(page, silence(1) + noise(2, 15) + noise(2, 600) + noise(2, 15) + recording("yes") + silence(1))
        heard = await until_finals(events)
    assert texts(heard) == {"m": "yes"}
    assert len([event for event in heard if isinstance(event, SpeechFinal)]) == 1


async def test_what_was_no_speech_is_taken_back(project: Project) -> None:
    async with listening(Config(project=project)) as (page, bus, events):
        speak(page, noise(1, 15) + noise(4, 600) + noise(1, 15))
        found: list[Event] = []
        while not (found and isinstance(found[-1], SpeechPartial) and not found[-1].text):
            found.append(await anext(aiter(events)))
        assert isinstance(found[0], SpeechStarted)
        assert bus.reports["speech"]() == {"understood": 0, "rejected": 1, "lost": 0}


async def test_two_microphones_are_not_mixed_up(project: Project) -> None:
    async with listening(Config(project=project)) as (page, _, events):
        fox, house = frames(silence(0.5) + recording("fox") + silence(1)), frames(recording("lighthouse") + silence(1))
        for one, two in zip(fox, house, strict=False):
            speak(page, one, "one", last=False)
            speak(page, two, "two", last=False)
        assert texts(await until_finals(events, 2)) == {
            "one": "once upon a time there was a fox",
            "two": "the old lighthouse in the storm",
        }


async def test_who_goes_away_in_the_middle_has_said_what_was_heard(project: Project) -> None:
    async with listening(Config(project=project, gone=0.3)) as (page, bus, events):
        speak(page, recording("moon")[: 32000 + 8000], last=False)
        heard = texts(await until_finals(events))["m"]
        assert heard.startswith("tell me a story")
        assert bus.reports["microphones"]() == {"open": [], "speaking": [], "refused": 0}


async def test_the_death_of_a_decoder_costs_nobody_a_word(project: Project) -> None:
    async with listening(Config(project=project)) as (page, _, events):
        sentence = silence(0.5) + recording("moon") + silence(1)
        speak(page, sentence[:40000], last=False)
        assert isinstance(await anext(aiter(events)), SpeechStarted)
        os.kill(decoder_of(os.getpid()), signal.SIGKILL)
        speak(page, sentence[40320:])
        assert texts(await until_finals(events)) == {"m": "tell me a story about the moon"}


def decoder_of(parent: int) -> int:
    """Return the process that decodes."""
    found = subprocess.run(
        ["pgrep", "-P", str(parent), "-f", "sphinx_decoder"], capture_output=True, text=True, check=True
    )
    return int(found.stdout.split()[0])


async def test_a_german_project_is_up_and_says_why_it_does_not_listen(project: Project) -> None:
    german = Project(language="de", journal=project.journal, run=project.run)
    async with listening(Config(project=german)) as (page, bus, _):
        message = str(bus.reports["chain"]()["message"])
        assert "understands English only; this project speaks de" in message
        speak(page, recording("fox"))
        await page.publish(SpeechFinal(text="typed"))
        assert await bus.last(SpeechStarted) is None


async def test_a_file_can_stand_in_for_a_visitor(project: Project) -> None:
    sources = Sources((FileConfig(path=SOUNDS / "yes.wav", mic="rehearsal"),))
    async with listening(Config(project=project, sources=sources)) as (_, bus, events):
        assert texts(await until_finals(events)) == {"rehearsal": "yes"}
        report = bus.reports["sources"]()
        assert report["message"] == ""
        assert report["sources"] in (["file: open"], ["file: ended"])  # the recording is short


def test_settings_are_read_from_the_projects_file() -> None:
    """Every kind of source, and the ways to say when somebody has finished."""
    folder = Path(tempfile.mkdtemp(prefix="fs"))
    (folder / "hello.wav").touch()
    (folder / "project.toml").write_text(
        '[asr.voice]\nsilence = 0.8\n[[asr.sources]]\nuse = "page"\n[[asr.sources]]\nuse = "file"\npath = "hello.wav"\n'
        '[[asr.sources]]\nuse = "card"\ndevice = "USB"\n[[asr.backends]]\nuse = "pocketsphinx"\ndecoders = 1\n'
    )
    config = load_project(folder, {"asr": Config})["asr"]
    assert isinstance(config, Config)
    assert config.voice.silence == 0.8
    assert [type(source).__name__ for source in config.sources] == ["PageConfig", "FileConfig", "CardConfig"]
    shutil.rmtree(folder)
