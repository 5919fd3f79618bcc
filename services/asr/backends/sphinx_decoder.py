"""PocketSphinx, in a process of its own: it holds Python's lock for up to a tenth of a second at a time.

Its accuracy stands and falls with the mean that it subtracts from the cepstra. Left alone, it begins far off and counts
silence in. Here the mean is taken of voiced sound only, and what was decoded with a poor one is decoded again.
"""

import math
import re
from collections.abc import Iterator

import msgspec
from pocketsphinx import Decoder

from services.actor.answering import answer_questions
from services.asr.backends.sphinx_messages import Begin, Question, Said, Sound, Text, Voice, Whole

RATE = 16000
WINDOW, STEP = 410, 160
"""Samples of a frame, and from one frame to the next."""
TYPICAL = (47.0, -1.9, 5.6, 10.6, 2.6, -0.7, 2.0, -3.4, -4.0, -1.4, 0.3, 1.3, 3.3)
"""The mean of a voice that was never heard before."""
ADAPT = 400.0
"""Frames after which a microphone's own mean counts as much as the typical one."""
MEMORY = 3000.0
"""Frames of its past that count at most."""
TRUST = 60.0
"""Frames of the present voice that count as much as what is known of its microphone."""
LOOK = 100
"""Frames of voice in an utterance after which the mean is looked at again; before that, in its silences."""
PAUSE = 2
"""Silent pieces in a row after which the utterance is probably over: what takes long at its end is done at once."""
SHORT = 8 * 2 * RATE
"""Bytes of an utterance that may be decoded anew after a pause."""
SHIFT = 2.0
"""How far off the mean must have been to decode once more: root mean square over its components."""
PIECE = 2 * RATE // 10
WEIGHT = 500
"""Frames that PocketSphinx makes of a mean that it is given."""
VARIANT = re.compile(r"\(\d+\)$")

Mean = tuple[float, ...]


class Ear:
    """One decoder and the utterance that it hears."""

    def __init__(self) -> None:
        self.decoder = Decoder(samprate=RATE, loglevel="FATAL")
        self.utter(Begin())

    def answer(self, question: bytes) -> bytes:
        """Return the encoded answer to an encoded question."""
        asked = msgspec.msgpack.decode(question, type=Question)
        if isinstance(asked, Begin):
            self.stop()
            self.utter(asked)
            return msgspec.msgpack.encode(Text(""))
        if isinstance(asked, Sound):
            return msgspec.msgpack.encode(Text(self.hear(asked)))
        return msgspec.msgpack.encode(self.end())

    def utter(self, begin: Begin) -> None:
        """Expect a new utterance."""
        self.past, self.voice = begin.voice, Voice()
        self.prior = blend(TYPICAL, ADAPT, self.past)
        self.pcm = bytearray()
        self.looked = 0.0
        self.quiet = 0
        self.start()

    def hear(self, sound: Sound) -> str:
        """Take more sound; return the words so far."""
        self.pcm += sound.pcm
        self.quiet = 0 if sound.voiced else self.quiet + 1
        if self.open:
            self.follow(sound)
        elif sound.voiced:
            self.decode_all()
        hypothesis = self.decoder.hyp()
        return str(hypothesis.hypstr) if hypothesis else ""

    def follow(self, sound: Sound) -> None:
        """Decode more of an utterance that is on."""
        self.decode(sound.pcm)
        if sound.voiced:
            self.measure()
        self.use(self.mean())
        if self.worth_a_look():
            self.looked = self.voice.frames
            if distance(self.first, self.mean()) > SHIFT:
                self.decode_all()
        if self.quiet == PAUSE and self.voice.frames and len(self.pcm) <= SHORT:
            self.stop()

    def worth_a_look(self) -> bool:
        """Return whether so much more of the voice is known that its mean may have been far off."""
        if self.looked >= LOOK:
            return False
        return self.voice.frames >= LOOK or (self.quiet == 1 and self.voice.frames > 1.5 * self.looked)

    def end(self) -> Whole:
        """Return all words of the utterance."""
        self.stop()
        return Whole(tuple(self.words()), remembered(self.past, self.voice))

    def start(self) -> None:
        """Begin to decode with the best mean there is."""
        self.fed = 0
        self.first = self.mean()
        self.use(self.first)
        self.decoder.start_utt()
        self.open = True

    def stop(self) -> None:
        """End decoding, if it goes on."""
        if self.open:
            self.decoder.end_utt()
        self.open = False

    def decode(self, pcm: bytes) -> None:
        """Decode more sound."""
        self.fed += len(pcm) // 2
        if pcm:
            self.decoder.process_raw(pcm)

    def decode_all(self) -> None:
        """Decode the utterance anew, with the mean as it is known now."""
        self.stop()
        self.start()
        for at in range(0, len(self.pcm), PIECE):
            self.decode(bytes(self.pcm[at : at + PIECE]))
        self.use(self.mean())

    def mean(self) -> Mean:
        """Return the mean of this voice as far as it is known."""
        return blend(self.prior, TRUST, self.voice)

    def use(self, mean: Mean) -> None:
        """Have the decoder go on with a mean."""
        self.used, self.since = mean, self.fed
        self.decoder.set_cmn(",".join(f"{value:.6g}" for value in mean))

    def measure(self) -> None:
        """Add to the voice what was decoded since the mean was set last."""
        frames = frames_of(self.fed) - frames_of(self.since)
        mixed = [float(value) for value in self.decoder.get_cmn(True).split(",")]
        added = ((WEIGHT + frames) * now - WEIGHT * then for now, then in zip(mixed, self.used, strict=True))
        total = tuple(known + new for known, new in zip(self.voice.total, added, strict=True))
        self.voice = Voice(total, self.voice.frames + frames)

    def words(self) -> Iterator[Said]:
        """Yield the words of the utterance that has ended."""
        if self.decoder.hyp() is None:
            return
        for segment in self.decoder.seg():
            if segment.word[0] not in "<[":
                text = VARIANT.sub("", segment.word)
                yield Said(text, segment.start_frame / 100, (segment.end_frame + 1) / 100, min(1.0, segment.prob))


def frames_of(samples: int) -> int:
    """Return how many frames so many samples make."""
    return max(0, (samples - WINDOW) // STEP + 1)


def blend(known: Mean, weight: float, voice: Voice) -> Mean:
    """Return a mean that weighs so many frames together with a voice."""
    frames = weight + voice.frames
    return tuple((weight * old + new) / frames for old, new in zip(known, voice.total, strict=True))


def distance(one: Mean, other: Mean) -> float:
    """Return how far two means are apart."""
    return math.sqrt(sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) / len(one))


def remembered(past: Voice, now: Voice) -> Voice:
    """Return past and present together, with no more weight than the past may have."""
    frames = past.frames + now.frames
    keep = min(1.0, MEMORY / frames) if frames else 1.0
    total = tuple(keep * (old + new) for old, new in zip(past.total, now.total, strict=True))
    return Voice(total, keep * frames)


if __name__ == "__main__":
    answer_questions(lambda: Ear().answer)
