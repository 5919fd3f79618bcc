"""What must be true of a planner: the embedded one passes, and each check is failed by who breaks it."""

from itertools import count
from typing import Self

import pytest
from msgspec.structs import replace

from services.actor.backend import BackendConfig
from services.story.config import GrammarConfig
from services.story.conformance import PLANNER
from services.story.planner import Beat, Said, Tale
from tests.trying import failures, outcomes, settings_of

pytestmark = pytest.mark.anyio


class Parrot:
    """Says again what was said, and does everything right."""

    name = "parrot"
    capabilities = frozenset[str]()

    def __init__(self, _: BackendConfig) -> None: ...

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None: ...

    async def plan(self, tale: Tale) -> Beat:
        """Return the next beat."""
        words = [part.text for part in tale.parts if isinstance(part, Said)][-1]
        sentence = f"{len(tale.parts)} times somebody said: {words}"
        return Beat(sentences=(sentence,), scene="a parrot", taken=tuple(words.split()[-1:]))


class Mute(Parrot):
    """Has nothing to say."""

    async def plan(self, tale: Tale) -> Beat:
        return replace(await super().plan(tale), sentences=("…",))


class Blind(Parrot):
    """Sees nothing."""

    async def plan(self, tale: Tale) -> Beat:
        return replace(await super().plan(tale), scene="")


class Fickle(Parrot):
    """Never tells the same twice."""

    told = count()

    async def plan(self, tale: Tale) -> Beat:
        beat = await super().plan(tale)
        return replace(beat, sentences=(*beat.sentences, f"That was number {next(self.told)}."))


class Terse(Parrot):
    """Is done with its first beat."""

    async def plan(self, tale: Tale) -> Beat:
        return replace(await super().plan(tale), last=True)


class Circular(Parrot):
    """Tells one thing after the other, and the first again."""

    async def plan(self, tale: Tale) -> Beat:
        beat = await super().plan(tale)
        return replace(beat, sentences=(beat.sentences[0].replace("6", "1"),))


class Stubborn(Parrot):
    """Tells its own story."""

    async def plan(self, tale: Tale) -> Beat:
        return replace(await super().plan(tale), sentences=(f"I had a heron and a key {len(tale.parts)} times.",))


class Selfish(Parrot):
    """Takes up no words."""

    async def plan(self, tale: Tale) -> Beat:
        beat = await super().plan(tale)
        return replace(beat, sentences=(beat.sentences[0].replace("key", "lock"),), taken=())


class Inventive(Parrot):
    """Takes up what was never said."""

    async def plan(self, tale: Tale) -> Beat:
        return replace(await super().plan(tale), taken=("zorgle",))


class Faithful(Parrot):
    """Stays with what was said first."""

    async def plan(self, tale: Tale) -> Beat:
        first = tuple(part for part in tale.parts if not isinstance(part, Said) or part.turn == 1)
        return await super().plan(replace(tale, parts=first))


class Forgetful(Parrot):
    """Begins anew with each turn."""

    async def plan(self, tale: Tale) -> Beat:
        beat = await super().plan(tale)
        return replace(beat, sentences=("Once upon a time.",)) if isinstance(tale.parts[-1], Said) else beat


WHOLE = "a whole turn is told"
TAKEN = "the visitors words are taken up"
BREAKS: dict[type, dict[str, str]] = {
    Mute: {WHOLE: "there is nothing to say in ['…']"},
    Blind: {WHOLE: "nobody could paint it"},
    Fickle: {"the same tale has the same beat": "and then '1 times"},
    Terse: {WHOLE: "the first beat of a turn is its last"},
    Circular: {WHOLE: "a beat comes twice"},
    Stubborn: {"other words make another story": "two wishes are answered in the same words"},
    Selfish: {TAKEN: "'tell me about a key': '1 times somebody said: tell me about a lock"},
    Inventive: {TAKEN: "'zorgle'], which was never said"},
    Faithful: {"a new turn is taken up": "new words change nothing"},
    Forgetful: {"a new turn is taken up": "it begins again"},
}
ALL = (Mute, Blind)
"""Whose beats are no good in any check."""


async def test_the_embedded_planner_passes() -> None:
    assert {outcome.state for outcome in await outcomes(PLANNER, GrammarConfig())} == {"ok"}


async def test_a_planner_that_is_right_passes() -> None:
    assert await failures(PLANNER, settings_of(Parrot)) == {}


@pytest.mark.parametrize("double", BREAKS, ids=lambda double: double.__name__)
async def test_each_check_is_failed_by_who_breaks_it(double: type) -> None:
    found = await failures(PLANNER, settings_of(double))
    assert [name for name, why in BREAKS[double].items() if why not in found[name]] == []
    assert found.keys() == BREAKS[double].keys() or double in ALL
