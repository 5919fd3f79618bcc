"""Sound for the listener's tests: recorded sentences, silence and noise."""

import wave
from pathlib import Path

import numpy as np

SOUNDS = Path(__file__).parent.parent / "sounds"
FRAME = 960
"""Bytes."""


def recording(name: str) -> bytes:
    """Return the samples of a recorded sentence."""
    with wave.open(str(SOUNDS / f"{name}.wav")) as file:
        return bytes(file.readframes(file.getnframes()))


def bare(name: str) -> bytes:
    """Return a recorded sentence that begins with its first sound."""
    samples = np.frombuffer(recording(name), "<i2")
    return bytes(samples[int(np.argmax(np.abs(samples) > 600)) :])


def silence(seconds: float) -> bytes:
    """Return no sound at all."""
    return bytes(2 * round(16000 * seconds))


def noise(seconds: float, level: float, seed: int = 1) -> bytes:
    """Return white noise of a level in steps of a sample."""
    samples = np.random.default_rng(seed).normal(0, level, round(16000 * seconds))
    return bytes(np.clip(np.rint(samples), -32768, 32767).astype("<i2"))


def frames(pcm: bytes) -> list[bytes]:
    """Return sound cut into whole frames of 30 ms."""
    return [pcm[at : at + FRAME] for at in range(0, len(pcm) - FRAME + 1, FRAME)]
