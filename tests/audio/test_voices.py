"""Voices: each word is marked, the first is heard at once, all are about as loud, and a crash is survived."""

import shutil
from itertools import pairwise
from pathlib import Path

import anyio
import numpy as np
import pytest

from schemas import NarrationRequest
from services.actor.chain import open_chain
from services.actor.errors import Transient, Unavailable, Unsupported
from services.audio.backends.espeak import EspeakNarrator, voices
from services.audio.backends.flite import FliteNarrator
from services.audio.backends.say import SayNarrator, listing
from services.audio.config import Config, Espeak, Flite, Say
from services.audio.narrator import Line, Narrator, Spoken
from services.audio.sound.files import wav
from services.audio.sound.loudness import loudness
from services.audio.speech.words import spans
from tests.audio.measuring import centroid, heard

pytestmark = pytest.mark.anyio

STORY = "Once, in 1799, a fox walked slowly into the snow; nobody saw her."
GERMAN = "Der Fuchs läuft über die Brücke, und 25 Männer schauen zu."
NARRATORS = [
    pytest.param(EspeakNarrator(Espeak()), id="espeak"),
    pytest.param(
        FliteNarrator(Flite()),
        id="flite",
        marks=pytest.mark.skipif(not shutil.which("flite"), reason="flite is not installed"),
    ),
]


def check(spoken: Spoken, text: str) -> None:
    """Check what must be true of every spoken sentence."""
    sound, rate = heard(spoken.data)
    assert abs(sound.shape[1] / rate - spoken.seconds) < 1e-3
    assert [(mark.offset, mark.length) for mark in spoken.marks] == [(word.offset, word.length) for word in spans(text)]
    assert all(mark.start <= mark.end <= spoken.seconds for mark in spoken.marks)
    assert all(a.end <= b.start + 1e-6 for a, b in pairwise(spoken.marks))
    assert len({mark.start for mark in spoken.marks}) == len(spoken.marks)


def check_sound(spoken: Spoken) -> None:
    """Check that a sentence begins at once, is even, and neither clips nor clicks."""
    sound, rate = heard(spoken.data)
    assert abs(loudness(sound.astype(np.float32), rate) - -18.0) < 1.5
    assert np.abs(sound).max() < 0.9
    assert abs(sound.mean()) < 1e-3
    assert np.abs(sound[0, :3]).max() < 0.01
    assert np.abs(sound[0, -3:]).max() < 0.005
    assert np.abs(sound[0, : round(0.15 * rate)]).max() > 0.02


@pytest.mark.parametrize("narrator", NARRATORS)
async def test_every_word_is_marked_and_the_first_is_heard_at_once(narrator: Narrator) -> None:
    async with narrator:
        spoken = await narrator.speak(Line(text=STORY, language="en"))
    check(spoken, STORY)
    check_sound(spoken)


@pytest.mark.parametrize("narrator", NARRATORS)
async def test_marks_fall_where_there_is_sound(narrator: Narrator) -> None:
    async with narrator:
        spoken = await narrator.speak(Line(text=STORY, language="en-GB"))
    sound, rate = heard(spoken.data)
    for mark in spoken.marks:
        word = sound[0, round(mark.start * rate) : round(mark.end * rate) + 1]
        assert np.abs(word).max() > 0.04, STORY[mark.offset : mark.offset + mark.length]


@pytest.mark.parametrize("narrator", NARRATORS)
async def test_pace_and_voice_are_followed(narrator: Narrator) -> None:
    async with narrator:
        usual = await narrator.speak(Line(text=STORY, language="en"))
        hasty = await narrator.speak(Line(text=STORY, language="en", pace=1.6))
        other = await narrator.speak(Line(text=STORY, language="en", voice="man"))
        strange = await narrator.speak(Line(text=STORY, language="en", voice="../no such: voice"))
    assert hasty.seconds < 0.8 * usual.seconds
    assert other.voice != usual.voice
    assert strange.voice == usual.voice


@pytest.mark.parametrize("narrator", NARRATORS)
async def test_strange_sentences_are_spoken(narrator: Narrator) -> None:
    async with narrator:
        for text in ("", "…", "🦊", "-lv", "a", "<b>“É”</b>", "no " * 90):
            check(await narrator.speak(Line(text=text, language="en")), text)


async def test_german_and_french_are_spoken() -> None:
    async with EspeakNarrator(Espeak()) as narrator:
        for language, text in (("de", GERMAN), ("de-AT", "Grüß Gott, schöne Welt!"), ("fr", "C'était l'été.")):
            spoken = await narrator.speak(Line(text=text, language=language))
            check(spoken, text)
            assert spoken.voice.startswith(language[:2])


async def test_a_language_that_a_voice_lacks_is_unsupported() -> None:
    async with EspeakNarrator(Espeak()) as narrator:
        with pytest.raises(Unsupported, match="tlh"):
            await narrator.speak(Line(text="nuqneH", language="tlh"))
    with pytest.raises(Unsupported, match="English only"):
        await FliteNarrator(Flite()).speak(Line(text=GERMAN, language="de"))


def test_names_of_voices_are_no_paths() -> None:
    assert voices("../../etc/passwd", "f2") == ()
    assert voices("zh_CN", "f2")[0] == "cmn+f2"


async def test_a_crash_costs_one_call_and_no_more() -> None:
    async with EspeakNarrator(Espeak()) as narrator:
        assert narrator.child.process is not None
        narrator.child.process.kill()
        with pytest.raises(Transient):
            await narrator.speak(Line(text=STORY, language="en"))
        check(await narrator.speak(Line(text=STORY, language="en")), STORY)


async def test_voices_do_not_get_in_each_others_way() -> None:
    spoken: dict[str, Spoken] = {}
    async with EspeakNarrator(Espeak()) as narrator, anyio.create_task_group() as group:

        async def speak(text: str) -> None:
            spoken[text] = await narrator.speak(Line(text=text, language="en"))

        for text in ("one", "one two three four five", STORY):
            group.start_soon(speak, text)
    for text, result in spoken.items():
        check(result, text)


async def test_programs_that_are_not_there_are_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    for narrator in (FliteNarrator(Flite()), SayNarrator(Say())):
        with pytest.raises(Unavailable, match="not"):
            await narrator.__aenter__()


async def test_espeak_speaks_when_no_program_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    async with open_chain(Config().voices) as chain:
        line = Line(text=STORY, language="en")
        spoken, report = await chain.call(NarrationRequest(sentences=(STORY,)), lambda voice, _: voice.speak(line))
    assert (report.backend, report.tier, report.degraded) == ("espeak", 2, ())
    assert [error.split(":")[0] for error in report.errors] == ["say", "flite"]
    check(spoken, STORY)


async def test_a_voice_is_warm_and_not_shrill() -> None:
    async with EspeakNarrator(Espeak()) as narrator:
        spoken = await narrator.speak(Line(text=STORY, language="en"))
    assert 200 < centroid(*heard(spoken.data)) < 1100


def test_the_list_of_macos_voices_is_understood() -> None:
    assert listing("Bad News            en_US    # Hello! My name is Bad News.") == ("Bad News", "en")
    assert listing("Anna                de_DE    # Hallo!") == ("Anna", "de")


async def test_a_program_that_fails_is_tried_again_and_never_waited_for(tmp_path: Path) -> None:
    program = tmp_path / "flite"
    program.write_text("#!/bin/sh\necho 'Voices available: kal slt'\ncase \"$*\" in *-t*) exit 3;; esac\n")
    program.chmod(0o755)
    with pytest.raises(Transient, match="code 3"):
        await FliteNarrator(Flite(program=str(program))).__aenter__()


async def test_say_is_asked_as_its_manual_wants(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = tmp_path / "made.wav"
    made.write_bytes(wav(np.sin(np.arange(22050, dtype=np.float32) / 20) * np.float32(0.3), 22050))
    program = tmp_path / "say"
    program.write_text(
        f"#!/bin/sh\nif [ \"$2\" = '?' ]; then echo 'Anna  de_DE  # Hallo'; exit; fi\n"
        f'echo "$@" > {tmp_path}/asked\nwhile [ "$1" != -o ]; do shift; done\n/bin/cp {made} "$2"\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    async with SayNarrator(Say()) as narrator:
        spoken = await narrator.speak(Line(text=GERMAN, language="de"))
        with pytest.raises(Unsupported):
            await narrator.speak(Line(text=STORY, language="en"))
    check(spoken, GERMAN)
    assert (tmp_path / "asked").read_text().startswith("-v Anna -r ")
