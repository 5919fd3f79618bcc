"""Sound of any rate and number of channels, brought to the rate of the recognisers."""

import numpy as np
import numpy.typing as npt

from services.asr.vad import RATE

TAPS = 64
"""Of the low-pass filter, for each time that the rate is divided."""

Samples = npt.NDArray[np.float32]


class Converter:
    """Converts a stream of 16-bit samples, stretch by stretch, to one channel at 16 kHz."""

    def __init__(self, rate: int, channels: int = 1) -> None:
        self.channels = channels
        self.step = rate / RATE
        count = int(TAPS * max(1.0, self.step)) | 1
        self.filter = low_pass(count, 0.45 / max(1.0, self.step))
        self.tail = np.zeros(count - 1, np.float32)
        self.last = np.zeros(1, np.float32)
        """The filtered sample before the next stretch."""
        self.at = 1.0
        """Where in the next stretch the next sample is read, counted from `last`."""

    def __call__(self, pcm: bytes) -> bytes:
        """Return what a stretch of interleaved samples adds."""
        mixed = np.frombuffer(pcm, "<i2").reshape(-1, self.channels).mean(axis=1, dtype=np.float32)
        if self.step == 1.0:
            return packed(mixed)
        if not len(mixed):
            return b""
        padded = np.concatenate([self.tail, mixed])
        self.tail = padded[len(padded) - len(self.tail) :]
        known = np.concatenate([self.last, np.convolve(padded, self.filter, "valid")])
        places = np.arange(self.at, len(known) - 1 + 1e-9, self.step)
        self.at += len(places) * self.step - (len(known) - 1)
        self.last = known[-1:].astype(np.float32)
        return packed(np.interp(places, np.arange(len(known)), known))


def low_pass(count: int, cutoff: float) -> Samples:
    """Return a filter that lets through what lies below `cutoff`, in cycles a sample."""
    places = np.arange(count) - count // 2
    taps = np.sinc(2 * cutoff * places) * np.hamming(count)
    return np.asarray(taps / taps.sum(), np.float32)


def packed(samples: npt.NDArray[np.floating]) -> bytes:
    """Return samples as 16-bit ones."""
    return bytes(np.clip(np.rint(samples), -32768, 32767).astype("<i2").tobytes())
