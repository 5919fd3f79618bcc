"""Small sounds with a beginning and an end, and where they are put."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from services.audio.sound.take import RATE, Mono, Stereo


def put(canvas: Stereo, grain: Mono, at: int, *, pan: float = 0.0, gain: float = 1.0) -> None:
    """Add a grain to the canvas; what runs over its end comes in at its beginning. `pan`: -1 left, 1 right."""
    angle = (pan + 1) * np.pi / 4
    sides = (np.float32(gain * np.cos(angle)), np.float32(gain * np.sin(angle)))
    length = canvas.shape[1]
    at %= length
    done = 0
    while done < len(grain):
        piece = grain[done : done + length - at]
        for channel, side in zip(canvas, sides, strict=True):
            channel[at : at + len(piece)] += side * piece
        done, at = done + len(piece), 0


def strew(channel: Mono, grain: Mono, places: NDArray[np.int64], levels: Mono) -> None:
    """Add one grain at many places of a channel, running over its end into its beginning."""
    size, length = len(grain), len(channel)
    longer = np.zeros(length + size, np.float32)
    for at, level in zip(places.tolist(), levels, strict=True):
        longer[at : at + size] += level * grain
    channel += longer[:length]
    channel[:size] += longer[length:]


def ramp(length: int) -> Mono:
    """Return `length` numbers rising from 0 to just below 1."""
    return np.arange(length, dtype=np.float32) / np.float32(max(length, 1))


def decay(length: int, seconds: float, rate: int = RATE) -> Mono:
    """Return a curve that has fallen to a thousandth after `seconds`."""
    steps = np.arange(length, dtype=np.float32)
    return np.asarray(np.exp(steps * np.float32(-6.9078 / (seconds * rate))), np.float32)


def swell(length: int, *, attack: float = 0.3, release: float = 0.5) -> Mono:
    """Return a curve that rises over the first part and falls over the last, both softly."""
    where = ramp(length)
    rise = np.clip(where / max(attack, 1e-4), 0, 1)
    fall = np.clip((1 - where) / max(release, 1e-4), 0, 1)
    smooth: Mono = (0.5 - 0.5 * np.cos(np.pi * rise)) * (0.5 - 0.5 * np.cos(np.pi * fall))
    return smooth.astype(np.float32)


def curve(points: Sequence[tuple[float, float]], length: int) -> Mono:
    """Return a line through (place from 0 to 1, value) points."""
    places, values = zip(*points, strict=True)
    return np.asarray(np.interp(ramp(length), places, values), np.float32)


def tone(
    hertz: ArrayLike, length: int, partials: Sequence[float] = (1.0,), *, phase: float = 0.0, rate: int = RATE
) -> Mono:
    """Return a tone, gliding when `hertz` is a curve; `partials` are the levels of its harmonics.

    `phase` is where it begins, in whole periods: tones that all begin at 0 would meet in a click.
    """
    if np.ndim(hertz) == 0:
        cycles = np.arange(length, dtype=np.float64) * (float(np.asarray(hertz)) / rate)
    else:
        cycles = np.cumsum(np.asarray(hertz, np.float64)) / rate
    # Whole turns are taken off in double precision; the sine of what is left is quick in single.
    cycles += phase
    cycles -= np.floor(cycles)
    turn = cycles.astype(np.float32) * np.float32(2 * np.pi)
    sound: Mono = np.float32(partials[0]) * np.sin(turn)
    for number, level in enumerate(partials[1:], start=2):
        sound += np.float32(level) * np.sin(turn * np.float32(number))
    return sound


def struck(
    partials: Sequence[tuple[float, float, float]], seconds: float, *, rate: int = RATE, attack: float = 0.002
) -> Mono:
    """Return something that was struck: (hertz, level, seconds to die away) for each of its partials."""
    length = round(seconds * rate)
    sound = np.zeros(length, np.float32)
    for hertz, level, dies in partials:
        if hertz < rate * 0.45:
            sound += np.float32(level) * tone(hertz, length, rate=rate) * decay(length, dies, rate)
    return soft_edges(sound, attack, 0.02, rate=rate)


def soft_edges(sound: Mono, attack: float, release: float, *, rate: int = RATE) -> Mono:
    """Return the sound with its first and last moments faded, so that it neither begins nor ends with a click."""
    sound = sound.copy()
    first, last = min(len(sound), round(attack * rate)), min(len(sound), round(release * rate))
    sound[:first] *= 0.5 - 0.5 * np.cos(np.pi * ramp(first))
    if last:
        sound[-last:] *= 0.5 + 0.5 * np.cos(np.pi * ramp(last))
    return sound


def burst(rng: np.random.Generator, seconds: float, *, dies: float, rate: int = RATE) -> Mono:
    """Return a short noise that dies away."""
    length = max(8, round(seconds * rate))
    hiss: Mono = rng.standard_normal(length, np.float32) * decay(length, dies, rate)
    return soft_edges(hiss, 0.0005, min(0.01, seconds / 4), rate=rate)


def softened(sound: Mono, low: float, high: float, *, rate: int = RATE) -> Mono:
    """Return a grain without what lies below and above two frequencies."""
    padded = 1 << (len(sound) - 1).bit_length()
    hertz = np.maximum(np.fft.rfftfreq(padded, 1 / rate), 1e-3)
    gains = 1 / np.sqrt((1 + (low / hertz) ** 4) * (1 + (hertz / high) ** 4))
    return np.fft.irfft(np.fft.rfft(sound, padded) * gains.astype(np.float32), padded)[: len(sound)].astype(np.float32)
