"""What can be measured in a sound file."""

import io
from typing import NamedTuple

import numpy as np
import soundfile
from numpy.typing import NDArray

from services.actor.conformance import Broken, require
from services.audio.sound.loudness import loudness

Samples = NDArray[np.float64]
"""Shaped (channels, length)."""
TYPES = {
    "WAV": ("audio/wav", "audio/x-wav"),
    "FLAC": ("audio/flac",),
    "OGG": ("audio/ogg",),
    "MP3": ("audio/mpeg",),
}
"""What browsers play, by the names of libsndfile."""
SHORT = 0.02
"""Seconds that a sound may differ from the length that it tells."""


class Heard(NamedTuple):
    """A sound that was decoded."""

    samples: Samples
    rate: int

    @property
    def seconds(self) -> float:
        """How long it is."""
        return float(self.samples.shape[1] / self.rate)

    @property
    def loudness(self) -> float:
        """How loud it is, in LUFS."""
        return float(loudness(self.samples.astype(np.float32), self.rate))


def heard(data: bytes) -> tuple[Samples, int]:
    """Return a sound file as samples, and its rate."""
    samples, rate = soundfile.read(io.BytesIO(data), always_2d=True)
    return np.asarray(samples, np.float64).T, int(rate)


def decoded(data: bytes, media_type: str, seconds: float) -> Heard:
    """Return a sound. Raise Broken when it is none, another kind of file than it says, or of another length."""
    try:
        kind = soundfile.info(io.BytesIO(data)).format
        sound = Heard(*heard(data))
    except soundfile.LibsndfileError as error:
        raise Broken(f"cannot be decoded: {error}") from error
    known = TYPES.get(kind, ())
    require(media_type in known, f"says {media_type!r}, and is {known[0] if known else kind}")
    off = abs(sound.seconds - seconds)
    require(off < SHORT, f"says that it lasts {seconds:.2f} s, and lasts {sound.seconds:.2f} s")
    require(bool(np.isfinite(sound.samples).all()), "holds samples that are no numbers")
    require(float(np.abs(sound.samples).max(initial=0.0)) < 1.0, "is so loud that it clips")
    return sound


def seam(sound: Samples) -> float:
    """Return the step from the last sample to the first, compared to the largest steps elsewhere."""
    steps = np.abs(np.diff(sound, axis=1))
    return float(np.max(np.abs(sound[:, 0] - sound[:, -1]) / np.percentile(steps, 99.9, axis=1)))


def bend(sound: Samples) -> float:
    """Return how sharply the sound bends where it repeats, compared to the sharpest bends elsewhere."""
    twice = np.concatenate([sound, sound], axis=1)
    bends = np.abs(np.diff(twice, n=2, axis=1))
    length = sound.shape[1]
    return float(np.max(bends[:, length - 3 : length + 3]) / np.percentile(bends, 99.9))
