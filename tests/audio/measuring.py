"""What tests measure in a sound."""

import numpy as np

from services.audio.conformance.measuring import Samples, bend, heard, seam

__all__ = ["Samples", "bend", "centroid", "heard", "seam"]


def centroid(sound: Samples, rate: int) -> float:
    """Return the centre of the spectrum in Hz."""
    power = np.abs(np.fft.rfft(sound[0])) ** 2
    return float(np.sum(power * np.fft.rfftfreq(sound.shape[1], 1 / rate)) / np.sum(power))
