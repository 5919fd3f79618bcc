"""The child process that holds the eSpeak NG library, which is not re-entrant and may crash on strange text.

Run as a program; it answers one `Utterance` with one `Answer`, in MessagePack.
"""

import ctypes
from collections.abc import Callable
from typing import Any

import msgspec

from services.actor.answering import Impossible, answer_questions

SYNCHRONOUS = 2
UTF8 = 1
WORD = 1
END = 0
RATE, VOLUME, PITCH, RANGE = 1, 2, 3, 4
OK = 0


class Utterance(msgspec.Struct, frozen=True, kw_only=True):
    """What to say, and how."""

    text: str
    voices: tuple[str, ...]
    """The first that exists is taken."""
    words_per_minute: int
    pitch: int
    melody: int


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What was said."""

    voice: str = ""
    """Empty when none of the voices exists."""
    rate: int = 22050
    samples: bytes = b""
    """16 bits each, little-endian."""
    words: tuple[tuple[int, float], ...] = ()
    """Place in the text, and seconds from the beginning."""


class Event(ctypes.Structure):
    """espeak_EVENT."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_int * 2),
    )


Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(Event))


class Espeak:
    """The library, open."""

    def __init__(self, library: Any, data: str) -> None:
        self.library = library
        self.rate: int = library.espeak_Initialize(SYNCHRONOUS, 0, data.encode(), 0)
        if self.rate <= 0:
            raise Impossible("eSpeak NG does not find its data: install espeakng-loader again")
        self.sound: list[bytes] = []
        self.words: list[tuple[int, float]] = []
        self.callback = Callback(self.hear)  # kept, or the library would call into freed memory
        library.espeak_SetSynthCallback(self.callback)

    def hear(self, samples: Any, count: int, events: Any) -> int:
        """Take in what the library has made so far."""
        if samples and count > 0:
            self.sound.append(ctypes.string_at(samples, 2 * count))
        index = 0
        while events[index].type != END:
            if events[index].type == WORD:
                self.words.append((events[index].text_position - 1, events[index].sample / self.rate))
            index += 1
        return 0

    def speak(self, utterance: Utterance) -> Answer:
        """Return an utterance as sound."""
        voice = next((name for name in utterance.voices if self.library.espeak_SetVoiceByName(name.encode()) == OK), "")
        if not voice:
            return Answer()
        self.library.espeak_SetParameter(RATE, min(max(utterance.words_per_minute, 80), 450), 0)
        self.library.espeak_SetParameter(PITCH, min(max(utterance.pitch, 0), 99), 0)
        self.library.espeak_SetParameter(RANGE, min(max(utterance.melody, 0), 99), 0)
        self.sound.clear()
        self.words.clear()
        text = utterance.text.replace("\0", " ").encode()
        self.library.espeak_Synth(text, len(text) + 1, 0, 1, 0, UTF8, None, None)
        return Answer(voice=voice, rate=self.rate, samples=b"".join(self.sound), words=tuple(self.words))


def prepare() -> Callable[[bytes], bytes]:
    """Open the library, and return the function that answers."""
    try:
        import espeakng_loader  # noqa: PLC0415 - loaded here, where its absence can be told

        espeak = Espeak(ctypes.CDLL(espeakng_loader.get_library_path()), espeakng_loader.get_data_path())
    except (ImportError, OSError) as error:
        raise Impossible(f"eSpeak NG cannot be loaded ({error}): install espeakng-loader") from error
    utterances = msgspec.msgpack.Decoder(Utterance)

    def answer(question: bytes) -> bytes:
        return msgspec.msgpack.encode(espeak.speak(utterances.decode(question)))

    return answer


if __name__ == "__main__":
    answer_questions(prepare)
