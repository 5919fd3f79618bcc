"""Wind, rain, thunder, snow."""

import numpy as np

from services.audio.layers.registry import layer
from services.audio.sound.grains import burst, curve, decay, put, soft_edges, softened, strew, tone
from services.audio.sound.noise import band, drift, noise, peak, sloped, stereo_noise
from services.audio.sound.take import Mono, Stereo, Take


@layer("wind", "breeze gale air draft gust gusts windy howling vent brise böen", level=-1, echo=0.3)
def wind(take: Take) -> Stereo:
    """Gusts that travel through the branches, with a voice in the loudest of them."""
    gust = drift(take, 2.6) ** 1.5
    canvas = stereo_noise(take, sloped(band(40, 500), -5)) * (0.25 + 0.5 * gust)
    for centre, level in ((230, 1.0), (390, 0.9), (640, 0.6), (1050, 0.35), (1900, 0.16)):
        own = gust * drift(take, 1.4, low=0.2) ** 1.3
        move(canvas, noise(take, peak(centre * take.between(0.9, 1.1), 3.0)) * own * np.float32(level), drift(take, 4))
    return canvas + howl(take, gust)


def howl(take: Take, gust: Mono) -> Stereo:
    """Return the wind's voice, whose pitch follows the gusts: a carrier that is blurred by noise."""
    path = 270 + 420 * gust
    path *= take.tuned(float(np.mean(path))) / float(np.mean(path))
    canvas = take.silence()
    for pan, late in ((-0.3, 0.0), (0.35, 0.25)):
        carrier = tone(path, take.length, phase=late)
        blurred = carrier * drift(take, 0.07, low=-1) * gust**1.6
        put(canvas, blurred, 0, pan=pan, gain=1.5)
    return canvas


def move(canvas: Stereo, sound: Mono, path: Mono) -> None:
    """Add a sound that wanders from left (0) to right (1)."""
    angle = (0.15 + 0.7 * path) * np.float32(np.pi / 2)
    canvas[0] += sound * np.cos(angle)
    canvas[1] += sound * np.sin(angle)


@layer("rain", "drizzle shower downpour raindrops rainy raining regen pluie", level=-1, echo=0.25)
def rain(take: Take) -> Stereo:
    """A hiss of far drops, thousands of near ones, and some that fall into a puddle."""
    canvas = stereo_noise(take, sloped(band(900, 9000), -2)) * np.float32(0.5) * drift(take, 3, low=0.75)
    canvas += stereo_noise(take, band(250, 900)) * np.float32(0.12)
    for hertz, per_second, level in ((1900, 70, 0.5), (3100, 140, 0.36), (5200, 220, 0.25)):
        drop = softened(burst(take.rng, 0.02, dies=0.014), hertz * 0.7, hertz * 1.5) * np.float32(level)
        for channel in canvas:
            count = take.times(per_second)
            sizes = take.rng.pareto(3.0, count).clip(0, 4).astype(np.float32)
            strew(channel, drop, take.rng.integers(take.length, size=count), sizes)
    for _ in range(take.times(2.5)):
        low, length = take.between(420, 900), take.at(0.07)
        plip = tone(curve([(0, low), (1, low * 1.9)], length), length) * decay(length, 0.06)
        place = int(take.rng.integers(take.length))
        put(canvas, soft_edges(plip, 0.002, 0.01), place, pan=take.between(-0.8, 0.8), gain=take.between(0.3, 0.9))
    return canvas


@layer("thunder", "thunderstorm lightning donner tonnerre", level=1, echo=0.7)
def thunder(take: Take) -> Stereo:
    """A crack somewhere, and a long rolling away."""
    canvas = take.silence()
    count = max(1, round(take.seconds / 14))
    for number in range(count):
        at = take.at((number + take.between(0.05, 0.35)) * take.seconds / count)
        put(canvas, roll(take), at, pan=take.between(-0.4, 0.4))
        if take.between(0, 1) < 0.7:
            crack = softened(burst(take.rng, 0.5, dies=0.4), 180, 2600)
            put(canvas, crack, at, pan=take.between(-0.5, 0.5), gain=0.35)
    return canvas + stereo_noise(take, sloped(band(30, 90), -3)) * np.float32(0.03) * drift(take, 3)


def roll(take: Take) -> Mono:
    """Return one thunder rolling away."""
    length = take.at(min(6.5, take.seconds * 0.8))
    small = Take(length - length % 2, f"{take.seed}|roll|{take.between(0, 1)}")
    rumble = noise(small, sloped(band(35, 160, steep=1), -4)) + noise(small, band(90, 420)) * np.float32(0.25)
    shape = np.zeros(small.length, np.float32)
    for when, level in [(0.0, 1.0), *((small.between(0.05, 0.6), small.between(0.2, 0.7)) for _ in range(5))]:
        start = round(when * small.length)
        rest = small.length - start
        rise = np.clip(np.arange(rest, dtype=np.float32) / small.at(0.09), 0, 1)
        shape[start:] += np.float32(level) * rise * decay(rest, small.between(2.2, 4.2))
    return soft_edges(rumble * shape * np.float32(0.7), 0.01, 0.6)


@layer("snow", "snowfall hush frost schnee neige winter ice eis", level=-7, echo=0.6)
def snow(take: Take) -> Stereo:
    """Nearly nothing: muffled air, and crystals that touch."""
    canvas = stereo_noise(take, sloped(band(80, 600, steep=1), -6)) * drift(take, 4, low=0.5) * np.float32(0.5)
    canvas += stereo_noise(take, sloped(band(2500, 9000), -3)) * drift(take, 2.2, low=0.15) * np.float32(0.09)
    for _ in range(take.times(3.5)):
        length = take.at(take.between(0.04, 0.12))
        ping = tone(take.between(3800, 8200), length) * decay(length, 0.09)
        place = int(take.rng.integers(take.length))
        put(canvas, soft_edges(ping, 0.002, 0.01), place, pan=take.between(-0.9, 0.9), gain=take.between(0.02, 0.12))
    return canvas
