"""What tests measure in a sound."""

import io

import numpy as np
import soundfile
from numpy.typing import NDArray

Samples = NDArray[np.float64]
"""Shaped (channels, length)."""


def heard(data: bytes) -> tuple[Samples, int]:
    """Return a sound file as samples, and its rate."""
    samples, rate = soundfile.read(io.BytesIO(data), always_2d=True)
    return np.asarray(samples, np.float64).T, int(rate)


def centroid(sound: Samples, rate: int) -> float:
    """Return the centre of the spectrum in Hz."""
    power = np.abs(np.fft.rfft(sound[0])) ** 2
    return float(np.sum(power * np.fft.rfftfreq(sound.shape[1], 1 / rate)) / np.sum(power))


def seam(sound: Samples) -> float:
    """Return the step from the last sample to the first, compared to the largest steps elsewhere."""
    steps = np.abs(np.diff(sound, axis=1))
    return float(np.max(np.abs(sound[:, 0] - sound[:, -1]) / np.percentile(steps, 99.9, axis=1)))


def bend(sound: Samples) -> float:
    """Return how sharply the sound bends where it repeats, compared to the sharpest bends elsewhere."""
    twice = np.concatenate([sound, sound], axis=1)
    bends = np.abs(np.diff(twice, n=2, axis=1))
    length = sound.shape[1]
    return float(np.max(bends[:, length - 3 : length + 3]) / np.percentile(bends, 99.9))
