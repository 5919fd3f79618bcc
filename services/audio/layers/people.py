"""What people bring: a town, a workshop, a clock, a ship, a train."""

import numpy as np

from services.audio.layers.registry import layer
from services.audio.sound.grains import burst, curve, put, soft_edges, softened, struck, swell, tone
from services.audio.sound.noise import band, drift, noise, peak, sloped, stereo_noise
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
    "creak creaking boat sailing wooden harbor-boat pirate door schiff boot knarren bateau navire",
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


@layer("train", "railway locomotive rails station steam zug eisenbahn bahnhof", level=-1, echo=0.3)
def train(take: Take) -> Stereo:
    """Wheels over joints, and steam."""
    canvas = stereo_noise(take, sloped(band(40, 350), -4)) * drift(take, 3, low=0.7) * np.float32(0.12)
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
