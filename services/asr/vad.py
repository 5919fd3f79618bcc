"""When somebody speaks: voiced frames, the noise of the room, and where an utterance begins and ends.

A frame counts as voiced when it sounds like a voice and stands out of the steady noise, which is the quietest moment
of the last two seconds: a voice has pauses, a fan has none.
"""

import math
from collections import deque
from itertools import islice
from operator import mul, sub
from typing import Literal, NamedTuple, Protocol

from services.asr.config import VoiceConfig

RATE = 16000
FRAME = 480
"""Samples."""
FRAME_BYTES = 2 * FRAME
FRAME_SECONDS = FRAME / RATE
MEMORY = 67
"""Frames that the noise of the room is judged by."""
LISTEN_FIRST = 10
"""Frames of a new microphone before anything is taken for a voice."""
LATEST, ENOUGH = 6, 3
"""Of the latest frames so many must be voiced for an utterance to begin."""
SUSTAIN = 3.0
"""Decibels by which a voice that has begun may be quieter than one that begins."""
LASTING, LEVEL = 25, 1.8
"""Voiced frames and decibels: what is as even as that for as long is a machine."""
BREAK = 8
"""Frames of silence that the beginning of an utterance may contain."""
HUSH = 12.0
"""Decibels, over one step of a sample, below which the floor never lies."""

State = Literal["silence", "begin", "speech", "end"]


class Sense(Protocol):
    """Tells what sounds like a voice."""

    def __call__(self, frame: bytes) -> bool: ...


class Frame(NamedTuple):
    """30 ms of sound and what was found in it."""

    pcm: bytes
    level: float
    """Decibels, over one step of a sample."""
    voicelike: bool


class Endpointer:
    """Finds the utterances in the sound of one microphone."""

    def __init__(self, config: VoiceConfig, sense: Sense) -> None:
        self.config, self.sense = config, sense
        self.recent: deque[Frame] = deque(maxlen=MEMORY)
        """What an utterance could begin with."""
        self.floors: deque[float] = deque(maxlen=MEMORY)
        self.levels: deque[float] = deque(maxlen=3)
        self.utterance: list[Frame] = []
        self.quiet = 0
        """Frames since the last voiced one."""
        self.first = 0
        """Which frame of the utterance is the first voiced one."""
        self.patience = round(config.silence / FRAME_SECONDS)
        self.longest = math.ceil(config.longest / FRAME_SECONDS)
        self.before = math.ceil(config.before / FRAME_SECONDS)

    @property
    def floor(self) -> float:
        """The steady noise, decibels."""
        return max(HUSH, min(self.floors, default=HUSH))

    @property
    def speaking(self) -> bool:
        """Whether an utterance is on."""
        return bool(self.utterance)

    def hear(self, pcm: bytes) -> State:
        """Take a frame; return what it is part of."""
        level = loudness(pcm)
        frame = Frame(pcm, level, self.sense(pcm))
        if level > 0:  # a muted microphone says nothing about the room
            self.levels.append(level)
            self.floors.append(sum(self.levels) / len(self.levels))
        return self._go_on(frame) if self.utterance else self._wait(frame)

    def finish(self) -> bool:
        """End the utterance here, if one is on; return whether there was one."""
        self.recent.clear()
        was, self.utterance = bool(self.utterance), []
        return was

    def steady(self) -> bool:
        """Return whether the utterance, looked at again with the floor as it is now, was mere noise."""
        levels = sorted(frame.level for frame in self.utterance if self._voiced(frame, 0.0))
        if len(levels) < ENOUGH:
            return True
        spread = levels[len(levels) * 4 // 5] - levels[len(levels) // 5]
        return len(levels) >= LASTING and spread < LEVEL

    def _voiced(self, frame: Frame, bonus: float) -> bool:
        return frame.voicelike and frame.level > self.floor + self.config.louder - bonus

    def _wait(self, frame: Frame) -> State:
        self.recent.append(frame)
        if len(self.floors) < LISTEN_FIRST:
            return "silence"
        latest = islice(self.recent, max(0, len(self.recent) - LATEST), None)
        if sum(self._voiced(each, 0.0) for each in latest) < ENOUGH:
            return "silence"
        start = self._start()
        kept = max(0, start - self.before)
        self.utterance = list(islice(self.recent, kept, None))
        self.first = start - kept
        self.quiet = 0
        self.recent.clear()
        return "begin"

    def _start(self) -> int:
        """Return which of the recent frames is the first of the voice that is heard now."""
        start, silent = len(self.recent) - 1, 0
        for index in range(len(self.recent) - 1, -1, -1):
            if self._voiced(self.recent[index], SUSTAIN):
                start, silent = index, 0
            else:
                silent += 1
                if silent > BREAK:
                    break
        return start

    def _go_on(self, frame: Frame) -> State:
        before = self.utterance[-1]
        self.utterance.append(frame)
        # A lone voiced frame in a silence is a click.
        voiced = self._voiced(frame, SUSTAIN) and (self.quiet == 0 or self._voiced(before, SUSTAIN))
        self.quiet = 0 if voiced else self.quiet + 1
        if self.quiet >= self.patience or len(self.utterance) >= self.longest:
            return "end"
        return "speech"


def loudness(pcm: bytes) -> float:
    """Return the level between 300 and 2500 Hz, roughly, in decibels over one step of a sample; 0 for nothing.

    Hum lies below and most of a hiss above.
    """
    samples = memoryview(pcm).cast("h")
    means = [(a + b + c + d) / 4 for a, b, c, d in zip(*(samples[start::4] for start in range(4)), strict=True)]
    steps = list(map(sub, means[1:], means))
    energy = sum(map(mul, steps, steps)) / len(steps)
    return 10 * math.log10(energy) if energy > 1 else 0.0
