"""The default recogniser with the model that comes along: real decoders on recorded sentences."""

import os
import signal
from contextlib import AsyncExitStack

import anyio
import pytest

from schemas import Word
from services.actor.errors import Transient, Unavailable
from services.asr.backends.pocketsphinx import PocketSphinx, doubt
from services.asr.config import PocketSphinxConfig
from services.asr.listener import Heard, Hearing, Piece
from tests.asr.sounds import recording, silence

pytestmark = pytest.mark.anyio

ENGLISH = PocketSphinxConfig(language="en-GB")
TEXTS = {
    "fox": "once upon a time there was a fox",
    "lighthouse": "the old lighthouse in the storm",
    "moon": "tell me a story about the moon",
    "yes": "yes",
}


def pieces(name: str) -> list[Piece]:
    """Return a recorded sentence as the service would feed it."""
    pcm = recording(name)
    voiced = [Piece(pcm[at : at + 2880], voiced=True) for at in range(0, len(pcm), 2880)]
    return [Piece(silence(0.3), voiced=False), *voiced, *[Piece(silence(0.09), voiced=False)] * 4]


async def hear(recogniser: PocketSphinx, name: str, mic: str = "m") -> tuple[Heard, list[str]]:
    """Return what is understood of a sentence, and the words on the way."""
    async with recogniser.hearing(mic) as hearing:
        partials = [await hearing.feed(piece) for piece in pieces(name)]
        return await hearing.finish(), partials


async def test_sentences_are_understood_word_for_word() -> None:
    async with PocketSphinx(ENGLISH) as recogniser:
        for name, text in TEXTS.items():
            heard, _ = await hear(recogniser, name)
            assert (heard.text, heard.language, heard.doubt) == (text, "en", "")
            assert [word.text for word in heard.words] == text.split()
            ends = [word.end for word in heard.words]
            assert ends == sorted(ends)
            assert 0.3 <= heard.confidence <= 1


async def test_words_appear_while_somebody_speaks() -> None:
    async with PocketSphinx(ENGLISH) as recogniser:
        _, partials = await hear(recogniser, "moon")
    counts = [len(text.split()) for text in partials]
    assert counts[0] == 0
    assert 2 <= counts[len(counts) // 2] < counts[-1] == 7


async def test_a_pause_takes_nothing_back() -> None:
    whole = pieces("moon")
    pause = [Piece(silence(0.09), voiced=False)] * 3
    async with PocketSphinx(ENGLISH) as recogniser, recogniser.hearing("m") as hearing:
        for piece in (*whole, *pause, *pieces("fox")):
            await hearing.feed(piece)
        heard = await hearing.finish()
    assert heard.text.startswith("tell me a story about the moon")
    assert heard.text.endswith("a time there was a fox")


async def test_two_who_speak_at_once_are_not_mixed_up() -> None:
    async with PocketSphinx(ENGLISH) as recogniser, AsyncExitStack() as stack:
        one, two = [await stack.enter_async_context(recogniser.hearing(mic)) for mic in ("one", "two")]
        for piece, other in zip(pieces("fox"), pieces("lighthouse") + pieces("yes")[:1] * 3, strict=False):
            await one.feed(piece)
            await two.feed(other)
        assert (await one.finish()).text == TEXTS["fox"]
        assert (await two.finish()).text == TEXTS["lighthouse"]


async def test_a_third_one_waits_for_a_decoder() -> None:
    async with PocketSphinx(PocketSphinxConfig(language="en", decoders=1)) as recogniser:
        heard: list[str] = []

        async def listen(name: str) -> None:
            heard.append((await hear(recogniser, name))[0].text)

        async with anyio.create_task_group() as group:
            for name in ("yes", "moon"):
                group.start_soon(listen, name)
    assert sorted(heard) == ["tell me a story about the moon", "yes"]


async def test_a_decoder_that_dies_is_replaced() -> None:
    async with PocketSphinx(PocketSphinxConfig(language="en", decoders=1)) as recogniser:
        with pytest.raises(Transient, match="ended with code -9"):
            async with recogniser.hearing("m") as hearing:
                await feed_and_kill(recogniser, hearing)
        assert (await hear(recogniser, "yes"))[0].text == "yes"


async def feed_and_kill(recogniser: PocketSphinx, hearing: Hearing) -> None:
    """Feed the first words of a sentence and kill the process that hears it."""
    for number, piece in enumerate(pieces("fox")):
        if number == 5:
            for child in recogniser.lent:
                assert child.process is not None
                os.kill(child.process.pid, signal.SIGKILL)
        await hearing.feed(piece)


@pytest.mark.parametrize("language", ["de", "fr-CA", "enm"])
async def test_other_languages_are_declined_with_a_reason(language: str) -> None:
    with pytest.raises(Unavailable, match=f"understands English only; this project speaks {language}"):
        async with PocketSphinx(PocketSphinxConfig(language=language)):
            pass


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ([("forest", 0.05, 0.5)], "one doubtful word"),
        ([("forest", 0.15, 0.9)], ""),
        ([("an", 0.3, 0.2), ("if", 0.5, 0.2)], "murmurs"),
        ([("if", 1.0, 2.0)], "murmurs"),
        ([("and", 0.9, 0.2), ("then", 0.9, 0.4)], ""),
        ([("a", 0.1, 0.1), ("fox", 0.1, 0.4)], ""),
    ],
)
def test_noises_are_told_from_words(said: list[tuple[str, float, float]], reason: str) -> None:
    words = [Word(text=text, start=0, end=seconds, confidence=trust) for text, trust, seconds in said]
    trust = sum(word.confidence for word in words) / len(words)
    assert doubt(words, trust, 0.1) == reason
