"""The words that appear while somebody speaks."""

import time
from collections.abc import Callable

from bus import Bus
from schemas import SpeechPartial, SpeechStarted, because

OFTEN = 0.12
"""Seconds between two of them at least."""
SETTLED = 3
"""Times in a row that a word must have been recognised in the same way, after the same words, to count as settled."""


class Caption:
    """Publishes the words so far, when they have changed and not too often."""

    def __init__(self, bus: Bus, started: SpeechStarted, clock: Callable[[], float] = time.monotonic) -> None:
        self.bus, self.started, self.clock = bus, started, clock
        self.words: list[str] = []
        self.ages: list[int] = []
        self.shown = ""
        self.revision = 0
        self.due = 0.0

    def show(self, text: str) -> None:
        """Take the words so far."""
        words = text.split()
        same = common(self.words, words)
        self.ages = [age + 1 for age in self.ages[:same]] + [1] * (len(words) - same)
        self.words = words
        if text != self.shown and self.clock() >= self.due:
            self._post(text)

    def clear(self) -> None:
        """Take the words back: it was no speech."""
        self.words, self.ages = [], []
        self._post("")

    @property
    def stable(self) -> int:
        """How many leading words have settled."""
        return next((index for index, age in enumerate(self.ages) if age < SETTLED), len(self.ages))

    def _post(self, text: str) -> None:
        self.shown, self.due = text, self.clock() + OFTEN
        self.revision += 1
        partial = SpeechPartial(mic=self.started.mic, text=text, stable=self.stable, revision=self.revision)
        self.bus.post(because(self.started, partial))


def common(one: list[str], other: list[str]) -> int:
    """Return how many leading words two lists share."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(one), len(other)))
