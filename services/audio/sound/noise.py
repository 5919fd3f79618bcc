"""Noise of any colour, and slow random curves."""

from collections.abc import Callable

import numpy as np

from services.audio.sound.take import Mono, Stereo, Take

Shape = Callable[[Mono], Mono]
"""Returns the gain at each frequency in Hz."""


def noise(take: Take, shape: Shape) -> Mono:
    """Return noise of loudness 1 (root mean square) whose spectrum has the given shape."""
    bins = take.length // 2 + 1
    gains = shape(frequencies(take.length, take.rate)).astype(np.float32)
    parts = take.rng.standard_normal((bins, 2), np.float32)
    spectrum = (parts * gains[:, None]).reshape(-1).view(np.complex64)
    spectrum[0] = spectrum[-1] = 0
    sound = np.fft.irfft(spectrum, take.length).astype(np.float32, copy=False)
    level = float(np.sqrt(np.mean(np.square(sound))))
    return sound / np.float32(level or 1.0)


def stereo_noise(take: Take, shape: Shape, *, width: float = 0.7) -> Stereo:
    """Return noise of loudness 1 in each channel; `width` is how little the channels have in common."""
    middle, side = noise(take, shape), noise(take, shape)
    angle = width * np.pi / 4
    near, far = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    return np.stack([middle * near + side * far, middle * near - side * far])


def frequencies(length: int, rate: int) -> Mono:
    """Return the frequency of each bin of a Fourier transform."""
    return np.fft.rfftfreq(length, 1 / rate).astype(np.float32)


def band(low: float, high: float, *, steep: int = 2) -> Shape:
    """Return a band between two frequencies, with slopes of `steep` times 6 dB per octave."""

    def gains(hertz: Mono) -> Mono:
        safe = np.maximum(hertz, 1.0)
        rise = 1 / np.sqrt(1 + np.minimum(low / safe, 1e3) ** (2 * steep))
        fall = 1 / np.sqrt(1 + np.minimum(safe / high, 1e3) ** (2 * steep))
        return np.asarray(rise * fall, np.float32)

    return gains


def peak(centre: float, sharpness: float) -> Shape:
    """Return a resonance at `centre` Hz."""

    def gains(hertz: Mono) -> Mono:
        safe = np.maximum(hertz, 1.0)
        return np.asarray(1 / np.sqrt(1 + (sharpness * (safe / centre - centre / safe)) ** 2), np.float32)

    return gains


def sloped(shape: Shape, decibels_per_octave: float) -> Shape:
    """Return a shape that leans: -3 makes white noise pink, -6 brown."""
    exponent = decibels_per_octave / 6.0206

    def gains(hertz: Mono) -> Mono:
        return np.asarray(shape(hertz) * (np.maximum(hertz, 20.0) / 1000.0) ** exponent, np.float32)

    return gains


def drift(take: Take, every: float, *, low: float = 0.0, high: float = 1.0) -> Mono:
    """Return a slow random curve between `low` and `high` that changes about once in `every` seconds, and closes."""
    waves = max(1, round(take.seconds / every))
    points = 64 * max(8, waves)
    spectrum = np.zeros(points // 2 + 1, np.complex64)
    count = min(waves + 1, points // 2)
    spectrum[1 : count + 1] = take.rng.standard_normal(count) + 1j * take.rng.standard_normal(count)
    curve = np.fft.irfft(spectrum, points)
    span = curve.max() - curve.min()
    curve = low + (high - low) * (curve - curve.min()) / (span or 1.0)
    return stretch(curve.astype(np.float32), take.length)


def stretch(curve: Mono, length: int) -> Mono:
    """Return a closed curve drawn over more points."""
    closed = np.append(curve, curve[0])
    where = np.linspace(0, len(curve), length, endpoint=False, dtype=np.float32)
    return np.asarray(np.interp(where, np.arange(len(closed)), closed), np.float32)
