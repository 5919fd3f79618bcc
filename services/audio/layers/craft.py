"""What people build: a clock, a workshop, a ship, a train, a road."""

import numpy as np

from services.audio.layers.registry import layer
from services.audio.sound.grains import burst, curve, put, soft_edges, softened, struck, swell
from services.audio.sound.noise import band, drift, noise, peak, sloped, stereo_noise
from services.audio.sound.take import Mono, Stereo, Take


@layer(
    "traffic", "cars car road highway rumble underground metro subway verkehr straße autos voitures", level=-3, echo=0.2
)
def traffic(take: Take) -> Stereo:
    """A road behind houses; now and then something passes."""
    canvas = stereo_noise(take, sloped(band(40, 300), -4)) * drift(take, 4, low=0.6) * np.float32(0.45)
    for _ in range(take.times(0.3, least=2)):
        length = take.at(min(take.between(3, 5), take.seconds * 0.8)) // 2 * 2
        small = Take(length, f"{take.seed}|car|{take.between(0, 1)}")
        shape = swell(length, attack=0.5, release=0.5) ** 2
        sound = noise(small, sloped(band(90, 1400), -3)) * shape
        put(
            canvas, sound, int(take.rng.integers(take.length)), pan=take.between(-0.6, 0.6), gain=take.between(0.3, 0.7)
        )
    return canvas


@layer("clock", "ticking tick clockwork watch time uhr ticken horloge", level=-4, echo=0.4)
def clock(take: Take) -> Stereo:
    """A tall clock in a quiet room."""
    canvas = stereo_noise(take, sloped(band(60, 400), -5)) * np.float32(0.006)
    ticks = take.times(1.0, least=2) // 2 * 2
    for tick in range(ticks):
        hertz = 1750 if tick % 2 else 2200
        sound = struck([(hertz, 0.5, 0.05), (hertz * 2.3, 0.3, 0.03), (310, 0.5, 0.09)], 0.12, attack=0.0006)
        at = take.at(tick * take.seconds / ticks)
        put(canvas, sound, at, pan=-0.1 if tick % 2 else 0.1, gain=0.6)
        put(canvas, softened(burst(take.rng, 0.012, dies=0.008), 2500, 9000), at, gain=0.14)
    return canvas


@layer(
    "workshop",
    "gears hammer forge smith anvil tools mill carving werkstatt schmiede atelier",
    level=-2,
    echo=0.4,
)
def workshop(take: Take) -> Stereo:
    """Somebody at work: a wheel that turns, a hammer in bursts."""
    canvas = stereo_noise(take, sloped(band(120, 1200), -4)) * drift(take, 0.45, low=0.4) * np.float32(0.02)
    cogs = take.times(5)
    for cog in range(cogs):
        clack = softened(burst(take.rng, 0.03, dies=0.02), 350, 1600)
        put(canvas, clack, take.at(cog * take.seconds / cogs), pan=-0.5, gain=0.16 if cog % 4 else 0.3)
    for _ in range(take.times(0.22)):
        start, hertz = int(take.rng.integers(take.length)), take.between(900, 1500)
        for blow in range(int(take.rng.integers(3, 6))):
            ring = struck(
                [(hertz, 0.4, 0.5), (hertz * 2.41, 0.35, 0.35), (hertz * 3.9, 0.2, 0.2), (180, 0.5, 0.08)], 0.5
            )
            put(canvas, ring, start + take.at(0.52 * blow + take.between(0, 0.03)), pan=0.4, gain=0.28)
    return canvas


@layer(
    "ship",
    "creak creaking boat sailing wooden harbor-boat pirate schiff boot knarren bateau navire",
    level=-1,
    echo=0.45,
)
def ship(take: Take) -> Stereo:
    """Old timber working in a swell."""
    canvas = stereo_noise(take, sloped(band(50, 420), -4)) * drift(take, 2.4, low=0.2) * np.float32(0.2)
    for _ in range(take.times(0.5, least=3)):
        sound = creak(take)
        put(
            canvas, sound, int(take.rng.integers(take.length)), pan=take.between(-0.7, 0.7), gain=take.between(0.4, 0.9)
        )
    for _ in range(take.times(0.3)):
        slap = softened(burst(take.rng, 0.5, dies=0.4), 250, 1600) * swell(take.at(0.5), attack=0.3, release=0.6)
        put(canvas, slap, int(take.rng.integers(take.length)), pan=take.between(-0.8, 0.8), gain=0.45)
    return canvas


def creak(take: Take) -> Mono:
    """Return wood that sticks and slips: a row of knocks whose pace glides, in a hollow body."""
    length = take.at(take.between(0.5, 1.4))
    pace = curve([(0, take.between(25, 50)), (0.5, take.between(60, 130)), (1, take.between(20, 45))], length)
    pulse = np.diff(np.floor(np.cumsum(pace.astype(np.float64)) / take.rate), prepend=0).astype(np.float32)
    low, middle, high = take.between(280, 420), take.between(600, 900), take.between(1300, 1900)
    body = struck([(low, 1.0, 0.04), (middle, 0.7, 0.03), (high, 0.35, 0.02)], 0.06)
    size = 1 << (length + len(body)).bit_length()
    sound = np.fft.irfft(np.fft.rfft(pulse, size) * np.fft.rfft(body, size), size)[:length].astype(np.float32)
    return soft_edges(sound * swell(length, attack=0.3, release=0.4), 0.01, 0.03)


@layer("door", "knock knocking gate hinge tür klopfen porte", level=-1, echo=0.6)
def door(take: Take) -> Stereo:
    """Knocks on wood, a hinge, and a latch that falls."""
    canvas = stereo_noise(take, sloped(band(50, 300), -5)) * np.float32(0.004)
    count = max(1, round(take.seconds / 8))
    for number in range(count):
        start = (number + take.between(0.05, 0.3)) * take.seconds / count
        for blow in range(3):
            knock = struck([(take.between(95, 125), 0.9, 0.12), (265, 0.5, 0.07), (640, 0.2, 0.04)], 0.14)
            put(canvas, knock, take.at(start + 0.27 * blow), pan=-0.1, gain=0.8)
        put(canvas, creak(take), take.at(start + 1.5), pan=0.1, gain=0.35)
        latch = struck([(820, 0.4, 0.06), (2150, 0.3, 0.04), (140, 0.6, 0.1)], 0.12)
        put(canvas, latch, take.at(start + 3.1), pan=0.1, gain=0.6)
    return canvas


@layer("train", "railway locomotive rails station steam zug eisenbahn bahnhof", level=-1, echo=0.3)
def train(take: Take) -> Stereo:
    """Wheels over joints, and steam."""
    canvas = stereo_noise(take, sloped(band(40, 350), -4)) * drift(take, 3, low=0.7) * np.float32(0.035)
    canvas += stereo_noise(take, peak(2400, 1.2)) * np.float32(0.012)
    bars = take.times(0.95, least=2)
    for bar in range(bars):
        for beat in (0.0, 0.13, 0.5, 0.63):
            clack = softened(burst(take.rng, 0.07, dies=0.05), 160, 1300)
            put(canvas, clack, take.at((bar + beat) * take.seconds / bars), pan=-0.2 + 0.4 * (beat > 0.4), gain=0.7)
        for puff in range(4):
            steam = softened(burst(take.rng, 0.2, dies=0.16), 500, 4000)
            put(canvas, steam, take.at((bar + puff / 4) * take.seconds / bars), pan=0.15, gain=0.2 if puff else 0.3)
    return canvas
