"""From a synthesizer's bare voice to a storyteller in a room."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from schemas import Mark
from services.audio.sound.files import wav
from services.audio.sound.grains import soft_edges
from services.audio.sound.loudness import gain, limited, loudness
from services.audio.sound.space import room
from services.audio.sound.take import Mono, Take, smooth_length
from services.audio.speech.marks import FRAME, envelope, marks, voiced
from services.audio.speech.words import Span

LEAD = 0.02
"""Seconds before the first word; more would be heard as hesitation."""
ROOM = 0.4
WET = 0.14
AFTER = 0.25
"""Seconds for the room to fall silent; they are also the breath before the next sentence."""
SILENCE = 0.4
"""Seconds of a sentence that has nothing to say."""


@dataclass(frozen=True)
class Colour:
    """What a voice lacks or has too much of, in dB."""

    warmth: float
    """Below 300 Hz."""
    edge: float
    """Around 3 kHz, where synthetic voices rasp."""
    air: float
    """Above 6 kHz."""


@dataclass(frozen=True)
class Raw:
    """What a synthesizer gave."""

    sound: Mono
    rate: int
    onsets: tuple[float | None, ...]
    """When each word begins, in seconds, where that is known."""


def finished(raw: Raw, words: list[Span], colour: Colour, target: float) -> tuple[bytes, float, tuple[Mark, ...]]:
    """Return a WAV file, its duration, and when each word is spoken."""
    levels = envelope(raw.sound, raw.rate)
    begin, end = voiced(levels)
    if end <= begin or not words:
        return wav(np.zeros(round(SILENCE * raw.rate), np.float32), raw.rate), SILENCE, ()
    cut = max(0.0, begin - LEAD)
    dry = soft_edges(raw.sound[round(cut * raw.rate) : round((end + 3 * FRAME) * raw.rate)], 0.008, 0.03, rate=raw.rate)
    sound = placed(dry, raw.rate, colour)
    sound = limited(sound * gain(target - loudness(sound[: len(dry)], raw.rate)))
    return wav(sound, raw.rate), len(sound) / raw.rate, marks(words, raw.onsets, levels, shift=cut)


def placed(dry: Mono, rate: int, colour: Colour) -> Mono:
    """Return a voice with its colour corrected, in a small room, until the room is silent."""
    length = len(dry) + round(AFTER * rate)
    size = smooth_length(length + round(ROOM * rate))
    spectrum = np.fft.rfft(dry, size) * correction(size, rate, colour) * (1 + np.float32(WET) * answer(size, rate))
    return soft_edges(np.fft.irfft(spectrum, size)[:length].astype(np.float32), 0.004, AFTER / 2, rate=rate)


def correction(size: int, rate: int, colour: Colour) -> Mono:
    """Return the gain at each frequency."""
    hertz = np.maximum(np.fft.rfftfreq(size, 1 / rate), 1.0)
    decibels = colour.warmth / (1 + (hertz / 300) ** 2)
    decibels += colour.edge * np.exp(-((np.log2(hertz / 3100) / 0.55) ** 2))
    decibels += colour.air / (1 + (6000 / hertz) ** 3)
    rumble = 1 / np.sqrt(1 + (70 / hertz) ** 6)
    return np.asarray(10 ** (decibels / 20) * rumble, np.float32)


@lru_cache(maxsize=4)
def answer_of_room(rate: int) -> Mono:
    """Return what the room answers to a clap."""
    return np.asarray(room(Take(smooth_length(rate), "study", rate=rate), ROOM)[0])


def answer(size: int, rate: int) -> np.ndarray[tuple[int, ...], np.dtype[np.complex64]]:
    """Return the room's answer in the frequency domain."""
    return np.asarray(np.fft.rfft(answer_of_room(rate), size), np.complex64)
