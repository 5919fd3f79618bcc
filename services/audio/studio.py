"""The child process in which soundscapes and music are computed, behind more urgent work.

Run as a program; it answers one `Ambience` or `Piece` with one `Recording`, in MessagePack.
"""

import os
from collections.abc import Callable

import msgspec

from services.actor.answering import answer_questions
from services.actor.memory import give_back
from services.audio.composer import Piece
from services.audio.soundscaper import Ambience, Recording

SHORTEST, LONGEST = 2.0, 120.0
"""Seconds. A longer loop would need gigabytes; it repeats instead."""


def prepare() -> Callable[[bytes], bytes]:
    """Load what makes sound, and return the function that answers."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # it steps back; a pool of threads would only cost memory
    from services.audio.rendering import compose, surround  # noqa: PLC0415 - loaded here, where its absence can be told

    wishes = msgspec.msgpack.Decoder(Ambience | Piece)
    encoder = msgspec.msgpack.Encoder()

    surround(Ambience(sounds=("wind",), mood="", seconds=SHORTEST, seed=0), SHORTEST)  # the first one is the slowest

    def answer(question: bytes) -> bytes:
        wish = wishes.decode(question)
        seconds = min(max(wish.seconds, SHORTEST), LONGEST)
        recording: Recording = surround(wish, seconds) if isinstance(wish, Ambience) else compose(wish, seconds)
        data = encoder.encode(recording)
        give_back()
        return data

    return answer


if __name__ == "__main__":
    answer_questions(prepare)
