"""Fire and leaves: what crackles and rustles."""

import numpy as np

from services.audio.layers.registry import layer
from services.audio.sound.grains import burst, curve, put, softened, swell
from services.audio.sound.noise import band, drift, noise, sloped, stereo_noise
from services.audio.sound.take import Stereo, Take


@layer(
    "fire",
    "campfire fireplace flames flame bonfire burning candle torch hearth embers feuer lagerfeuer feu",
    level=-1,
    echo=0.2,
)
def fire(take: Take) -> Stereo:
    """A low flutter of flames, a hiss, and wood that cracks, rarely loudly."""
    flutter = drift(take, 0.16, low=0.35) * drift(take, 1.7, low=0.55)
    canvas = stereo_noise(take, sloped(band(45, 380), -4)) * flutter * np.float32(0.17)
    canvas += stereo_noise(take, sloped(band(1500, 9000), -2)) * drift(take, 0.9, low=0.2) * np.float32(0.02)
    busy = drift(take, 1.3)
    for _ in range(take.times(26)):
        at = int(take.rng.integers(take.length))
        if busy[at] > take.between(0, 0.8):
            crackle(take, canvas, at, min(2.4, float(take.rng.pareto(1.7)) + 0.15))
    return canvas


def crackle(take: Take, canvas: Stereo, at: int, size: float) -> None:
    """Add one crack; large ones are lower, longer, and bring small ones after them."""
    low = take.between(1100, 3200) / (0.6 + size)
    grain = softened(burst(take.rng, 0.012 + 0.016 * size, dies=0.008 + 0.012 * size), low, low * 4.5)
    pan = take.between(-0.6, 0.6)
    put(canvas, grain, at, pan=pan, gain=0.5 * size)
    for _ in range(int(size * 2.5)):
        spark = softened(burst(take.rng, 0.008, dies=0.005), 2500, 9000)
        put(canvas, spark, at + take.at(take.between(0.01, 0.14)), pan=pan, gain=0.32 * take.between(0.2, 1))


@layer(
    "leaves",
    "forest trees woods rustling rustle tree branches foliage grass wald blätter bäume forêt feuilles jungle",
    level=-3,
    echo=0.35,
)
def leaves(take: Take) -> Stereo:
    """A wood in a light wind: each tree answers the gust a little later."""
    canvas = take.silence()
    gust = drift(take, 2.8) ** 1.4
    for tree in range(4):
        late = np.roll(gust, take.at(0.35 * tree)) * drift(take, 0.35, low=0.35)
        centre = take.between(1700, 4200)
        rustle = noise(take, sloped(band(centre * 0.5, centre * 2.4), -2)) * late
        put(canvas, rustle, 0, pan=-0.75 + 0.5 * tree, gain=0.5)
    canvas += stereo_noise(take, sloped(band(150, 900), -4)) * gust * np.float32(0.16)
    for _ in range(take.times(20)):
        at = int(take.rng.integers(take.length))
        flick = softened(burst(take.rng, 0.03, dies=0.02), 2000, 8000)
        put(canvas, flick, at, pan=take.between(-0.9, 0.9), gain=0.35 * float(gust[at]))
    return canvas


@layer("footsteps", "steps walking footstep walk running marching stairs schritte pas", level=0, echo=0.4)
def footsteps(take: Take) -> Stereo:
    """Somebody walking on gravel, heel and toe."""
    canvas = take.silence()
    count = take.times(1.75, least=2) // 2 * 2
    for step in range(count):
        at = take.at((step + take.between(-0.04, 0.04)) * take.seconds / count)
        pan, size = (-0.12 if step % 2 else 0.12), take.between(0.75, 1.0)
        thud = softened(burst(take.rng, 0.09, dies=0.07), 55, 190)
        put(canvas, thud, at, pan=pan, gain=1.3 * size)
        for late, share in ((0.012, 0.5), (0.11, 0.8)):
            length = take.at(take.between(0.1, 0.15))
            grit = take.rng.standard_normal(length, np.float32) * (take.rng.random(length) ** 6).astype(np.float32)
            crunch = softened(grit, 700, 5200) * swell(length, attack=0.15, release=0.7)
            put(canvas, crunch, at + take.at(late), pan=pan, gain=0.9 * share * size)
    return canvas


@layer("horse", "horses hooves gallop carriage pony pferd pferde cheval", level=0, echo=0.35)
def horse(take: Take) -> Stereo:
    """A horse at a walk on stone: four beats, one a little late."""
    canvas = take.silence()
    strides = take.times(0.95)
    for stride in range(strides):
        for number, beat in enumerate((0.0, 0.23, 0.5, 0.77)):
            at = take.at((stride + beat + take.between(-0.012, 0.012)) * take.seconds / strides)
            pitch = (880, 760, 980, 700)[number] * take.between(0.97, 1.03)
            clop = softened(burst(take.rng, 0.05, dies=0.035), pitch * 0.75, pitch * 1.3)
            put(canvas, clop, at, pan=0.2 - 0.13 * number, gain=take.between(0.75, 1.0))
            put(canvas, softened(burst(take.rng, 0.05, dies=0.05), 90, 260), at, gain=0.7)
    return canvas


@layer("wings", "flapping flight dragon flying fluttering bat bats drache flügel ailes", level=-1, echo=0.4)
def wings(take: Take) -> Stereo:
    """Great wings overhead, passing from one side to the other."""
    canvas = take.silence()
    beats = take.times(1.15, least=2)
    for beat in range(beats):
        at = take.at((beat + take.between(-0.04, 0.04)) * take.seconds / beats)
        length = take.at(take.between(0.36, 0.46))
        air = take.rng.standard_normal(length, np.float32)
        pan = 0.7 * float(np.sin(2 * np.pi * beat / beats))
        down = softened(air, 70, 520) * curve([(0, 0), (0.3, 1), (0.5, 0.5), (1, 0)], length) ** 1.5
        put(canvas, down, at, pan=pan, gain=1.5)
        put(canvas, softened(air, 900, 3500) * swell(length, attack=0.25, release=0.6), at, pan=pan, gain=0.18)
    return canvas
