"""The instruments: each makes one note of a pitch and a length."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from services.audio.sound.grains import burst, curve, decay, soft_edges, softened, struck, swell, tone
from services.audio.sound.take import RATE, Mono

Play = Callable[[float, float, np.random.Generator], Mono]
"""(hertz, seconds, luck) -> one note."""
Role = Literal["held", "plucked", "sung", "deep", "beaten"]


@dataclass(frozen=True)
class Instrument:
    """Something that can be played."""

    play: Play
    role: Role
    """What it does in a piece: chords, broken chords, the tune, the ground, the pulse."""
    level: float
    also: str = ""


def strings(hertz: float, seconds: float, rng: np.random.Generator) -> Mono:
    """Return a section of bowed strings."""
    partials = [1 / n**1.5 / (1 + (n * hertz / 1900) ** 2) for n in range(1, 13)]
    return ensemble(hertz, seconds, rng, partials, shiver=0.0035)


def pad(hertz: float, seconds: float, rng: np.random.Generator) -> Mono:
    """Return a soft held sound without a body."""
    return ensemble(hertz, seconds, rng, (1, 0.22, 0.12, 0.03), shiver=0.0012)


def voices(hertz: float, seconds: float, rng: np.random.Generator) -> Mono:
    """Return a few people on one vowel."""
    shape = ((520, 120, 1.0), (1000, 140, 0.45), (2600, 300, 0.08))
    partials = [
        (sum(level / (1 + ((n * hertz - centre) / width) ** 2) for centre, width, level in shape) + 0.03) / n**0.3
        for n in range(1, 12)
    ]
    return ensemble(hertz, seconds, rng, partials, shiver=0.006)


def organ(hertz: float, seconds: float, rng: np.random.Generator) -> Mono:
    """Return wooden pipes."""
    return ensemble(hertz, seconds, rng, (1, 0.5, 0.12, 0.25, 0.02, 0.08), shiver=0.0004)


def ensemble(hertz: float, seconds: float, rng: np.random.Generator, partials: "Levels", *, shiver: float) -> Mono:
    """Return several players on one note, none of them exactly on it."""
    length = round(seconds * RATE)
    steps = np.arange(length, dtype=np.float32) / RATE
    sound = np.zeros(length, np.float32)
    for off in (-0.0016, 0.0017):
        speed, phase = rng.uniform(4.2, 5.6), rng.uniform(0, 6.3)
        path = hertz * (1 + off + shiver * np.sin(2 * np.pi * speed * steps + phase))
        sound += tone(path, length, partials, phase=float(rng.uniform()))
    rise = min(0.45, 1.1 / seconds)
    return sound * swell(length, attack=rise, release=min(0.5, 1.4 / seconds)) * np.float32(0.5)


def piano(hertz: float, seconds: float, rng: np.random.Generator) -> Mono:
    """Return a felted piano."""
    stiff, lasts = 0.0004, 4.5 * (220 / hertz) ** 0.4
    partials = [
        (hertz * n * np.sqrt(1 + stiff * n * n), 0.8 / n**1.35 / (1 + (n * hertz / 2600) ** 2), lasts / (1 + 0.35 * n))
        for n in range(1, 10)
    ]
    sound = struck(partials, min(seconds + 1.6, lasts), attack=0.006)
    knock = softened(burst(rng, 0.05, dies=0.03), 80, 700) * np.float32(0.06)
    sound[: len(knock)] += knock
    return released(sound, seconds)


def plucked(hertz: float, rng: np.random.Generator, *, lasts: float, bright: float, place: float) -> Mono:
    """Return a plucked string: noise that runs round a delay and loses its treble at every turn.

    Solved in the frequency domain: there the loop is one division, and the string in tune to fractions of a sample.
    """
    size = 1 << 18
    omega = 2 * np.pi * np.fft.rfftfreq(size)
    turn = np.exp(-1j * omega * (RATE / hertz))
    kilohertz = omega * RATE / (2000 * np.pi)
    kept = 10 ** (-3 / (lasts * hertz)) * np.exp(-(0.9 / bright) * kilohertz**1.3 / hertz)
    pick = softened(rng.standard_normal(round(RATE / hertz), np.float32), 30, 900 * bright + 2 * hertz)
    plucks = np.fft.rfft(pick, size) * (1 - np.exp(-1j * omega * (place * RATE / hertz)))
    sound = np.fft.irfft(plucks / (1 - kept * turn), size)[: round(lasts * RATE)].astype(np.float32)
    sound *= np.float32(0.55) / np.abs(sound).max()
    return soft_edges(sound, 0.001, 0.4)


def harp(hertz: float, _seconds: float, rng: np.random.Generator) -> Mono:
    """Return a harp's string, left to ring."""
    return plucked(hertz, rng, lasts=3.4 * (220 / hertz) ** 0.25, bright=2.2, place=0.42)


def guitar(hertz: float, seconds: float, rng: np.random.Generator) -> Mono:
    """Return a string of nylon, damped by the next note."""
    return released(plucked(hertz, rng, lasts=2.6, bright=1.6, place=0.18), seconds + 0.4)


def bells(hertz: float, _seconds: float, _rng: np.random.Generator) -> Mono:
    """Return a small bell."""
    return struck(((hertz, 0.6, 2.8), (hertz * 2.0, 0.3, 1.7), (hertz * 2.98, 0.2, 1.1), (hertz * 5.4, 0.07, 0.5)), 3.0)


def celesta(hertz: float, _seconds: float, _rng: np.random.Generator) -> Mono:
    """Return a steel plate under felt."""
    return struck(((hertz, 0.7, 1.7), (hertz * 2.0, 0.16, 1.0), (hertz * 4.0, 0.1, 0.5), (hertz * 6.3, 0.04, 0.2)), 1.9)


def marimba(hertz: float, _seconds: float, _rng: np.random.Generator) -> Mono:
    """Return a wooden bar."""
    return struck(((hertz, 0.8, 0.9), (hertz * 3.93, 0.18, 0.25), (hertz * 9.2, 0.05, 0.08)), 1.1, attack=0.003)


def flute(hertz: float, seconds: float, rng: np.random.Generator) -> Mono:
    """Return a wooden flute, breath included."""
    length = round((seconds + 0.15) * RATE)
    steps = np.arange(length, dtype=np.float32) / RATE
    deep = 0.006 * np.clip(steps / 0.6, 0, 1)
    path = hertz * (1 + deep * np.sin(2 * np.pi * 5.1 * steps)) * curve([(0, 0.985), (0.06, 1), (1, 1)], length)
    breath = softened(rng.standard_normal(length, np.float32), hertz * 0.9, hertz * 3) * np.float32(0.045)
    shape = swell(length, attack=min(0.4, 0.09 / seconds), release=min(0.5, 0.2 / seconds))
    return (tone(path, length, (0.6, 0.16, 0.08, 0.02)) + breath) * shape


def cello(hertz: float, seconds: float, rng: np.random.Generator) -> Mono:
    """Return one low string, bowed."""
    body = ((230, 80, 0.8), (480, 140, 0.6), (1100, 350, 0.25))
    partials = [
        (sum(level / (1 + ((n * hertz - centre) / width) ** 2) for centre, width, level in body) + 0.08) / n**0.7
        for n in range(1, 14)
    ]
    return ensemble(hertz, seconds, rng, partials, shiver=0.003)


def bass(hertz: float, seconds: float, rng: np.random.Generator) -> Mono:
    """Return a low held tone that is felt more than heard."""
    return ensemble(hertz, seconds, rng, (1, 0.35, 0.1, 0.03), shiver=0.0008)


def drum(hertz: float, _seconds: float, rng: np.random.Generator) -> Mono:
    """Return a large skin, struck softly."""
    length = round(0.9 * RATE)
    skin = tone(curve([(0, hertz * 1.5), (0.08, hertz), (1, hertz * 0.96)], length), length, (1, 0.2)) * decay(
        length, 0.7
    )
    slap = softened(burst(rng, 0.06, dies=0.04), 120, 900) * np.float32(0.25)
    skin[: len(slap)] += slap
    return soft_edges(skin, 0.002, 0.1)


def released(sound: Mono, seconds: float) -> Mono:
    """Return a note whose key is let go after `seconds`."""
    end = min(len(sound), round((seconds + 0.35) * RATE))
    return soft_edges(sound[:end], 0.0, min(0.35, end / RATE))


Levels = list[float] | tuple[float, ...]

INSTRUMENTS: dict[str, Instrument] = {
    "strings": Instrument(strings, "held", 0.5, "violin violins viola orchestra streicher cordes"),
    "pad": Instrument(pad, "held", 0.6, "synth synthesizer ambient"),
    "choir": Instrument(voices, "held", 0.55, "voices voice chor choeur chœur"),
    "organ": Instrument(organ, "held", 0.4, "harmonium accordion orgel orgue"),
    "piano": Instrument(piano, "plucked", 0.55, "keys klavier"),
    "harp": Instrument(harp, "plucked", 0.6, "harfe harpe lyre zither"),
    "guitar": Instrument(guitar, "plucked", 0.6, "lute gitarre guitare banjo ukulele"),
    "marimba": Instrument(marimba, "plucked", 0.6, "xylophone kalimba vibraphone"),
    "bells": Instrument(bells, "sung", 0.34, "bell glockenspiel chimes glocken cloches"),
    "celesta": Instrument(celesta, "sung", 0.42, "musicbox spieluhr celeste"),
    "flute": Instrument(flute, "sung", 0.5, "whistle recorder clarinet oboe flöte flûte"),
    "cello": Instrument(cello, "deep", 0.5, "contrabass horn bassoon trombone violoncello"),
    "drone": Instrument(bass, "deep", 0.42, "bass bourdon"),
    "drum": Instrument(drum, "beaten", 0.6, "drums percussion taiko timpani trommel tambour"),
}
