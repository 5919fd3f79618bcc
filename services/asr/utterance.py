"""One utterance: sound that is still coming in while it is being recognised."""

from collections.abc import AsyncIterator

import anyio

from services.asr.listener import Piece
from services.asr.vad import FRAME_SECONDS

PIECE = 3
"""Frames that are recognised at a time."""


class Utterance:
    """Grows while somebody speaks. Any number of readers may follow it, each from its beginning."""

    def __init__(self, mic: str, frames: list[bytes], lead: int) -> None:
        """`lead` of the frames come before the first voiced one."""
        self.mic, self.lead = mic, lead
        self.frames = frames
        self.voiced = [index >= lead for index in range(len(frames))]
        self.over = False
        self.noise = False
        """Whether it turned out to be no voice at all."""
        self.ended = 0.0
        """Monotonic clock at the last voiced sample."""
        self.grown = anyio.Event()

    @property
    def seconds(self) -> float:
        """From the first to the last voiced sample."""
        last = max((index for index, voiced in enumerate(self.voiced) if voiced), default=self.lead)
        return (last + 1 - self.lead) * FRAME_SECONDS

    def add(self, frame: bytes, *, voiced: bool) -> None:
        """Take one more frame."""
        self.frames.append(frame)
        self.voiced.append(voiced)
        self._tell()

    def end(self, *, noise: bool, ended: float) -> None:
        """Say that nothing more will come."""
        self.over, self.noise, self.ended = True, noise, ended
        self._tell()

    async def pieces(self) -> AsyncIterator[Piece]:
        """Yield the sound from its beginning, as it comes in, until the utterance is over."""
        at = self.lead
        if at:
            yield Piece(b"".join(self.frames[:at]), voiced=False)
        while True:
            while len(self.frames) - at < PIECE and not self.over:
                await self.grown.wait()
            if at == len(self.frames):
                return
            to = min(len(self.frames), at + PIECE)
            yield Piece(b"".join(self.frames[at:to]), voiced=2 * sum(self.voiced[at:to]) > to - at)
            at = to

    def _tell(self) -> None:
        self.grown.set()
        self.grown = anyio.Event()
