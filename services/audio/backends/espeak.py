"""eSpeak NG, warmed up and put into a room. The last resort: it needs no program, no model and no network."""

import re
from collections.abc import Sequence
from contextlib import AsyncExitStack
from importlib.metadata import version
from types import TracebackType
from typing import Self

import msgspec
import numpy as np

from services.actor.child import Child
from services.actor.errors import Unsupported
from services.actor.threads import in_thread
from services.audio.backends.espeak_child import Answer, Utterance
from services.audio.config import Espeak
from services.audio.narrator import Line, Spoken
from services.audio.sound.moods import mood_of
from services.audio.speech.finish import Colour, Raw, finished
from services.audio.speech.words import Span, spans, speakable

COLOUR = Colour(warmth=3.0, edge=-3.0, air=-3.0)
FIRST = Line(text="Once.", language="en")
"""Spoken to nobody when the voice is opened: the first sentence takes several times as long as the others."""
NAME = re.compile(r"[A-Za-z0-9]+(?:[-_ ][A-Za-z0-9]+)*")
OTHERS = {
    "en": "en-gb",
    "zh": "cmn",
    "no": "nb",
    "zh-cn": "cmn",
    "zh-tw": "cmn",
    "zh-hk": "yue",
    "pt-pt": "pt",
    "es-mx": "es-419",
}
"""Languages that eSpeak NG calls differently."""


class EspeakNarrator:
    """Speaks more than a hundred languages."""

    name = "espeak"
    version = version("espeakng-loader")
    capabilities = frozenset({"MARKS", "PACE", "VOICES", "LANGUAGES", "MOODS"})

    def __init__(self, config: Espeak) -> None:
        self.config = config
        self.child = Child("services.audio.backends.espeak_child", patience=8.0)
        self.closing = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as opening:
            await opening.enter_async_context(self.child)
            await self.speak(FIRST)
            self.closing = opening.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.closing.aclose()

    async def speak(self, line: Line) -> Spoken:
        """Return the sentence as sound."""
        reply = await self.child.ask(msgspec.msgpack.encode(self.utterance(line)))
        answer = msgspec.msgpack.decode(reply, type=Answer)
        if not answer.voice:
            raise Unsupported(f"eSpeak NG has no voice for the language {line.language!r}")
        return await in_thread(spoken, line, answer)

    def utterance(self, line: Line) -> Utterance:
        """Return what to say, and how the mood and the voice make it sound."""
        mood = mood_of(line.mood)
        return Utterance(
            text=speakable(line.text),
            voices=voices(line.language, self.variant(line.voice)),
            words_per_minute=round(self.config.words_per_minute * line.pace * (0.94 + 0.17 * mood.energy)),
            pitch=round(self.config.pitch + 6 * mood.light),
            melody=round(self.config.melody + 30 * (mood.energy - 0.35)),
        )

    def variant(self, voice: str) -> str:
        """Return the timbre of a voice or a character."""
        wanted = self.config.cast.get(voice.lower(), voice if NAME.fullmatch(voice) else "")
        return wanted or self.config.variant


def voices(language: str, variant: str) -> tuple[str, ...]:
    """Return the names of voices for a language, the best first."""
    tag = language.lower().replace("_", "-")
    if not NAME.fullmatch(tag):
        return ()
    tags = dict.fromkeys((OTHERS.get(tag, tag), tag, OTHERS.get(base := tag.split("-")[0], base), base))
    # A variant that is not there is no reason to be silent.
    return tuple(f"{name}+{variant}" for name in tags) + tuple(tags)


def spoken(line: Line, answer: Answer) -> Spoken:
    """Return the finished sentence."""
    words = spans(line.text)
    sound = np.frombuffer(answer.samples, "<i2").astype(np.float32) / np.float32(32768)
    raw = Raw(sound, answer.rate, onsets(words, answer.words))
    data, seconds, marks = finished(raw, words, COLOUR, line.loudness)
    return Spoken(data=data, seconds=seconds, marks=marks, voice=answer.voice)


def onsets(words: Sequence[Span], events: Sequence[tuple[int, float]]) -> tuple[float | None, ...]:
    """Return when each word begins: the first event within it; a number read as several words has several."""
    return tuple(
        next((time for place, time in events if word.offset <= place < word.offset + word.length), None)
        for word in words
    )
