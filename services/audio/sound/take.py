"""The length, the rate and the luck of one recording."""

import hashlib
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Mono = NDArray[np.float32]
"""One channel, shaped (length,)."""
Stereo = NDArray[np.float32]
"""Two channels, shaped (2, length)."""

RATE = 48_000
"""Samples per second: what sound cards run at. A browser that had to convert would mark the seam of a loop."""
SMALL_PRIMES = (2, 3, 5, 7)


@dataclass(frozen=True)
class Take:
    """One recording to be made."""

    length: int
    """Samples."""
    seed: str
    root: float = 110.0
    """The tone in Hz on which everything tonal rests."""
    rate: int = RATE
    rng: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        digest = hashlib.blake2b(self.seed.encode(), digest_size=16).digest()
        object.__setattr__(self, "rng", np.random.default_rng(int.from_bytes(digest, "little")))

    @property
    def seconds(self) -> float:
        """Duration."""
        return self.length / self.rate

    def at(self, seconds: float) -> int:
        """Return a time as a number of samples."""
        return round(seconds * self.rate)

    def named(self, name: str) -> "Take":
        """Return the same recording with luck of its own, so that no part depends on what was made before it."""
        return Take(self.length, f"{self.seed}|{name}", self.root, self.rate)

    def times(self, per_second: float, *, least: int = 1) -> int:
        """Return how often something happens in the loop, a whole number."""
        return max(least, round(per_second * self.seconds))

    def tuned(self, hertz: float) -> float:
        """Return the nearest frequency that fits the loop in whole periods."""
        return max(1, round(hertz * self.seconds)) / self.seconds

    def between(self, low: float, high: float) -> float:
        """Return a random number."""
        return float(self.rng.uniform(low, high))

    def silence(self) -> Stereo:
        """Return an empty stereo canvas."""
        return np.zeros((2, self.length), np.float32)


def smooth_length(wanted: int) -> int:
    """Return the next length with small prime factors only: Fourier transforms of others take much longer."""
    length = max(wanted, 2)
    while not is_smooth(length):
        length += 1
    return length


def is_smooth(number: int) -> bool:
    """Return whether a number is even and a product of small primes."""
    rest = number
    for prime in SMALL_PRIMES:
        while rest % prime == 0:
            rest //= prime
    return rest == 1 and number % 2 == 0
