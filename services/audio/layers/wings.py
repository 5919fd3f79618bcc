"""What flies and sings: birds, gulls, bees."""

from collections.abc import Callable

import numpy as np

from services.audio.layers.registry import layer
from services.audio.sound.grains import curve, put, swell, tone
from services.audio.sound.noise import drift
from services.audio.sound.take import Mono, Stereo, Take


@layer(
    "birds",
    "bird birdsong songbird morning dawn chirping garden vögel vogel morgen oiseaux oiseau",
    level=-4,
    echo=0.55,
)
def birds(take: Take) -> Stereo:
    """A handful of singers, each with a phrase of its own that it repeats."""
    canvas = take.silence()
    singers: tuple[Callable[[Take], Mono], ...] = (whistler, trill, warbler, tit, whistler)
    for number, singer in enumerate(singers):
        phrase = singer(take)
        count = take.times(take.between(0.16, 0.32))
        pan, near = -0.8 + 0.4 * number, take.between(0.3, 1.0)
        for turn in range(count):
            at = take.at((turn + take.between(0, 0.7)) * take.seconds / count)
            put(canvas, phrase, at, pan=pan, gain=0.5 * near * take.between(0.7, 1))
    return canvas


def note(take: Take, path: list[tuple[float, float]], seconds: float, *, overtone: float = 0.06) -> Mono:
    """Return one whistled note along a path of frequencies."""
    length = take.at(seconds)
    return tone(curve(path, length), length, (1, overtone)) * swell(length, attack=0.15, release=0.3)


def rest(take: Take, seconds: float) -> Mono:
    """Return silence."""
    return np.zeros(take.at(seconds), np.float32)


def whistler(take: Take) -> Mono:
    """Return a slow phrase of pure notes, as a blackbird sings."""
    notes = []
    for _ in range(int(take.rng.integers(3, 6))):
        high = take.between(1700, 3000)
        path = [(0, high * take.between(0.9, 1.1)), (0.5, high), (1, high * take.between(0.8, 1.2))]
        notes += [note(take, path, take.between(0.12, 0.3)), rest(take, take.between(0.03, 0.12))]
    return np.concatenate(notes)


def trill(take: Take) -> Mono:
    """Return a row of quick equal notes."""
    high, fast = take.between(3800, 5200), take.between(0.05, 0.075)
    one = np.concatenate([note(take, [(0, high * 1.15), (1, high * 0.85)], fast), rest(take, fast * 0.5)])
    count = int(take.rng.integers(8, 15))
    return np.tile(one, count) * np.repeat(np.linspace(0.4, 1, count, dtype=np.float32), len(one))


def warbler(take: Take) -> Mono:
    """Return a hasty phrase that never repeats a note."""
    notes = []
    for _ in range(int(take.rng.integers(9, 15))):
        a, b, c = (take.between(2600, 5600) for _ in range(3))
        notes += [note(take, [(0, a), (0.5, b), (1, c)], take.between(0.05, 0.12)), rest(take, 0.02)]
    return np.concatenate(notes)


def tit(take: Take) -> Mono:
    """Return two notes, high and low, some times over."""
    high = take.between(4200, 5400)
    pair = [
        note(take, [(0, high), (1, high * 0.98)], 0.11),
        rest(take, 0.04),
        note(take, [(0, high * 0.78), (1, high * 0.76)], 0.14),
        rest(take, 0.07),
    ]
    return np.tile(np.concatenate(pair), int(take.rng.integers(3, 5)))


@layer("gulls", "gull seagull seagulls harbour harbor port möwen möwe mouettes", level=-3, echo=0.5)
def gulls(take: Take) -> Stereo:
    """Gulls that quarrel over a harbour."""
    canvas = take.silence()
    for _ in range(take.times(0.4, least=2)):
        at, pan, near = int(take.rng.integers(take.length)), take.between(-0.9, 0.9), take.between(0.25, 0.8)
        high = take.between(900, 1250)
        for cry in range(int(take.rng.integers(2, 6))):
            length = take.at(take.between(0.22, 0.42))
            path = curve([(0, high * 0.75), (0.25, high * 1.2), (1, high * 0.7)], length)
            sound = tone(path, length, (0.6, 1, 0.7, 0.35, 0.2)) * swell(length, attack=0.2, release=0.4)
            put(canvas, sound, at + take.at(0.45 * cry), pan=pan, gain=near * 0.5 / (1 + 0.15 * cry))
    return canvas


@layer("bees", "bee buzzing hive flies fly mosquito dragonfly bienen biene abeilles", level=-7, echo=0.15)
def bees(take: Take) -> Stereo:
    """Bees about their work, coming near and leaving."""
    canvas = take.silence()
    for number in range(5):
        hertz = take.tuned(take.between(170, 250))
        sway = 1 + 0.03 * (drift(take, 0.7) - 0.5)
        hum = tone(
            hertz * sway / float(np.mean(sway)),
            take.length,
            (0.6, 1, 0.7, 0.45, 0.3, 0.2, 0.12),
            phase=take.between(0, 1),
        )
        near = drift(take, 2.5) ** 3
        put(canvas, hum * near, 0, pan=-0.8 + 0.4 * number, gain=0.4)
    return canvas
