"""The room around a sound."""

import numpy as np

from services.audio.sound.noise import band, frequencies
from services.audio.sound.take import Mono, Stereo, Take

COLOURS = ((60.0, 400.0, 1.15), (400.0, 1600.0, 1.0), (1600.0, 5000.0, 0.7), (5000.0, 12000.0, 0.4))
"""Bands of a room's answer: from, to, and how long each lasts compared to the whole. Air swallows the high ones."""


def room(take: Take, seconds: float, *, brightness: float = 0.0) -> Stereo:
    """Return the answer of a room to a clap, with energy 1 in each channel. It lasts `seconds` until a thousandth."""
    length = min(take.length, take.at(seconds * 1.1))
    answer = np.zeros((2, length), np.float32)
    small = Take(max(64, length - length % 2), f"{take.seed}|room", rate=take.rate)
    steps = np.arange(length, dtype=np.float32) / take.rate
    # The first reflections need some milliseconds from the walls.
    onset = np.clip((steps - 0.008) / 0.03, 0, 1).astype(np.float32)
    for low, high, lasts in COLOURS:
        level = 10 ** (brightness * np.log2(low / 400.0) / 20)
        fading = onset * np.exp(-6.9 * steps / (seconds * lasts)) * np.float32(level)
        hiss = coloured_pair(small, low, high)
        answer[:, : hiss.shape[1]] += hiss * fading[: hiss.shape[1]]
    energy = np.sqrt(np.sum(np.square(answer), axis=1, keepdims=True))
    return np.asarray(answer / np.maximum(energy, 1e-9), np.float32)


def coloured_pair(take: Take, low: float, high: float) -> Stereo:
    """Return two independent noises of one band, louder the wider it is."""
    gains = band(low, high)(frequencies(take.length, take.rate))
    parts = take.rng.standard_normal((2, take.length // 2 + 1, 2), np.float32) * gains[None, :, None]
    spectrum = parts.reshape(2, -1).view(np.complex64)
    return np.fft.irfft(spectrum, take.length).astype(np.float32) * np.float32(np.sqrt(take.length))


def spectrum_of(answer: Mono | Stereo, length: int) -> np.ndarray[tuple[int, ...], np.dtype[np.complex64]]:
    """Return the Fourier transform of a short sound, as long as that of the loop in which it is used."""
    return np.asarray(np.fft.rfft(answer, length), np.complex64)
