"""What is heard at night: crickets, frogs, an owl, wolves."""

import numpy as np

from services.audio.layers.registry import layer
from services.audio.sound.grains import burst, curve, put, softened, swell, tone
from services.audio.sound.noise import band, drift, sloped, stereo_noise
from services.audio.sound.take import Mono, Stereo, Take


@layer(
    "crickets",
    "cricket insects cicadas night grasshopper meadow grillen nacht zirpen grillons nuit",
    level=-7,
    echo=0.25,
)
def crickets(take: Take) -> Stereo:
    """A few near ones, each keeping its own time, over a field of many."""
    canvas = stereo_noise(take, band(4300, 5200, steep=6)) * drift(take, 0.4, low=0.6) * np.float32(0.035)
    for pan in (-0.7, 0.15, 0.6, -0.25):
        chirp = cricket_chirp(take, take.between(4000, 4900))
        count, offset = take.times(take.between(1.1, 1.9)), take.between(0, 1)
        mood = drift(take, 4)
        for number in range(count):
            at = take.at((number + offset + take.between(-0.03, 0.03)) * take.seconds / count) % take.length
            if mood[at] > 0.25:
                put(canvas, chirp, at, pan=pan, gain=0.22 * take.between(0.7, 1))
    return canvas


def cricket_chirp(take: Take, hertz: float) -> Mono:
    """Return three or four strokes of the wing."""
    stroke = take.at(0.017)
    pulse = tone(hertz, stroke, (1, 0.08)) * swell(stroke, attack=0.3, release=0.5)
    gap = np.zeros(take.at(0.014), np.float32)
    return np.concatenate([np.concatenate([pulse, gap]) for _ in range(int(take.rng.integers(3, 5)))])


@layer("frogs", "frog toad pond swamp marsh frösche frosch teich grenouilles grenouille", level=-4, echo=0.4)
def frogs(take: Take) -> Stereo:
    """Some frogs around a pond, who answer each other."""
    canvas = stereo_noise(take, sloped(band(200, 1500), -4)) * np.float32(0.01)
    for pan, hertz in ((-0.7, 420), (0.5, 560), (0.1, 310)):
        count = take.times(take.between(0.35, 0.6), least=2)
        for number in range(count):
            at = take.at((number + take.between(0, 0.6)) * take.seconds / count)
            put(canvas, croak(take, hertz * take.between(0.96, 1.05)), at, pan=pan, gain=take.between(0.4, 0.8))
    return canvas


def croak(take: Take, hertz: float) -> Mono:
    """Return one croak: a rattle through a wide mouth."""
    length = take.at(take.between(0.22, 0.36))
    rattle = 0.5 + 0.5 * tone(curve([(0, 38), (1, 52)], length), length)
    voice = tone(curve([(0, hertz), (0.6, hertz * 1.2), (1, hertz)], length), length, (0.5, 1, 0.5, 0.25))
    return voice * rattle**3 * swell(length, attack=0.2, release=0.3)


@layer("owl", "owls eule uhu kauz hibou chouette", level=-2, echo=0.9)
def owl(take: Take) -> Stereo:
    """An owl in a far tree, and after a while another."""
    canvas = take.silence()
    count = max(1, round(take.seconds / 7))
    for number in range(count):
        start, pan = (number + take.between(0.05, 0.4)) * take.seconds / count, -0.5 if number % 2 else 0.55
        base = 330 if number % 2 else 375
        for late, lasts, height in ((0.0, 0.55, 1.0), (1.05, 0.16, 0.98), (1.3, 0.9, 1.03)):
            put(canvas, hoot(take, base * height, lasts), take.at(start + late), pan=pan, gain=0.6)
    return canvas


def hoot(take: Take, hertz: float, seconds: float) -> Mono:
    """Return one hoot: round, breathy, falling at its end."""
    length = take.at(seconds)
    path = curve([(0, hertz * 0.93), (0.18, hertz), (0.7, hertz), (1, hertz * 0.9)], length)
    shiver = 1 + 0.008 * np.sin(2 * np.pi * 6.5 * np.arange(length) / take.rate)
    voice = tone(path * shiver, length, (1, 0.16, 0.05))
    breath = softened(take.rng.standard_normal(length, np.float32), hertz * 0.8, hertz * 1.6) * np.float32(0.25)
    return (voice + breath) * swell(length, attack=0.25, release=0.4)


@layer("wolves", "wolf howl coyote hound dogs dog wölfe hund loup loups", level=-3, echo=1.0)
def wolves(take: Take) -> Stereo:
    """Wolves on a far ridge; one begins, others join."""
    canvas = take.silence()
    for number in range(max(2, round(take.seconds / 4))):
        at = take.at(take.between(0, 0.25) * take.seconds + number * 0.19 * take.seconds)
        put(canvas, howl(take), at, pan=take.between(-0.8, 0.8), gain=0.8 / (1 + 0.4 * number))
    return canvas


def howl(take: Take) -> Mono:
    """Return one long call that breaks upward, holds and sinks."""
    length = take.at(take.between(2.4, 3.8))
    low, high = take.between(230, 290), take.between(430, 560)
    path = curve(
        [(0, low), (0.12, high * 0.9), (0.25, high), (0.65, high * 0.96), (0.85, high * 0.8), (1, low)], length
    )
    shiver = 1 + 0.009 * np.sin(2 * np.pi * 4.6 * np.arange(length) / take.rate + take.between(0, 6))
    return tone(path * shiver, length, (1, 0.42, 0.2, 0.06)) * swell(length, attack=0.18, release=0.45)


@layer("growl", "beast monster bear roar lion tiger dinosaur bär löwe ours", level=-2, echo=0.7)
def growl(take: Take) -> Stereo:
    """Something large that breathes and is displeased."""
    canvas = take.silence()
    count = max(1, round(take.seconds / 4.5))
    for number in range(count):
        length = take.at(take.between(1.5, 2.4))
        path = curve([(0, 62), (0.3, 84), (1, 48)], length) * (1 + 0.05 * take.rng.standard_normal(length))
        voice = tone(path, length, (0.6, 1, 0.8, 0.5, 0.6, 0.35, 0.2, 0.15))
        flutter = 0.6 + 0.4 * tone(curve([(0, 19), (1, 27)], length), length)
        breath = softened(burst(take.rng, length / take.rate, dies=30)[:length], 150, 1100)
        sound = (voice * flutter + np.pad(breath, (0, length - len(breath))) * 0.5) * swell(length, attack=0.3)
        at = take.at((number + take.between(0.05, 0.3)) * take.seconds / count)
        put(canvas, softened(sound.astype(np.float32), 50, 900), at, pan=take.between(-0.3, 0.3), gain=0.5)
    return canvas
