"""Whether a frame sounds like a voice: the detector that browsers use, which PocketSphinx brings along."""

from pocketsphinx import Vad


class Webrtc:
    """Judges frames of 30 ms; remembers the last few."""

    def __init__(self, strictness: int) -> None:
        """`strictness` goes from 0 to 3."""
        self.vad = Vad(mode=strictness, sample_rate=16000, frame_length=0.03)

    def __call__(self, frame: bytes) -> bool:
        """Return whether it sounds like a voice."""
        return bool(self.vad.is_speech(frame))
