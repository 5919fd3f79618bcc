"""PocketSphinx: English without a key, a network or a graphics card, the words appearing while somebody speaks."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version
from typing import Self, TypeVar

import anyio
import msgspec

from schemas import Word
from services.actor.child import Child
from services.actor.errors import Unavailable
from services.asr.backends.sphinx_messages import Begin, End, Question, Sound, Text, Voice, Whole
from services.asr.config import PocketSphinxConfig
from services.asr.listener import Heard, Piece

DECODER = "services.asr.backends.sphinx_decoder"
SILENT = 20.0
"""Seconds without an answer after which a decoder is replaced."""
VOICES = 64
"""Microphones whose voices are kept in mind."""

MURMURS = {"a", "ah", "an", "and", "as", "at", "aw", "eh", "er", "for", "her", "hm", "hmm", "huh", "if", "in", "it"}
MURMURS |= {"mhm", "mm", "of", "oh", "on", "or", "the", "then", "to", "uh", "um", "up"}
"""What claps, music and chairs are mistaken for."""
CERTAIN, DRAWN = 0.7, 0.8
"""Trust from which an utterance of nothing else is believed, and seconds that none of its words may last."""

T = TypeVar("T")


class PocketSphinx:
    """Lends a decoder, which is a process, to each utterance."""

    name = "pocketsphinx"
    model = "en-us"
    version = version("pocketsphinx")
    capabilities = frozenset({"PARTIALS", "WORD_TIMES", "CONFIDENCE"})

    def __init__(self, config: PocketSphinxConfig) -> None:
        self.config = config
        spare = [Child(DECODER, patience=SILENT, idle=config.spare) for _ in range(config.decoders - 1)]
        self.own = Child(DECODER, patience=SILENT)
        self.idle = [*spare, self.own]
        """The last one is used first."""
        self.lent: list[Child] = []
        self.free = anyio.Semaphore(config.decoders)
        self.voices: dict[str, Voice] = {}
        self.stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        if primary(self.config.language) != "en":
            raise Unavailable(
                f"understands English only; this project speaks {self.config.language}: "
                "visitors type, or configure another recogniser"
            )
        async with AsyncExitStack() as stack:
            for child in self.idle:
                await stack.enter_async_context(child)
            self.stack = stack.pop_all()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.stack.aclose()

    @asynccontextmanager
    async def hearing(self, mic: str) -> AsyncIterator["SphinxHearing"]:
        """Begin an utterance, as soon as a decoder is free."""
        async with self.free:
            child = self.idle.pop()
            self.lent.append(child)
            try:
                hearing = SphinxHearing(child, self.voices.get(mic, Voice()), self.config.doubt)
                await hearing.begin()
                yield hearing
                self._remember(mic, hearing.voice)
            finally:
                self.lent.remove(child)
                self.idle.insert(len(self.idle) if child is self.own else 0, child)

    def _remember(self, mic: str, voice: Voice) -> None:
        self.voices.pop(mic, None)
        self.voices[mic] = voice
        if len(self.voices) > VOICES:
            del self.voices[next(iter(self.voices))]


class SphinxHearing:
    """One utterance in the hands of one decoder."""

    def __init__(self, child: Child, voice: Voice, least: float) -> None:
        """`least` is the trust that a single word needs."""
        self.child, self.voice, self.least = child, voice, least

    async def begin(self) -> None:
        """Have the decoder forget the last utterance."""
        await self._ask(Begin(self.voice), Text)

    async def feed(self, piece: Piece) -> str:
        """Take more of it; return the words so far."""
        return (await self._ask(Sound(piece.pcm, piece.voiced), Text)).text

    async def finish(self) -> Heard:
        """Return all of it."""
        whole = await self._ask(End(), Whole)
        if whole.words:
            self.voice = whole.voice
        words = tuple(
            Word(text=said.text, start=said.start, end=said.end, confidence=round(said.confidence, 3))
            for said in whole.words
        )
        trust = sum(word.confidence for word in words) / len(words) if words else 0.0
        text = " ".join(word.text for word in words)
        return Heard(text=text, words=words, confidence=trust, language="en", doubt=doubt(words, trust, self.least))

    async def _ask(self, question: Question, answer: type[T]) -> T:
        return msgspec.msgpack.decode(await self.child.ask(msgspec.msgpack.encode(question)), type=answer)


def doubt(words: Sequence[Word], trust: float, least: float) -> str:
    """Return why these words were a noise, or nothing."""
    if len(words) == 1 and trust < least:
        return "one doubtful word"
    drawn = any(word.end - word.start > DRAWN for word in words)
    if (trust < CERTAIN or drawn) and all(word.text in MURMURS for word in words):
        return "murmurs"
    return ""


def primary(language: str) -> str:
    """Return the language of a BCP 47 tag without its region."""
    return language.lower().replace("_", "-").split("-")[0]
