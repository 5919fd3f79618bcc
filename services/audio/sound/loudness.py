"""How loud something sounds to people, and how it is brought to another loudness.

Measured as broadcasters do (ITU-R BS.1770): weighted for the ear, in windows of 0.4 s, without the silent ones.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from services.audio.sound.take import Mono, Stereo

WINDOW = 0.4
SILENCE = -70.0
"""Windows below it do not count."""
RELATIVE = -10.0
"""Nor do those that are this much below the others' mean."""


@lru_cache(maxsize=8)
def ear(length: int, rate: int) -> Mono:
    """Return the ear's gain at each frequency: the head lifts what is above 1.5 kHz, and rumble hardly counts."""
    hertz = np.fft.rfftfreq(length, 1 / rate)
    turn = np.exp(-2j * np.pi * hertz / rate)
    shelf = biquad(turn, shelf_coefficients(rate))
    rumble = biquad(turn, highpass_coefficients(rate))
    return np.abs(shelf * rumble).astype(np.float32)


Biquad = tuple[tuple[float, float, float], tuple[float, float, float]]


def biquad(turn: NDArray[np.complex128], coefficients: Biquad) -> NDArray[np.complex128]:
    """Return the response of a filter of second order."""
    (b0, b1, b2), (a0, a1, a2) = coefficients
    return (b0 + b1 * turn + b2 * turn**2) / (a0 + a1 * turn + a2 * turn**2)


def shelf_coefficients(rate: int) -> Biquad:
    """Return the lift of 4 dB above 1.68 kHz."""
    k = np.tan(np.pi * 1681.974450955533 / rate)
    q, high, band = 0.7071752369554196, 1.584864701130855, 1.2587209302325617
    below = 1 + k / q + k * k
    return (
        ((high + band * k / q + k * k) / below, 2 * (k * k - high) / below, (high - band * k / q + k * k) / below),
        (1.0, 2 * (k * k - 1) / below, (1 - k / q + k * k) / below),
    )


def highpass_coefficients(rate: int) -> Biquad:
    """Return the cut below 38 Hz."""
    k = np.tan(np.pi * 38.13547087602444 / rate)
    q = 0.5003270373238773
    below = 1 + k / q + k * k
    return ((1.0, -2.0, 1.0), (1.0, 2 * (k * k - 1) / below, (1 - k / q + k * k) / below))


def windows(sound: Mono | Stereo, rate: int) -> NDArray[np.float64]:
    """Return the loudness of each window in LUFS."""
    channels = np.atleast_2d(sound)
    length = channels.shape[1]
    weighted = np.fft.irfft(np.fft.rfft(channels) * ear(length, rate), length)
    size = min(length, round(WINDOW * rate))
    step = max(1, size // 4)
    sums = np.concatenate([[0.0], np.cumsum(np.sum(np.square(weighted), axis=0, dtype=np.float64))])
    starts = np.arange(0, length - size + 1, step)
    power = np.maximum(sums[starts + size] - sums[starts], 0) / size
    # One channel is heard from both loudspeakers.
    return np.asarray(-0.691 + 10 * np.log10(power * (2 / len(channels)) + 1e-12))


def loudness(sound: Mono | Stereo, rate: int) -> float:
    """Return the loudness of the whole in LUFS; -120 for silence."""
    levels = windows(sound, rate)
    heard = levels[levels > SILENCE]
    if not len(heard):
        return -120.0
    heard = heard[heard > mean_level(heard) + RELATIVE]
    return mean_level(heard)


def loudest_moment(sound: Mono | Stereo, rate: int) -> float:
    """Return the loudness of the loudest windows in LUFS, measured at half the rate: near enough, and quick."""
    halved = sound[..., 0::2] + sound[..., 1::2]
    return float(np.percentile(windows(halved * np.float32(0.5), rate // 2), 95))


def mean_level(levels: NDArray[np.float64]) -> float:
    """Return the mean of levels in dB, taken over their powers."""
    return float(10 * np.log10(np.mean(10 ** (levels / 10)) + 1e-12))


def gain(decibels: float) -> np.float32:
    """Return a level in dB as a factor."""
    return np.float32(10 ** (decibels / 20))


def limited(sound: NDArray[np.float32], ceiling: float = 0.89, *, knee: float = 0.7) -> NDArray[np.float32]:
    """Return the sound with the highest peaks bent down, so that none passes `ceiling`."""
    start = ceiling * knee
    over = np.abs(sound) > start
    if not over.any():
        return sound
    bent = sound.copy()
    peaks = sound[over]
    room = ceiling - start
    bent[over] = np.sign(peaks) * (start + room * np.tanh((np.abs(peaks) - start) / room))
    return bent
