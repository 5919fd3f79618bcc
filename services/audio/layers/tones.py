"""What rings and hums: bells, chimes, a music box, a choir, a drone, sparks of magic."""

import numpy as np

from services.audio.layers.registry import layer
from services.audio.sound.grains import put, soft_edges, struck, swell, tone
from services.audio.sound.noise import band, drift, noise, peak, sloped, stereo_noise
from services.audio.sound.take import Stereo, Take

BELL = (
    (0.5, 0.5, 1.0),
    (1.0, 0.9, 0.75),
    (1.19, 0.6, 0.55),
    (1.5, 0.35, 0.45),
    (2.0, 0.7, 0.4),
    (2.67, 0.3, 0.22),
    (4.1, 0.16, 0.12),
)
"""Partials of a church bell: ratio, level, share of the time to die away. Its third is minor."""
PENTATONIC = (0, 2, 4, 7, 9)


@layer(
    "bells", "bell church tolling cathedral chapel gong toll glocken glocke kirche cloches cloche", level=-2, echo=0.8
)
def bells(take: Take) -> Stereo:
    """Two church bells in different towers."""
    canvas = take.silence()
    for pan, ratio, per_second, level in ((-0.4, 2.0, 0.29, 0.6), (0.5, 1.5, 0.2, 0.42)):
        hertz = take.root * ratio
        sound = struck(
            [(hertz * ratio_of, heard, 6.5 * lasts) for ratio_of, heard, lasts in BELL], min(6.0, take.seconds)
        )
        count, offset = take.times(per_second), take.between(0, 1)
        for stroke in range(count):
            at = take.at((stroke + offset) * take.seconds / count)
            put(canvas, sound, at, pan=pan, gain=level * take.between(0.75, 1) * 0.4)
    return canvas


@layer("chimes", "chime windchime windchimes glass crystal windspiel", level=-5, echo=0.7)
def chimes(take: Take) -> Stereo:
    """Metal tubes that the wind moves."""
    canvas = take.silence()
    gust = drift(take, 2.5)
    tubes = [
        struck(
            [
                (take.root * 8 * 2 ** (step / 12) * ratio, level, dies)
                for ratio, level, dies in ((1, 1, 2.6), (2.76, 0.45, 1.2), (5.4, 0.2, 0.5))
            ],
            2.4,
        )
        for step in PENTATONIC
    ]
    for _ in range(take.times(3.2)):
        at, which = int(take.rng.integers(take.length)), int(take.rng.integers(len(tubes)))
        put(canvas, tubes[which], at, pan=which / 2.5 - 0.8, gain=0.2 * float(gust[at]) * take.between(0.3, 1))
    return canvas


@layer("music box", "musicbox lullaby toy carousel spieluhr karussell", level=-5, echo=0.45)
def music_box(take: Take) -> Stereo:
    """A small comb of steel plays a tune it half remembers."""
    canvas = take.silence()
    beats = take.times(2.1, least=4)
    tune = [int(take.rng.integers(len(PENTATONIC) * 2)) for _ in range(8)]
    for beat in range(beats):
        place = tune[beat % 8] if take.between(0, 1) < 0.85 else int(take.rng.integers(len(PENTATONIC) * 2))
        if beat % 8 in (3, 7) or take.between(0, 1) < 0.12:
            continue
        octave, step = divmod(place, len(PENTATONIC))
        hertz = take.root * 4 * 2 ** (octave + PENTATONIC[step] / 12)
        tine = struck([(hertz, 0.8, 1.6), (hertz * 2, 0.25, 0.8), (hertz * 6.27, 0.12, 0.25)], 1.6)
        at = take.at((beat + take.between(-0.03, 0.03)) * take.seconds / beats)
        put(canvas, tine, at, pan=take.between(-0.3, 0.3), gain=0.3 * take.between(0.7, 1))
    return canvas


@layer(
    "drone", "hum ambient atmosphere space cosmos void stars universe weltall sterne espace étoiles", level=-3, echo=0.6
)
def drone(take: Take) -> Stereo:
    """A held fifth of many slightly different strings, breathing."""
    canvas = take.silence()
    for ratio, level in ((0.5, 0.8), (1.0, 0.7), (1.5, 0.4), (2.0, 0.25), (3.0, 0.12)):
        for side in (-0.6, 0.6):
            hertz = take.tuned(take.root * ratio * (1 + 0.0022 * side))
            string = tone(hertz, take.length, (1, 0.4, 0.25, 0.12, 0.08, 0.04), phase=take.between(0, 1))
            put(canvas, string * drift(take, 3.5, low=0.25), 0, pan=side, gain=level * 0.3)
    return canvas + stereo_noise(take, sloped(band(60, 700, steep=1), -5)) * drift(take, 5, low=0.4) * np.float32(0.05)


@layer("choir", "voices angels chant monks singing chor engel gesang chœur choeur anges", level=-3, echo=0.9)
def choir(take: Take) -> Stereo:
    """Voices on one vowel, each a little late and a little off."""
    canvas = take.silence()
    for number, ratio in enumerate((1.0, 1.5, 2.0, 2.52, 3.0)):
        for singer in range(2):
            hertz = take.tuned(take.root * ratio * (1 + take.between(-0.004, 0.004)))
            partials = [vowel(hertz * harmonic) / harmonic**0.4 for harmonic in range(1, 14)]
            voice = tone(hertz, take.length, partials, phase=take.between(0, 1))
            put(canvas, voice * drift(take, 3, low=0.15), 0, pan=-0.8 + 0.4 * number, gain=0.16 if singer else 0.2)
    return canvas


def vowel(hertz: float) -> float:
    """Return how loud an open `ah` is at a frequency."""
    return (
        sum(
            level / (1 + ((hertz - centre) / width) ** 2)
            for centre, width, level in ((650, 110, 1.0), (1080, 130, 0.5), (2650, 260, 0.12))
        )
        + 0.02
    )


@layer("sparkle", "magic fairy fairies glitter stardust spell glimmer zauber fee fée magie", level=-6, echo=0.8)
def sparkle(take: Take) -> Stereo:
    """Runs of tiny bells that rise and vanish."""
    canvas = take.silence()
    for _ in range(take.times(0.5, least=2)):
        start, pan, step = int(take.rng.integers(take.length)), take.between(-0.8, 0.8), take.between(0.05, 0.09)
        for number in range(int(take.rng.integers(6, 13))):
            octave, place = divmod(number, len(PENTATONIC))
            hertz = take.root * 8 * 2 ** (octave + PENTATONIC[place] / 12)
            ping = struck([(hertz, 0.7, 0.7), (hertz * 2.01, 0.2, 0.3)], 0.7)
            put(canvas, ping, start + take.at(number * step), pan=pan, gain=0.16 * (1 - number / 16))
            pan = max(-0.9, min(0.9, pan + take.between(-0.2, 0.2)))
    return canvas


@layer("heartbeat", "heart pulse herz herzschlag cœur coeur", level=1, echo=0.15)
def heartbeat(take: Take) -> Stereo:
    """A heart heard from within."""
    canvas = take.silence()
    beats = take.times(1.02, least=2)
    for beat in range(beats):
        at = take.at(beat * take.seconds / beats)
        for late, hertz, level in ((0.0, 58, 1.0), (0.29, 74, 0.65)):
            length = take.at(0.2)
            thump = tone(np.linspace(hertz * 1.3, hertz * 0.8, length), length, (1, 0.35, 0.1))
            put(canvas, thump * swell(length, attack=0.12, release=0.75), at + take.at(late), gain=level * 0.8)
    return canvas


@layer(
    "engine",
    "spaceship rocket machine robot motor computer ship's-hum raumschiff roboter maschine fusée",
    level=-3,
    echo=0.3,
)
def engine(take: Take) -> Stereo:
    """A large machine at rest: a low hum, a fan, and a relay now and then."""
    canvas = stereo_noise(take, sloped(band(70, 900), -4)) * np.float32(0.16)
    for side in (-0.5, 0.5):
        hertz = take.tuned(48.0 * (1 + 0.006 * side))
        sound = tone(hertz, take.length, (1, 0.7, 0.5, 0.2, 0.3, 0.1, 0.15), phase=take.between(0, 1))
        put(canvas, sound, 0, pan=side, gain=0.3)
    put(canvas, noise(take, peak(620, 18)) * drift(take, 3, low=0.5), 0, pan=0.3, gain=0.06)
    for _ in range(take.times(0.4, least=1)):
        hertz, at, pan = take.between(900, 1700), int(take.rng.integers(take.length)), take.between(-0.7, 0.7)
        for beep in range(int(take.rng.integers(2, 5))):
            length = take.at(0.06)
            sound = soft_edges(tone(hertz * (1, 1.5, 1.25, 2)[beep % 4], length), 0.004, 0.02)
            put(canvas, sound, at + take.at(0.11 * beep), pan=pan, gain=0.1)
    return canvas
