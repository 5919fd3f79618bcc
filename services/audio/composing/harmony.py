"""Scales, chords, and how one chord leads to the next."""

from collections.abc import Sequence

import numpy as np

from services.audio.sound.moods import MODES, Mood

PROGRESSIONS: dict[str, tuple[tuple[int, ...], ...]] = {
    "lydian": ((0, 1, 0, 4), (0, 1, 5, 1), (0, 4, 1, 0)),
    "major": ((0, 3, 0, 4), (0, 5, 3, 4), (0, 2, 3, 4), (3, 0, 4, 5)),
    "mixolydian": ((0, 6, 3, 0), (0, 3, 6, 3), (0, 4, 6, 3)),
    "dorian": ((0, 3, 0, 6), (0, 2, 3, 6), (0, 6, 3, 3)),
    "minor": ((0, 5, 2, 6), (0, 3, 5, 4), (0, 6, 5, 6), (0, 2, 5, 3)),
    "phrygian": ((0, 1, 0, 6), (0, 1, 5, 1), (0, 6, 1, 0)),
}
"""Steps of the scale on which the chords stand, ways that suit each mode."""

Chord = tuple[int, ...]
"""Notes as semitones above the root of the piece, from low to high."""


class Key:
    """A root and a scale."""

    def __init__(self, mood: Mood) -> None:
        self.root = mood.root
        self.mode = mood.mode
        self.scale = MODES[mood.mode]
        self.rich = mood.wonder > 0.5

    def pitch(self, step: int) -> int:
        """Return a step of the scale, counted over all octaves, in semitones."""
        octave, place = divmod(step, len(self.scale))
        return 12 * octave + self.scale[place]

    def hertz(self, semitones: float) -> float:
        """Return a pitch as a frequency."""
        return float(self.root * 2 ** (semitones / 12))

    def chord(self, step: int) -> set[int]:
        """Return the notes of the chord on a step, within one octave."""
        notes = {self.pitch(step + degree) % 12 for degree in (0, 2, 4)}
        if self.rich:
            # A ninth only where it is a whole tone: a half tone above the root grates in a held chord.
            ninth = (self.pitch(step + 8) - self.pitch(step)) % 12
            notes.add(self.pitch(step + (8 if ninth == 2 else 6)) % 12)
        return notes

    def nearest(self, wanted: float, allowed: set[int]) -> int:
        """Return the pitch nearest to `wanted` whose place in the octave is allowed."""
        around = range(round(wanted) - 7, round(wanted) + 8)
        return min((pitch for pitch in around if pitch % 12 in allowed), key=lambda pitch: abs(pitch - wanted))


def progression(key: Key, chords: int, rng: np.random.Generator) -> list[int]:
    """Return the steps on which the chords of a piece stand; it ends where its beginning follows well."""
    ways = PROGRESSIONS[key.mode]
    first = ways[int(rng.integers(len(ways)))]
    second = ways[int(rng.integers(len(ways)))]
    steps: list[int] = []
    for phrase in range((chords + 3) // 4):
        steps += first if phrase % 2 == 0 else second
    return steps[:chords]


def voicings(key: Key, steps: Sequence[int], centre: float) -> list[Chord]:
    """Return the chords laid out so that every voice moves as little as it can."""
    laid: list[Chord] = []
    homes = (centre - 5, centre, centre + 4, centre + 9)
    voices: list[float] = [*homes]
    for step in steps:
        allowed, chord = key.chord(step), set[int]()
        for voice in voices:
            free = allowed - {pitch % 12 for pitch in chord} or allowed
            chord.add(key.nearest(voice, free))
        ordered = sorted(chord)
        laid.append(tuple(ordered))
        # Drawn back toward the middle, or the voices would wander off over a long piece.
        voices = [0.6 * pitch + 0.4 * home for pitch, home in zip(ordered, homes, strict=False)]
    return laid
