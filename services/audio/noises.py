"""What visitors do besides speaking: they scream, cough, clap and bring music along. For rehearsals."""

from collections.abc import Callable

import numpy as np

from services.audio.composing.performance import perform
from services.audio.layers import LAYERS
from services.audio.layers.mixing import render
from services.audio.layers.people import laughter
from services.audio.layers.words import Part
from services.audio.sound.files import wav
from services.audio.sound.grains import burst, curve, put, softened, swell, tone
from services.audio.sound.loudness import gain, limited, loudness
from services.audio.sound.moods import mood_of
from services.audio.sound.take import RATE, Stereo, Take, smooth_length

CLOSE = -16.0
"""LUFS: about as loud as somebody who speaks into the microphone."""


def scream(take: Take) -> Stereo:
    """A child that screams as long as its breath lasts, its voice breaking at the end."""
    canvas = take.silence()
    length = take.at(min(1.8, take.seconds * 0.8))
    shake = 1 + 0.03 * np.sin(2 * np.pi * 6.5 * np.arange(length) / take.rate)
    pitch = curve([(0, 700), (0.15, 1150), (0.7, 1250), (1, 800)], length) * shake
    air = softened(burst(take.rng, length / take.rate, dies=20), 1500, 6000)[:length]
    voice = tone(pitch, length, (0.6, 1.0, 0.7, 0.4, 0.25, 0.1)) + np.float32(0.3) * air
    put(canvas, voice * swell(length, attack=0.08, release=0.2), take.at(0.1))
    return canvas


def cough(take: Take) -> Stereo:
    """Three coughs: air that bursts out of a chest."""
    canvas = take.silence()
    for number in range(3):
        length = take.at(0.28)
        air = softened(burst(take.rng, 0.28, dies=0.22), 350, 2600)
        chest = tone(curve([(0, 190), (1, 110)], length), length, (1.0, 0.7, 0.5, 0.4, 0.3)) * swell(
            length, attack=0.05
        )
        put(canvas, (air[:length] + 0.25 * chest).astype(np.float32), take.at(0.1 + 0.42 * number))
    return canvas


def laugh(take: Take) -> Stereo:
    """Somebody who cannot stop laughing."""
    canvas = take.silence()
    for second in range(max(1, round(take.seconds))):
        put(canvas, laughter(take, take.between(230, 300)), take.at(second))
    return canvas


def music(take: Take) -> Stereo:
    """Music from a telephone."""
    return perform(mood_of("joyful"), (), take, CLOSE)[0]


def layer(name: str) -> Callable[[Take], Stereo]:
    """Return what makes one of the sounds of a place."""
    return lambda take: render([Part(name, 1.0)], mood_of(""), take, CLOSE)


NOISES: dict[str, Callable[[Take], Stereo]] = {
    **{name: layer(name) for name in LAYERS},
    "scream": scream, "cough": cough, "laughter": laugh, "music": music,
}  # fmt: skip
"""By name: those of visitors, and every layer of a soundscape."""


def noise(name: str, seconds: float) -> bytes:
    """Return a noise as a WAV file of one channel; the same one each time."""
    take = Take(smooth_length(round(seconds * RATE)), f"noise|{name}")
    sound = NOISES[name](take).mean(axis=0)
    return wav(limited(sound * gain(CLOSE - loudness(sound, take.rate))), take.rate)
