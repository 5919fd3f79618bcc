"""One microphone: its sound cut into frames, and the utterances found in them."""

from collections.abc import Callable

from services.asr.listener import Sound
from services.asr.utterance import Utterance
from services.asr.vad import FRAME_BYTES, FRAME_SECONDS, RATE, Endpointer


class Microphone:
    """The state of one microphone. What happens to it concerns no other."""

    def __init__(self, name: str, endpointer: Endpointer, begun: Callable[[Utterance], None]) -> None:
        """`begun` takes every utterance as soon as it begins."""
        self.name, self.endpointer, self.begun = name, endpointer, begun
        self.rest = b""
        """Less than a frame."""
        self.utterance: Utterance | None = None
        self.clock = 0.0
        """Monotonic clock at the last sample."""

    def hear(self, sound: Sound) -> None:
        """Take sound; begin and end utterances."""
        self.clock = sound.clock
        pcm = self.rest + sound.pcm
        whole = len(pcm) - len(pcm) % FRAME_BYTES
        for at in range(0, whole, FRAME_BYTES):
            later = (len(pcm) - at - FRAME_BYTES) / (2 * RATE)
            self._frame(pcm[at : at + FRAME_BYTES], sound.clock - later)
        self.rest = pcm[whole:]

    def close(self) -> None:
        """End what is being said, as nothing more will come."""
        if self.utterance is not None:
            self._end(self.utterance, self.clock)

    def _frame(self, pcm: bytes, clock: float) -> None:
        state = self.endpointer.hear(pcm)
        if state == "begin":
            frames = [frame.pcm for frame in self.endpointer.utterance]
            self.utterance = Utterance(self.name, frames, self.endpointer.first)
            self.begun(self.utterance)
        elif self.utterance is not None:
            self.utterance.add(pcm, voiced=self.endpointer.quiet == 0)
            if state == "end":
                self._end(self.utterance, clock)

    def _end(self, utterance: Utterance, clock: float) -> None:
        silence = self.endpointer.quiet * FRAME_SECONDS
        utterance.end(noise=self.endpointer.steady(), ended=clock - silence)
        self.endpointer.finish()
        self.utterance = None
