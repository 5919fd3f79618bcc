"""When each word is spoken."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from schemas import Mark
from services.audio.sound.take import Mono
from services.audio.speech.words import Span

FRAME = 0.01
QUIET = 0.02
"""A frame this much softer than the loudest is silence."""


def envelope(sound: Mono, rate: int) -> NDArray[np.float64]:
    """Return the loudness of every frame of `FRAME` seconds, 1 for the loudest."""
    size = max(1, round(FRAME * rate))
    frames = sound[: len(sound) // size * size].reshape(-1, size)
    levels = np.sqrt(np.mean(np.square(frames, dtype=np.float64), axis=1)) if len(frames) else np.zeros(1)
    return np.asarray(levels / max(float(levels.max()), 1e-9))


def voiced(levels: NDArray[np.float64]) -> tuple[float, float]:
    """Return where the voice begins and ends, in seconds."""
    heard = np.flatnonzero(levels > QUIET)
    return (float(heard[0]) * FRAME, float(heard[-1] + 1) * FRAME) if len(heard) else (0.0, 0.0)


def estimated(words: Sequence[Span], levels: NDArray[np.float64]) -> list[float | None]:
    """Return about when each word begins, from its letters and from where there is a voice at all."""
    weights = [word.length + 1.5 for word in words]
    speaking = np.concatenate([[0.0], np.cumsum(levels > QUIET)])
    share = np.concatenate([[0.0], np.cumsum(weights)[:-1]]) / max(sum(weights), 1e-9)
    frames = np.searchsorted(speaking, share * speaking[-1], side="right") - 1
    return [float(frame) * FRAME for frame in frames]


def completed(words: Sequence[Span], onsets: Sequence[float | None], begin: float, end: float) -> list[float]:
    """Return a beginning for each word, in rising order; those that are missing are spread over what is between."""
    letters = np.concatenate([[0], np.cumsum([word.length + 1 for word in words])])
    known = [(letters[index], onset) for index, onset in enumerate(onsets) if onset is not None]
    if not known or known[0][0] > 0:
        known.insert(0, (0, begin))
    known.append((letters[-1], max(end, known[-1][1])))
    places, times = zip(*known, strict=True)
    filled = np.interp(letters[:-1], places, np.maximum.accumulate(np.asarray(times, np.float64)))
    return [float(time) for time in np.clip(filled, begin, max(begin, end))]


def marks(
    words: Sequence[Span], onsets: Sequence[float | None], levels: NDArray[np.float64], *, shift: float = 0.0
) -> tuple[Mark, ...]:
    """Return the marks of words that begin at `onsets`; what is unknown is filled in, and pauses belong to no word."""
    if not words:
        return ()
    begin, end = voiced(levels)
    known = onsets if any(onset is not None for onset in onsets) else estimated(words, levels)
    starts = completed(words, known, begin, end)
    return tuple(
        Mark(
            start=round(max(0.0, start - shift), 3),
            end=round(max(0.0, last_voice(levels, start, following) - shift), 3),
            offset=word.offset,
            length=word.length,
        )
        for word, (start, following) in zip(words, pairwise([*starts, max(end, starts[-1])]), strict=True)
    )


def last_voice(levels: NDArray[np.float64], start: float, following: float) -> float:
    """Return when a word is over that must be over when the following one begins."""
    first, last = round(start / FRAME), round(following / FRAME)
    heard = np.flatnonzero(levels[first:last] > QUIET)
    return min(following, (first + int(heard[-1]) + 1) * FRAME) if len(heard) else following
