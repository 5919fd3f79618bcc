"""Layers brought together in one room, coloured by a mood."""

from collections.abc import Iterable

import numpy as np

from services.audio.layers import LAYERS
from services.audio.layers.words import Part
from services.audio.sound.loudness import gain, limited, loudest_moment, loudness
from services.audio.sound.moods import Mood
from services.audio.sound.noise import frequencies
from services.audio.sound.space import room, spectrum_of
from services.audio.sound.take import Stereo, Take

MOMENT = -23.0
"""How loud the loudest moments of a layer are before they are mixed, in LUFS."""
LOWEST = 28.0
"""Hz below which nothing is heard but loudspeakers suffer."""


def render(parts: Iterable[Part], mood: Mood, take: Take, target: float) -> Stereo:
    """Return a soundscape that loops without a seam, of loudness `target` (LUFS), more or less by the mood."""
    wanted = list(parts) or [Part("snow", 0.6), Part("drone", 0.5)]
    if mood.drone > 0.1 and all(part.layer not in ("drone", "choir") for part in wanted):
        wanted.append(Part("drone", 0.35 * mood.drone))
    direct, sent = take.silence(), take.silence()
    for part in wanted:
        layer = LAYERS[part.layer]
        sound = levelled(layer.render(take.named(part.layer)), take.rate, layer.level + 20 * np.log10(part.level))
        echo = min(1.0, layer.echo + 0.6 * part.far)
        direct += sound * np.float32((1 - 0.75 * part.far) * (1 - 0.35 * echo))
        sent += sound * np.float32(echo)
    return balanced(coloured(direct, sent, mood, take), take.rate, target + mood.level + presence(wanted))


def presence(parts: Iterable[Part]) -> float:
    """Return by how many dB a mix is louder than usual: snow stays softer than a storm."""
    loudest = max(LAYERS[part.layer].level + 20 * np.log10(part.level) - 6 * part.far for part in parts)
    return float(np.clip(0.7 * (loudest + 1), -5.0, 2.0))


def levelled(sound: Stereo, rate: int, decibels: float) -> Stereo:
    """Return a layer whose loudest moments are as loud as those of others, plus `decibels`."""
    moment = loudest_moment(sound, rate)
    return sound * gain(min(40.0, MOMENT - moment) + decibels)


def coloured(direct: Stereo, sent: Stereo, mood: Mood, take: Take, *, hollow: float = 0.0) -> Stereo:
    """Return what is heard directly and through the room, leaning as the mood does.

    `hollow` dB are taken around 2 kHz, to leave the middle to a voice.
    """
    hertz = frequencies(take.length, take.rate)
    lean = (np.clip(hertz, 60, 12000) / 700.0) ** np.float32(mood.tilt / 6.0206)
    lean *= 1 / np.sqrt(1 + (LOWEST / np.maximum(hertz, 1e-3)) ** 4)
    wet = np.float32(0.35 + 1.3 * mood.reverb)
    lean *= 10 ** (-hollow / 20 * np.exp(-(np.log2(np.maximum(hertz, 1) / 2000) ** 2)))
    answer = spectrum_of(room(take, mood.room, brightness=2 * mood.light), take.length) * wet
    spectrum = (np.fft.rfft(direct) + np.fft.rfft(sent) * answer) * lean.astype(np.float32)
    spectrum[:, 0] = 0
    return np.fft.irfft(spectrum, take.length).astype(np.float32)


def balanced(sound: Stereo, rate: int, target: float) -> Stereo:
    """Return the sound at a loudness, no peak above the ceiling."""
    return limited(sound * gain(target - loudness(sound, rate)))
