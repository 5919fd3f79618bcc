"""What must be true of a recogniser. Loaded by who tries one, and by nobody else: it reads a sound file.

The sentence was spoken once by flite 2.2: `flite -voice rms -t "tell me a story about the moon"`.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
from msgspec.structs import replace

from services.actor.backend import BackendConfig
from services.actor.conformance import Suite, require
from services.asr.config import ListenConfig
from services.asr.listener import Heard, Piece, Recogniser

SENTENCE = "tell me a story about the moon"
SOUND = Path(__file__).with_name("sentence.flac")
LANGUAGE = "en"
RATE = 16_000
PIECE = 2880
"""Bytes: 0.09 s, as the service feeds them."""
MOST = 0.6
"""Share of the words that must be understood."""
SLACK = 0.15
"""Seconds by which a word may begin before the sound, or end after it."""


def in_english(config: BackendConfig) -> BackendConfig:
    """Return settings with the language of the sentence, where they name none."""
    if isinstance(config, ListenConfig) and not config.language:
        return replace(config, language=LANGUAGE)
    return config


@cache
def sentence() -> tuple[Piece, ...]:
    """Return the sentence as the service would feed it: with a little silence around it."""
    samples, _ = soundfile.read(SOUND, dtype="int16")
    pcm = samples.tobytes()
    voiced = [Piece(pcm[at : at + PIECE], voiced=True) for at in range(0, len(pcm), PIECE)]
    return (*quiet(0.3), *voiced, *quiet(0.36))


def quiet(seconds: float) -> list[Piece]:
    """Return silence."""
    return [Piece(bytes(PIECE), voiced=False)] * round(seconds * 2 * RATE / PIECE)


def noise() -> list[Piece]:
    """Return a second of what no voice is: as loud as samples can be."""
    samples = np.random.default_rng(7).choice(np.array([-32768, 32767], "<i2"), RATE)
    pcm = samples.tobytes()
    return [Piece(pcm[at : at + PIECE], voiced=True) for at in range(0, len(pcm), PIECE)]


async def heard(recogniser: Recogniser, pieces: Sequence[Piece], mic: str = "m") -> tuple[Heard, list[str]]:
    """Return what is understood at a microphone, and the words on the way."""
    async with recogniser.hearing(mic) as hearing:
        partials = [await hearing.feed(piece) for piece in pieces]
        return await hearing.finish(), partials


def understood(found: Heard) -> None:
    """Raise Broken unless most words of the sentence were understood."""
    words, wanted = found.text.lower().split(), SENTENCE.split()
    right = sum(word in words for word in wanted)
    require(right >= MOST * len(wanted), f"{SENTENCE!r} was said, and {found.text!r} understood")


def nothing_in(found: Heard, what: str) -> None:
    """Raise Broken when words were understood, and not doubted, where there was no speech."""
    require(not found.text or bool(found.doubt), f"{found.text!r} was understood in {what}")


async def ask(recogniser: Recogniser, words: str) -> None:
    """Have the sentence recognised at a microphone that is called like some words."""
    found, _ = await heard(recogniser, sentence(), words)
    understood(found)


RECOGNISER = Suite(ask, fitted=in_english)
SUITES = {"backends": RECOGNISER}


@RECOGNISER.check()
async def silence_has_no_words(recogniser: Recogniser) -> None:
    """In silence there are no words, and what is over before it began has none either."""
    nothing_in((await heard(recogniser, quiet(1.0)))[0], "silence")
    nothing_in((await heard(recogniser, ()))[0], "nothing at all")


@RECOGNISER.check()
async def noise_is_borne(recogniser: Recogniser) -> None:
    """The loudest noise does no harm: the next sentence is understood."""
    await heard(recogniser, noise())
    await ask(recogniser, "m")


@RECOGNISER.check()
async def two_microphones_are_not_mixed_up(recogniser: Recogniser) -> None:
    """Of two that are heard at the same time, each has its own words."""
    async with recogniser.hearing("one") as one, recogniser.hearing("two") as two:
        for piece in sentence():
            await one.feed(piece)
            await two.feed(Piece(bytes(len(piece.pcm)), voiced=False))
        nothing_in(await two.finish(), "silence beside a sentence")
        understood(await one.finish())


@RECOGNISER.check("PARTIALS")
async def words_come_while_somebody_speaks(recogniser: Recogniser) -> None:
    """The first words are there before the last are spoken."""
    _, partials = await heard(recogniser, sentence())
    half = partials[: len(partials) * 3 // 4]
    require(any(half), "no word comes before the sentence is over")


@RECOGNISER.check("WORD_TIMES")
async def words_have_their_times(recogniser: Recogniser) -> None:
    """Each word has a time; they come one after the other, within the sound."""
    found, _ = await heard(recogniser, sentence())
    seconds = sum(len(piece.pcm) for piece in sentence()) / (2 * RATE)
    require([word.text for word in found.words] == found.text.split(), f"{found.text!r}, and times for other words")
    starts = [word.start for word in found.words]
    require(starts == sorted(starts) and len(set(starts)) == len(starts), f"the words begin at {starts}")
    wrong = [word for word in found.words if not -SLACK <= word.start < word.end <= seconds + SLACK]
    require(not wrong, f"{len(wrong)} words are not within the {seconds:.1f} s of sound")


@RECOGNISER.check("CONFIDENCE")
async def trust_is_a_measure(recogniser: Recogniser) -> None:
    """Every word says how much it is trusted, from 0 to 1, and not always the same."""
    found, _ = await heard(recogniser, sentence())
    trust = [word.confidence for word in found.words]
    require(all(0 <= each <= 1 for each in (found.confidence, *trust)), f"trusts {found.confidence} and {trust}")
    require(len(set(trust)) > 1, f"trusts every word alike: {trust[:1]}")
