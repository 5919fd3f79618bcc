"""What must be true of a recogniser: the embedded one passes, and each check is failed by who breaks it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

import pytest
from msgspec.structs import replace

from schemas import Word
from services.actor.backend import BackendConfig
from services.asr.config import PocketSphinxConfig
from services.asr.conformance import RECOGNISER, SENTENCE
from services.asr.listener import Heard, Piece
from tests.trying import failures, outcomes, settings_of

pytestmark = pytest.mark.anyio


class Oracle:
    """Knows what is said as soon as there is a voice, and does everything right."""

    name = "oracle"
    capabilities = frozenset({"PARTIALS", "WORD_TIMES", "CONFIDENCE"})

    def __init__(self, _: BackendConfig) -> None:
        self.ears: dict[str, Ear] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None: ...

    @asynccontextmanager
    async def hearing(self, mic: str) -> AsyncIterator["Ear"]:
        """Begin an utterance."""
        yield self.ear(mic)

    def ear(self, mic: str) -> "Ear":
        """Return who hears one."""
        self.ears[mic] = Ear(self)
        return self.ears[mic]

    def heard(self, voiced: int) -> Heard:
        """Return what is understood of some voiced pieces."""
        words = SENTENCE.split() if voiced else []
        said = tuple(
            Word(text=word, start=at / 4, end=at / 4 + 0.2, confidence=0.9 - at / 99) for at, word in enumerate(words)
        )
        return Heard(text=" ".join(words), words=said, confidence=0.5)


class Ear:
    """One utterance."""

    def __init__(self, oracle: Oracle) -> None:
        self.oracle, self.voiced = oracle, 0

    async def feed(self, piece: Piece) -> str:
        """Take more of it; return the words so far."""
        self.voiced += piece.voiced
        return self.oracle.heard(self.voiced).text

    async def finish(self) -> Heard:
        """Return all of it."""
        return self.oracle.heard(self.voiced)


class Dreamer(Oracle):
    """Hears voices."""

    def heard(self, voiced: int) -> Heard:
        return super().heard(voiced or 1)


class Deaf(Oracle):
    """Understands the last words, and makes the others up."""

    def heard(self, voiced: int) -> Heard:
        heard = super().heard(voiced)
        words = tuple(replace(word, text="hm" if at < 4 else word.text) for at, word in enumerate(heard.words))
        return replace(heard, text=" ".join(word.text for word in words), words=words)


class Startled(Oracle):
    """Does not hear what comes after a bang."""

    banged = stunned = False

    def ear(self, mic: str) -> Ear:
        self.banged, self.stunned = False, self.banged
        return Delicate(self) if mic == "m" else super().ear(mic)

    def heard(self, voiced: int) -> Heard:
        return super().heard(0 if self.stunned else voiced)


class Delicate(Ear):
    """Notices a bang."""

    async def feed(self, piece: Piece) -> str:
        if isinstance(self.oracle, Startled) and piece.pcm[:2] in (b"\xff\x7f", b"\x00\x80"):
            self.oracle.banged = True
        return await super().feed(piece)


class Confused(Oracle):
    """Has one ear for everybody."""

    def ear(self, mic: str) -> Ear:
        one = self.ears.get("one")
        return one if one and mic == "two" else super().ear(mic)


class Slow(Oracle):
    """Claims words on the way, and waits for the end."""

    def ear(self, _: str) -> Ear:
        return Patient(self)


class Patient(Ear):
    """Says nothing before the end."""

    async def feed(self, piece: Piece) -> str:
        await super().feed(piece)
        return ""


class Hurried(Oracle):
    """Claims times, and has words that are spoken before the others."""

    def heard(self, voiced: int) -> Heard:
        heard = super().heard(voiced)
        return replace(heard, words=tuple(replace(word, start=2 - word.start, end=2.1) for word in heard.words))


class Late(Oracle):
    """Claims times, and counts from another beginning."""

    def heard(self, voiced: int) -> Heard:
        heard = super().heard(voiced)
        return replace(
            heard, words=tuple(replace(word, start=word.start + 9, end=word.end + 9) for word in heard.words)
        )


class Sparse(Oracle):
    """Claims times, and knows that of the first word only."""

    def heard(self, voiced: int) -> Heard:
        heard = super().heard(voiced)
        return replace(heard, words=heard.words[:1])


class Certain(Oracle):
    """Claims to know how sure it is, and is always sure."""

    def heard(self, voiced: int) -> Heard:
        heard = super().heard(voiced)
        return replace(heard, words=tuple(replace(word, confidence=1.0) for word in heard.words))


class Percent(Oracle):
    """Counts its trust to a hundred."""

    def heard(self, voiced: int) -> Heard:
        return replace(super().heard(voiced), confidence=50.0)


TIMES, TRUST = "words have their times", "trust is a measure"
BREAKS: dict[type, dict[str, str]] = {
    Dreamer: {
        "silence has no words": "was understood in silence",
        "two microphones are not mixed up": "was understood in silence beside a sentence",
    },
    Deaf: {"two at a time": "'tell me a story about the moon' was said, and 'hm hm hm hm about the moon' understood"},
    Startled: {"noise is borne": "and '' understood"},
    Confused: {"two microphones are not mixed up": "was understood in silence beside a sentence"},
    Slow: {"words come while somebody speaks": "no word comes before the sentence is over"},
    Hurried: {TIMES: "the words begin at [2.0, 1.75"},
    Late: {TIMES: "7 words are not within the"},
    Sparse: {TIMES: "and times for other words", TRUST: "trusts every word alike"},
    Certain: {TRUST: "trusts every word alike: [1.0]"},
    Percent: {TRUST: "trusts 50.0 and"},
}
ALL = (Deaf,)
"""Who fails in every check in which something is said."""


async def test_the_embedded_recogniser_passes() -> None:
    assert {outcome.state for outcome in await outcomes(RECOGNISER, PocketSphinxConfig())} == {"ok"}


async def test_a_recogniser_that_is_right_passes() -> None:
    assert await failures(RECOGNISER, settings_of(Oracle)) == {}


@pytest.mark.parametrize("double", BREAKS, ids=lambda double: double.__name__)
async def test_each_check_is_failed_by_who_breaks_it(double: type) -> None:
    found = await failures(RECOGNISER, settings_of(double))
    assert [name for name, why in BREAKS[double].items() if why not in found[name]] == []
    assert found.keys() == BREAKS[double].keys() or double in ALL
