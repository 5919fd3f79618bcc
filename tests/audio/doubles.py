"""A voice and a maker of loops that do everything right with sines, for the tests to break."""

import zlib
from typing import Self

import numpy as np
from numpy.typing import NDArray

from schemas import Mark
from services.actor.backend import BackendConfig
from services.actor.errors import Invalid, Unsupported
from services.audio.composer import Piece
from services.audio.narrator import Line, Spoken
from services.audio.sound.files import wav
from services.audio.soundscaper import Ambience, Recording
from services.audio.speech.words import spans

RATE = 16_000
WORD = 0.16
"""Seconds of a word at the natural pace."""
LEVEL = 0.7
"""What a sine of this amplitude lacks to 0 LUFS, in dB, more or less."""

Mono = NDArray[np.float32]


class Double:
    """What a voice and a maker have in common: nothing to open."""

    name = "double"
    capabilities = frozenset[str]()

    def __init__(self, _: BackendConfig) -> None: ...

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None: ...


class Beeper(Double):
    """Says a beep for each word."""

    capabilities = frozenset({"MARKS", "PACE", "VOICES", "MOODS", "LANGUAGES"})
    languages: tuple[str, ...] = ("en", "de")
    voices: tuple[str, ...] = ("woman", "man")

    async def speak(self, line: Line) -> Spoken:
        """Return the sentence as sound."""
        if line.language not in self.languages:
            raise Unsupported(f"does not speak {line.language}")
        length = round(RATE * WORD / self.pace(line))
        marks = self.marks(line, length)
        seconds = max(1, len(marks)) * length / RATE
        sound = tone(self.pitch(line), round(RATE * seconds), self.loudness(line))
        voice = line.voice if line.voice in self.voices else "woman"
        return Spoken(data=wav(sound, RATE), seconds=seconds, marks=marks, voice=voice)

    def pace(self, line: Line) -> float:
        """Return how fast it speaks."""
        return line.pace

    def pitch(self, line: Line) -> float:
        """Return how high it speaks."""
        return 300.0 + zlib.crc32(f"{line.mood} {line.language}".encode()) % 200

    def loudness(self, line: Line) -> float:
        """Return how loudly it speaks."""
        return line.loudness

    def marks(self, line: Line, length: int) -> tuple[Mark, ...]:
        """Return when each word is spoken."""
        return tuple(
            Mark(offset=word.offset, length=word.length, start=at * length / RATE, end=(at + 1) * length / RATE)
            for at, word in enumerate(spans(line.text))
        )


class Hummer(Double):
    """Hums a note, in a circle, for whatever is asked for."""

    capabilities = frozenset({"SEEDS", "LOOPS"})

    async def surround(self, ambience: Ambience) -> Recording:
        """Return the soundscape."""
        known = [name for name in ambience.sounds if name in ("rain", "bells", "wind")]
        unknown = [name for name in ambience.sounds if name not in known]
        return self.hum(ambience, " ".join(known), {"unknown": ", ".join(unknown)} if unknown else {})

    async def compose(self, piece: Piece) -> Recording:
        """Return the music."""
        return self.hum(piece, " ".join((piece.mood, *piece.instruments)), {})

    def hum(self, wish: Ambience | Piece, words: str, made: dict[str, str | int | float]) -> Recording:
        """Return a note of a whole number of waves, so that it has no seam."""
        if not wish.seconds > 0:
            raise Invalid(f"{wish.seconds} s")
        length = round(RATE * wish.seconds)
        waves = 800 + zlib.crc32(f"{self.seed(wish)} {words}".encode()) % 900
        sound = tone(waves / wish.seconds, length, self.loudness(wish))
        return Recording(data=wav(sound, RATE), seconds=length / RATE, made=made, suffix=".wav", media_type="audio/wav")

    def seed(self, wish: Ambience | Piece) -> int:
        """Return the number that decides."""
        return wish.seed

    def loudness(self, wish: Ambience | Piece) -> float:
        """Return how loud it is."""
        return wish.loudness


def tone(hertz: float, length: int, loudness: float) -> Mono:
    """Return a sine of a loudness."""
    wave = np.sin(2 * np.pi * hertz * np.arange(length) / RATE) * 10 ** ((loudness + LEVEL) / 20)
    return np.asarray(wave, np.float32)
