"""What the listener and the process that holds PocketSphinx say to each other."""

import msgspec


class Voice(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """How voices sound through a microphone on average: the sum of their cepstra, and of how many frames it is."""

    total: tuple[float, ...] = (0.0,) * 13
    frames: float = 0.0


class Begin(msgspec.Struct, frozen=True, tag="begin"):
    """A new utterance; whatever was heard before is forgotten. Answered with Text."""

    voice: Voice = Voice()
    """Of earlier utterances at the same microphone."""


class Sound(msgspec.Struct, frozen=True, tag="sound"):
    """More of the utterance: 16-bit samples, 16 kHz. Answered with Text."""

    pcm: bytes
    voiced: bool


class End(msgspec.Struct, frozen=True, tag="end"):
    """The utterance is over. Answered with Whole."""


class Text(msgspec.Struct, frozen=True):
    """The words so far."""

    text: str


class Said(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One word: seconds from the first byte of the utterance, and the recogniser's trust in it."""

    text: str
    start: float
    end: float
    confidence: float


class Whole(msgspec.Struct, frozen=True):
    """All words, and the voices of the microphone as they are known now."""

    words: tuple[Said, ...]
    voice: Voice


Question = Begin | Sound | End
