"""People, and who lives with them."""

import numpy as np

from services.audio.layers.registry import layer
from services.audio.sound.grains import burst, curve, put, softened, struck, swell, tone
from services.audio.sound.noise import band, drift, noise, sloped, stereo_noise
from services.audio.sound.take import Mono, Stereo, Take

VOWELS = ((700, 1150), (450, 1900), (320, 2300), (480, 950), (350, 800), (560, 1500))
"""The two lowest resonances of the mouth, for six vowels."""


@layer(
    "town",
    "murmur crowd people market city street village square cafe tavern inn talking stadt dorf markt ville foule",
    level=-2,
    echo=0.5,
)
def town(take: Take) -> Stereo:
    """Many people talking, too far to be understood."""
    canvas = stereo_noise(take, sloped(band(120, 900), -4)) * drift(take, 2, low=0.6) * np.float32(0.04)
    for number in range(5):
        speech = talker(take, take.between(95, 230))
        for pan in (-0.9 + 0.4 * number, 0.7 - 0.35 * number):
            put(canvas, speech, int(take.rng.integers(take.length)), pan=pan, gain=take.between(0.1, 0.3))
    for _ in range(take.times(0.7)):
        clink = struck([(take.between(1800, 3600), 0.5, 0.15), (take.between(4000, 6000), 0.3, 0.08)], 0.15)
        put(
            canvas,
            clink,
            int(take.rng.integers(take.length)),
            pan=take.between(-0.9, 0.9),
            gain=take.between(0.02, 0.09),
        )
    return canvas


def talker(take: Take, pitch: float) -> Mono:
    """Return a stretch of syllables without words."""
    pieces: list[Mono] = []
    left = take.length
    while left > 0:
        for _ in range(int(take.rng.integers(3, 9))):
            piece = syllable(take, pitch * take.between(0.88, 1.15))
            pieces.append(piece)
            left -= len(piece)
        pause = np.zeros(take.at(take.between(0.15, 0.9)), np.float32)
        pieces.append(pause)
        left -= len(pause)
    return np.concatenate(pieces)[: take.length]


def syllable(take: Take, pitch: float) -> Mono:
    """Return one syllable: a vowel between closed lips."""
    length = take.at(take.between(0.1, 0.24))
    first, second = VOWELS[int(take.rng.integers(len(VOWELS)))]
    partials = [
        (1 / (1 + ((pitch * n - first) / 110) ** 2) + 0.4 / (1 + ((pitch * n - second) / 160) ** 2) + 0.02) / n**0.3
        for n in range(1, 13)
    ]
    glide = curve([(0, pitch), (1, pitch * take.between(0.88, 1.06))], length)
    return tone(glide, length, partials) * swell(length, attack=0.25, release=0.4)


@layer("children", "child kids laughter laughing playground school kinder lachen enfants rires", level=-4, echo=0.5)
def children(take: Take) -> Stereo:
    """Children playing behind a hedge: calls that jump up, and laughter."""
    canvas = take.silence()
    for _ in range(take.times(0.9, least=3)):
        at, pan, near = int(take.rng.integers(take.length)), take.between(-0.9, 0.9), take.between(0.3, 1.0)
        pitch = take.between(290, 430)
        if take.between(0, 1) < 0.45:
            sound = np.concatenate([syllable(take, pitch * take.between(0.9, 1.5)) for _ in range(3)])
        else:
            sound = laughter(take, pitch)
        put(canvas, sound, at, pan=pan, gain=0.4 * near)
    return canvas


def laughter(take: Take, pitch: float) -> Mono:
    """Return a falling row of breathy syllables."""
    pieces: list[Mono] = []
    for number in range(int(take.rng.integers(4, 8))):
        length = take.at(0.085)
        voice = syllable(take, pitch * (1.35 - 0.06 * number))[:length]
        breath = softened(burst(take.rng, 0.06, dies=0.05), 900, 4000) * np.float32(0.05)
        pieces += [voice * swell(len(voice), attack=0.3, release=0.5), breath]
    return np.concatenate(pieces)


@layer("applause", "clapping cheering audience theatre theater beifall publikum applaudissements", level=-4, echo=0.4)
def applause(take: Take) -> Stereo:
    """A hall full of hands."""
    canvas = stereo_noise(take, sloped(band(700, 5000), -2)) * drift(take, 2, low=0.6) * np.float32(0.08)
    claps = [softened(burst(take.rng, 0.03, dies=0.02), low, low * 2.2) for low in (700, 950, 1200, 1500)]
    for _ in range(take.times(60)):
        clap = claps[int(take.rng.integers(len(claps)))]
        put(canvas, clap, int(take.rng.integers(take.length)), pan=take.between(-1, 1), gain=take.between(0.2, 0.8))
    return canvas


@layer("purr", "cat cats kitten purring katze katzen schnurren chat", level=-3, echo=0.1)
def purr(take: Take) -> Stereo:
    """A cat that is content, breathing in and out."""
    breaths = take.times(0.6)
    cycle = (np.arange(take.length, dtype=np.float64) * breaths / take.length) % 1.0
    inward = cycle < 0.45
    shape = np.sin(np.pi * np.where(inward, cycle / 0.45, (cycle - 0.45) / 0.55)) ** 0.6
    hertz = np.where(inward, 27.0, 23.0)
    hertz *= round(float(np.mean(hertz)) * take.seconds) / (float(np.mean(hertz)) * take.seconds)
    pulse = np.clip(tone(hertz, take.length), 0, 1) ** 4
    voice = (noise(take, sloped(band(70, 420), -2)) * np.float32(1.1) + np.float32(0.4)) * pulse
    canvas = take.silence()
    put(canvas, (voice * (0.35 + 0.65 * shape)).astype(np.float32), 0, gain=0.7)
    canvas += stereo_noise(take, band(300, 1800)) * shape.astype(np.float32) * np.float32(0.03)
    return canvas
