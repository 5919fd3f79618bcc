"""What must be true of voices and makers: the embedded ones pass, and each check is failed by who breaks it."""

import shutil
from itertools import count

import anyio
import numpy as np
import pytest
from msgspec.structs import replace

from schemas import Mark
from services.actor.backend import BackendConfig
from services.actor.conformance import Suite
from services.audio.composer import Piece
from services.audio.config import Espeak, Flite, Music, Soundscape
from services.audio.conformance import COMPOSER, NARRATOR, SOUNDSCAPER
from services.audio.narrator import Line, Spoken
from services.audio.sound.files import wav
from services.audio.soundscaper import Ambience, Recording
from tests.audio.doubles import RATE, Beeper, Hummer
from tests.trying import failures, outcomes, settings_of

pytestmark = pytest.mark.anyio

Wish = Ambience | Piece
Made = dict[str, str | int | float]


class Silent(Beeper):
    """Moves its lips."""

    async def speak(self, line: Line) -> Spoken:
        spoken = await super().speak(line)
        return replace(spoken, data=wav(np.zeros(round(RATE * spoken.seconds), np.float32), RATE))


class Broken(Beeper):
    """Hands over what is no sound."""

    async def speak(self, line: Line) -> Spoken:
        return replace(await super().speak(line), data=b"RIFF")


class Compressed(Beeper):
    """Says that it is another kind of file."""

    async def speak(self, line: Line) -> Spoken:
        return replace(await super().speak(line), media_type="audio/mpeg")


class Boundless(Beeper):
    """Does not know how long it spoke."""

    async def speak(self, line: Line) -> Spoken:
        return replace(await super().speak(line), seconds=9.0)


class Loud(Beeper):
    """Is always as loud as it likes."""

    def loudness(self, _: Line) -> float:
        return -12.0


class Polyglot(Beeper):
    """Speaks any language, and none of them."""

    languages = ("en", "de", "tlh")


class Lazy(Beeper):
    """Claims marks, and has none."""

    def marks(self, line: Line, length: int) -> tuple[Mark, ...]:
        return super().marks(line, length)[:-1]


class Overlapping(Beeper):
    """Claims marks, and begins each word before the last is over."""

    def marks(self, line: Line, length: int) -> tuple[Mark, ...]:
        marks = super().marks(line, length)
        return (*(replace(mark, end=mark.end + 0.05) for mark in marks[:-1]), *marks[-1:])


class Backward(Beeper):
    """Claims marks, and ends words before they begin."""

    def marks(self, line: Line, length: int) -> tuple[Mark, ...]:
        return tuple(replace(mark, start=mark.end, end=mark.start) for mark in super().marks(line, length))


class Overrun(Beeper):
    """Claims marks, and is still speaking when the sound is over."""

    def marks(self, line: Line, length: int) -> tuple[Mark, ...]:
        marks = super().marks(line, length)
        return (*marks[:-1], *(replace(mark, end=mark.end + 1) for mark in marks[-1:]))


class Steady(Beeper):
    """Claims a pace, and has its own."""

    def pace(self, _: Line) -> float:
        return 1.0


class Alone(Beeper):
    """Claims voices, and has one."""

    voices = ("woman",)


class Obliging(Beeper):
    """Claims voices, and takes on any name."""

    async def speak(self, line: Line) -> Spoken:
        return replace(await super().speak(line), voice=line.voice or "woman")


class Even(Beeper):
    """Claims moods and languages, and is always the same."""

    def pitch(self, _: Line) -> float:
        return 440.0


class Native(Beeper):
    """Claims languages, and has one."""

    languages = ("en",)


VOICES: dict[type, dict[str, str]] = {
    Silent: {"two at a time": "nothing is heard"},
    Broken: {"two at a time": "cannot be decoded"},
    Compressed: {"two at a time": "says 'audio/mpeg', and is audio/wav"},
    Boundless: {"two at a time": "says that it lasts 9.00 s, and lasts 0."},
    Loud: {"it is as loud as asked": "-18 LUFS were asked for, -12"},
    Polyglot: {"a language that it lacks is unsupported": "speaks 'tlh', which nobody does"},
    Lazy: {"every word is marked": "there is no mark for her"},
    Overlapping: {"every word is marked": "12 marks reach into the next"},
    Backward: {"every word is marked": "a mark ends before it begins"},
    Overrun: {"every word is marked": "1 marks end after the sound"},
    Steady: {"a faster pace is shorter": "at 0.7, 1 and 1.5 it takes 2.08, 2.08 and 2.08 s"},
    Alone: {"another name is another voice": "all are spoken by 'woman'"},
    Obliging: {"another name is another voice": "a strange name is spoken by '../no such: voice'"},
    Even: {
        "moods are heard": "joyful and melancholy give the same bytes",
        "it has several languages": "en, de: the same words give the same bytes",
    },
    Native: {"it has several languages": "it speaks en"},
}


class Short(Hummer):
    """Stops when it has had enough."""

    def hum(self, wish: Wish, words: str, made: Made) -> Recording:
        return super().hum(replace(wish, seconds=wish.seconds / 2), words, made)


class Mute(Hummer):
    """Hums to itself."""

    def loudness(self, _: Wish) -> float:
        return -70.0


class Constant(Hummer):
    """Is always as loud as it likes."""

    def loudness(self, _: Wish) -> float:
        return -25.0


class Monotonous(Hummer):
    """Hums the same for every word."""

    def hum(self, wish: Wish, _: str, made: Made) -> Recording:
        return super().hum(wish, "", made)


class Secretive(Hummer):
    """Does not say what it did not understand."""

    def hum(self, wish: Wish, words: str, _: Made) -> Recording:
        return super().hum(wish, words, {})


class Moody(Hummer):
    """Claims seeds, and counts its songs instead."""

    sung = count()

    def seed(self, _: Wish) -> int:
        return next(self.sung)


class Settled(Hummer):
    """Claims seeds, and has but one."""

    def seed(self, _: Wish) -> int:
        return 7


class Cut(Hummer):
    """Claims loops, and stops in the middle of a wave."""

    def hum(self, wish: Wish, words: str, made: Made) -> Recording:
        whole = super().hum(wish, words, made)
        sound = 0.1 * np.sin(2 * np.pi * 200.13 * np.arange(round(RATE * wish.seconds)) / RATE + len(words) + wish.seed)
        return replace(whole, data=wav((sound * 10 ** ((wish.loudness + 21) / 20)).astype(np.float32), RATE))


class Ended(Hummer):
    """Claims loops, and says that it is none."""

    def hum(self, wish: Wish, words: str, made: Made) -> Recording:
        return replace(super().hum(wish, words, made), loop=False)


class Timeless(Hummer):
    """Makes something of any length, also of one that is no number."""

    def hum(self, wish: Wish, words: str, made: Made) -> Recording:
        return super().hum(replace(wish, seconds=wish.seconds if wish.seconds > 0 else 4.0), words, made)


SAME = "other sounds sound different", "other moods and players sound different"
LOUD = "a soundscape is as loud as asked", "music is as loud as asked"
SEEDS = "seeds decide", "seeds decide the music"
LOOPS = "a soundscape has no seam", "music has no seam"
MAKERS: dict[type, tuple[tuple[str, str], str]] = {
    Short: (("two at a time",) * 2, "4 s were asked for, 2.0 came"),
    Mute: (("two at a time",) * 2, "nothing is heard"),
    Constant: (LOUD, "-36 LUFS were asked for, -25"),
    Monotonous: (SAME, "give the same bytes"),
    Moody: (SEEDS, "the same seed gives other bytes"),
    Settled: (SEEDS, "another seed gives the same bytes"),
    Cut: (LOOPS, "where it begins anew is"),
    Ended: (LOOPS, "says that this is none"),
    Timeless: (("wrong wishes are invalid",) * 2, "was granted"),
}
ALL = (Silent, Broken, Compressed, Boundless, Short, Mute)
"""Whose sounds are no good in any check."""


async def test_the_embedded_voices_and_makers_pass() -> None:
    """All at once, because the long words take a voice ten seconds."""
    trials: list[tuple[Suite, BackendConfig]] = [(NARRATOR, Espeak()), (SOUNDSCAPER, Soundscape()), (COMPOSER, Music())]
    if shutil.which("flite"):
        trials.append((NARRATOR, Flite()))
    states: dict[tuple[type, str], str] = {}

    async def tried(suite: Suite, config: BackendConfig) -> None:
        states.update({(type(config), outcome.check): outcome.state for outcome in await outcomes(suite, config)})

    async with anyio.create_task_group() as group:
        for suite, config in trials:
            group.start_soon(tried, suite, config)
    assert states.pop((Flite, "it has several languages"), "not claimed") == "not claimed"
    assert {key for key, state in states.items() if state != "ok"} == set()


async def test_doubles_that_are_right_pass() -> None:
    assert await failures(NARRATOR, settings_of(Beeper)) == {}
    assert await failures(SOUNDSCAPER, settings_of(Hummer)) == {}
    assert await failures(COMPOSER, settings_of(Hummer)) == {}


@pytest.mark.parametrize("double", VOICES, ids=lambda double: double.__name__)
async def test_each_check_of_voices_is_failed_by_who_breaks_it(double: type) -> None:
    found = await failures(NARRATOR, settings_of(double))
    assert [name for name, why in VOICES[double].items() if why not in found[name]] == []
    assert found.keys() == VOICES[double].keys() or double in ALL


@pytest.mark.parametrize("double", MAKERS, ids=lambda double: double.__name__)
async def test_each_check_of_makers_is_failed_by_who_breaks_it(double: type) -> None:
    names, why = MAKERS[double]
    for suite, name in zip((SOUNDSCAPER, COMPOSER), names, strict=True):
        found = await failures(suite, settings_of(double))
        assert why in found[name]
        assert set(found) == {name} or double in ALL


async def test_a_sound_that_nobody_knows_is_told() -> None:
    assert (await failures(SOUNDSCAPER, settings_of(Secretive))).keys() == {"unknown sounds are told"}
