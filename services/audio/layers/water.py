"""Sea, stream, drips, and what lies under the surface."""

import numpy as np

from services.audio.layers.registry import layer
from services.audio.sound.grains import burst, curve, decay, put, soft_edges, softened, swell, tone
from services.audio.sound.noise import band, drift, noise, peak, sloped, stereo_noise
from services.audio.sound.take import Mono, Stereo, Take


@layer("sea", "ocean waves wave surf beach shore coast tide meer ozean wellen mer vagues lake see", level=0, echo=0.2)
def sea(take: Take) -> Stereo:
    """Waves that gather, break and run back over the sand."""
    canvas = stereo_noise(take, sloped(band(40, 260), -5)) * drift(take, 4, low=0.5) * np.float32(0.4)
    canvas += stereo_noise(take, sloped(band(300, 3000), -4)) * np.float32(0.07)
    count = max(1, round(take.seconds / 5.2))
    for number in range(count):
        at = take.at((number + take.between(-0.12, 0.12)) * take.seconds / count)
        breaker(take, canvas, at, take.seconds / count)
    return canvas


def breaker(take: Take, canvas: Stereo, at: int, every: float) -> None:
    """Add one wave: a swell of deep noise, the break, and foam running back."""
    pan, size = take.between(-0.5, 0.5), take.between(0.7, 1.0)
    length = take.at(min(every * 1.5, take.seconds)) // 2 * 2
    small = Take(length, f"{take.seed}|wave|{at}")
    rise = curve([(0, 0), (0.3, 0.75), (0.38, 1), (0.55, 0.45), (1, 0)], length)
    crest = curve([(0, 0), (0.25, 0.1), (0.38, 1), (0.5, 0.55), (0.75, 0.22), (1, 0)], length) ** 1.4
    foam = curve([(0, 0), (0.4, 0.1), (0.58, 0.8), (0.8, 0.4), (1, 0)], length) ** 1.5
    put(canvas, noise(small, sloped(band(60, 420), -3)) * rise, at, pan=pan, gain=0.9 * size)
    put(canvas, noise(small, sloped(band(350, 5200), -3)) * crest, at, pan=pan * 0.6, gain=0.75 * size)
    put(canvas, noise(small, sloped(band(2200, 10500), -2)) * foam, at, pan=-pan, gain=0.28 * size)


@layer("stream", "river brook creek water waterfall fountain fluss bach wasser rivière ruisseau", level=-2, echo=0.3)
def stream(take: Take) -> Stereo:
    """Water over stones: a rush, and bubbles without number."""
    canvas = stereo_noise(take, sloped(band(350, 4200), -3)) * drift(take, 1.2, low=0.7) * np.float32(0.28)
    canvas += stereo_noise(take, peak(620, 1.6)) * drift(take, 0.5, low=0.3) * np.float32(0.1)
    for _ in range(take.times(55)):
        bubble(take, canvas, take.between(350, 1500), gain=float(take.rng.pareto(2.5)) * 0.22)
    return canvas


def bubble(take: Take, canvas: Stereo, hertz: float, gain: float) -> None:
    """Add one bubble: its pitch rises while it closes."""
    length = take.at(take.between(0.025, 0.09) * 700 / hertz)
    rising = curve([(0, hertz), (1, hertz * take.between(1.15, 1.7))], length)
    sound = soft_edges(tone(rising, length) * decay(length, length / take.rate), 0.003, 0.006)
    put(canvas, sound, int(take.rng.integers(take.length)), pan=take.between(-0.8, 0.8), gain=min(gain, 0.9))


@layer("drips", "cave drip dripping cavern grotto dungeon tunnel well höhle tropfen grotte", level=-3, echo=1.0)
def drips(take: Take) -> Stereo:
    """A vault: drops falling far apart, and the air of the depth."""
    canvas = stereo_noise(take, sloped(band(40, 220), -5)) * drift(take, 5, low=0.6) * np.float32(0.03)
    for _ in range(take.times(0.9, least=3)):
        hertz, at = take.between(700, 1700), int(take.rng.integers(take.length))
        length = take.at(0.09)
        drop = tone(curve([(0, hertz), (0.2, hertz * 0.8), (1, hertz * 1.5)], length), length) * decay(length, 0.08)
        pan, gain = take.between(-0.8, 0.8), take.between(0.25, 0.8)
        for echo in range(3):
            late = at + take.at(0.19 * echo + 0.02 * echo * echo)
            put(canvas, soft_edges(drop, 0.002, 0.02), late, pan=pan * (1 - 0.8 * echo), gain=gain * 0.4**echo)
    return canvas


@layer("underwater", "bubbles diving submarine sunken aquarium abyss unterwasser blasen", level=-2, echo=0.8)
def underwater(take: Take) -> Stereo:
    """Pressure in the ears, and air rising in strings."""
    canvas = stereo_noise(take, sloped(band(30, 240), -6)) * drift(take, 3, low=0.5) * np.float32(0.8)
    canvas += stereo_noise(take, peak(180, 5)) * drift(take, 1.5) * np.float32(0.2)
    for _ in range(take.times(0.35, least=2)):
        at, pan = int(take.rng.integers(take.length)), take.between(-0.7, 0.7)
        for number in range(int(take.rng.integers(4, 12))):
            hertz = take.between(180, 420) * 1.06**number
            length = take.at(take.between(0.06, 0.12))
            air = tone(curve([(0, hertz), (1, hertz * 1.5)], length), length) * swell(length, attack=0.2, release=0.6)
            put(canvas, air, at + take.at(0.09 * number + take.between(0, 0.05)), pan=pan, gain=0.3)
    return canvas


@layer("whale", "whales humpback wal wale baleine", level=-1, echo=1.0)
def whale(take: Take) -> Stereo:
    """Two old ones calling through the deep."""
    canvas = stereo_noise(take, sloped(band(30, 150), -6)) * drift(take, 4, low=0.6) * np.float32(0.12)
    count = max(2, round(take.seconds / 4.5))
    for number in range(count):
        at = take.at((number + take.between(0, 0.25)) * take.seconds / count)
        put(canvas, whale_call(take), at, pan=-0.55 if number % 2 else 0.5, gain=0.45 if number % 2 else 0.8)
    return canvas


def whale_call(take: Take) -> Mono:
    """Return one call: a glide with overtones that come and go."""
    length = take.at(take.between(1.8, 3.4))
    low = take.between(120, 260)
    path = curve(
        [(0, low), (0.35, low * take.between(1.3, 2.2)), (0.7, low * take.between(0.8, 1.4)), (1, low * 0.6)], length
    )
    shiver = 1 + 0.012 * np.sin(2 * np.pi * 5.3 * np.arange(length) / take.rate)
    call = tone(path * shiver, length, (1, 0.5, 0.3, 0.12, 0.05))
    breath = softened(burst(take.rng, length / take.rate, dies=20), low, low * 6)[:length]
    call += np.pad(breath, (0, length - len(breath))) * np.float32(0.04)
    return call * swell(length, attack=0.35, release=0.45)
