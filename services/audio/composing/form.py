"""The form of a piece: its bars, who plays, and which notes."""

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from services.audio.composing.harmony import Chord, Key, progression, voicings
from services.audio.composing.instruments import INSTRUMENTS, Role
from services.audio.sound.moods import Mood

BARS = (1, 2, 4, 6, 8, 10, 12, 14, 16, 20, 24, 28, 32, 48, 64, 96, 128, 192, 256)
BEATS = 4
RHYTHMS = ((2.0, 1.0, 1.0), (3.0, 1.0), (1.5, 0.5, 2.0), (1.0, 1.0, 2.0), (4.0,), (2.0, 2.0), (1.0, 0.5, 0.5, 2.0))
FIGURES = ((0, 1, 2, 3, 2, 1), (0, 2, 1, 3), (0, 1, 3, 2), (0, 2, 3, 2, 1, 2), (0, 3, 2, 1))
"""Orders in which the notes of a chord are plucked."""


@dataclass(frozen=True)
class Note:
    """One note of one instrument."""

    instrument: str
    beat: float
    beats: float
    pitch: int
    """Semitones above the root."""
    level: float
    pan: float = 0.0


class Form:
    """A piece before it sounds."""

    def __init__(self, mood: Mood, seconds: float, rng: np.random.Generator) -> None:
        self.mood, self.rng, self.key = mood, rng, Key(mood)
        wanted = seconds * mood.tempo / 60 / BEATS
        self.bars = min(BARS, key=lambda bars: abs(np.log(bars / wanted)))
        self.beat = seconds / (self.bars * BEATS)
        """Seconds."""
        self.steps = progression(self.key, self.bars, rng)
        self.chords = voicings(self.key, self.steps, centre=12 + 2 * mood.light)

    def notes(self, players: Iterable[str]) -> Iterator[Note]:
        """Yield what everyone plays."""
        by_role: dict[Role, list[str]] = {}
        for name in players:
            by_role.setdefault(INSTRUMENTS[name].role, []).append(name)
        for name in by_role.get("held", ()):
            yield from self.held(name)
        for number, name in enumerate(by_role.get("plucked", ())):
            yield from self.broken(name, -0.35 + 0.7 * (number % 2))
        for name in by_role.get("deep", ()):
            yield from self.ground(name)
        for name in by_role.get("beaten", ()):
            yield from self.pulse(name)
        for number, name in enumerate(by_role.get("sung", ())):
            yield from self.tune(name, octave=2 if number else 1)

    def held(self, name: str) -> Iterator[Note]:
        """Yield the chords, each reaching a little into the next."""
        for bar, chord in enumerate(self.chords):
            for voice, pitch in enumerate(chord):
                pan = -0.6 + 1.2 * voice / max(1, len(chord) - 1)
                yield Note(name, bar * BEATS - 0.25, BEATS + 0.9, pitch, 0.5, pan)

    def broken(self, name: str, pan: float) -> Iterator[Note]:
        """Yield the chords one note after the other."""
        figure = FIGURES[int(self.rng.integers(len(FIGURES)))]
        step = 0.5 if self.mood.energy > 0.45 or self.beat > 1.0 else 1.0
        for bar, chord in enumerate(self.chords):
            for number in range(round(BEATS / step)):
                if number and self.rng.random() > 0.62 + 0.4 * self.mood.energy:
                    continue
                pitch = self.reach(chord, figure[number % len(figure)])
                level = (0.8 if number == 0 else 0.5) * self.rng.uniform(0.75, 1.0)
                yield Note(
                    name, bar * BEATS + number * step, step * 2, pitch, level, pan + self.rng.uniform(-0.15, 0.15)
                )

    @staticmethod
    def reach(chord: Chord, place: int) -> int:
        """Return a note of a chord, an octave higher for each time round."""
        octave, index = divmod(place, len(chord))
        return chord[index] + 12 * octave

    def ground(self, name: str) -> Iterator[Note]:
        """Yield the lowest notes."""
        for bar, step in enumerate(self.steps):
            pitch = self.key.pitch(step) % 12
            pitch -= 12 if pitch > 5 else 0
            yield Note(name, bar * BEATS - 0.1, BEATS + 0.6, pitch, 0.6)

    def pulse(self, name: str) -> Iterator[Note]:
        """Yield a slow beat, nearer and farther."""
        for bar in range(self.bars):
            for beat, level in ((0.0, 0.6), (1.5, 0.25), (2.0, 0.4), (3.5, 0.2)):
                if beat == 0.0 or self.rng.random() < self.mood.energy:
                    yield Note(name, bar * BEATS + beat, 1.0, -12, level * self.rng.uniform(0.8, 1.0))

    def tune(self, name: str, octave: int) -> Iterator[Note]:
        """Yield a tune: a motif, its echo on the next chord, sometimes an answer, and a long note."""
        motif = self.motif()
        home = 12.0 * octave + 6
        place = home
        for bar, step in enumerate(self.steps):
            part = bar % 4
            if part == 3 and self.bars > 2:
                yield Note(name, bar * BEATS, 3.0, self.key.nearest(place, self.key.chord(step)), 0.45, 0.2)
                motif = motif if self.rng.random() < 0.6 else self.motif()
                continue
            if part == 2 and self.rng.random() > 0.35 + 0.5 * self.mood.energy:
                continue
            place = yield from self.phrase(name, bar, motif, (place, home))

    def phrase(self, name: str, bar: int, motif: "Motif", places: tuple[float, float]) -> Generator[Note, None, float]:
        """Yield one bar of the tune, from where the last one ended and never far from home; return where it ended."""
        chord, scale = self.key.chord(self.steps[bar]), {pitch % 12 for pitch in self.key.scale}
        at, (place, home) = 0.0, places
        for number, (beats, leap) in enumerate(motif):
            wanted = min(max(place + leap, home - 8), home + 9)
            pitch = self.key.nearest(wanted, chord if number == 0 or at % 2 == 0 else scale)
            yield Note(name, bar * BEATS + at, beats, pitch, self.rng.uniform(0.45, 0.7), 0.2)
            place, at = float(pitch), at + beats
        return 0.6 * place + 0.4 * home

    def motif(self) -> "Motif":
        """Return lengths in beats, and leaps in semitones, small ones mostly."""
        rhythm = RHYTHMS[int(self.rng.integers(len(RHYTHMS)))]
        leaps = self.rng.choice([-5, -3, -2, -2, 2, 2, 3, 4, 7], size=len(rhythm))
        return [(beats, int(leap)) for beats, leap in zip(rhythm, leaps, strict=True)]


Motif = list[tuple[float, int]]
