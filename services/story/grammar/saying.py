"""Passages of a world, ready to be told."""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property

import msgspec

from services.actor.positions import KeyPath
from services.story.grammar.tables import Passage
from services.story.grammar.template import Template, parse

END = re.compile(r"[.!?…][^\w{}]*$")
"""How a sentence ends: with its mark, and perhaps a quotation mark after it."""


class Saying(msgspec.Struct, frozen=True, dict=True):
    """One passage, its sentences cut into parts."""

    at: KeyPath
    """Where it stands in the world file; no two stand at the same place."""
    sentences: tuple[Template, ...]
    table: Passage
    scene: Template

    @cached_property
    def slots(self) -> frozenset[str]:
        """Return the names of every slot that must be filled."""
        return frozenset().union(self.scene.slots, *(sentence.slots for sentence in self.sentences))

    def templates(self) -> Iterable[tuple[KeyPath, Template]]:
        """Yield every text with the place where it stands."""
        single = not isinstance(self.at[-1], int) or (len(self.at) > 1 and self.at[-2] in ("see", "arrive", "comes"))
        for index, sentence in enumerate(self.sentences):
            yield (self.at if single else (*self.at, "say", index)), sentence
        yield (*self.at, "scene"), self.scene


class BadText(ValueError):
    """Raised when a text of the world cannot be told; `at` is where it stands."""

    def __init__(self, at: KeyPath, text: str) -> None:
        super().__init__(text)
        self.at = at


def saying(at: KeyPath, passage: Passage) -> Saying:
    """Return the passage that stands at `at`. Raise BadText."""
    if not 1 <= len(passage.say) <= 4:
        raise BadText((*at, "say"), "a passage has one to four sentences")
    sentences = tuple(sentence((*at, "say", index), text) for index, text in enumerate(passage.say))
    return Saying(at, sentences, passage, template((*at, "scene"), passage.scene))


def remark(at: KeyPath, text: str) -> Saying:
    """Return a single sentence that stands at `at` as a passage. Raise BadText."""
    return Saying(at, (sentence(at, text),), Passage(say=(text,)), parse(""))


def sentence(at: KeyPath, text: str) -> Template:
    """Return a sentence as a template. Raise BadText when it has no end, or cannot be read."""
    if not END.search(text):
        raise BadText(at, "a sentence ends with a full stop, an exclamation mark, a question mark or dots")
    return template(at, text)


def template(at: KeyPath, text: str) -> Template:
    """Return a text as a template. Raise BadText when it cannot be read."""
    try:
        return parse(text)
    except ValueError as error:
        raise BadText(at, str(error)) from error


Sayings = Mapping[str, tuple[Saying, ...]]
"""Every passage by its section: `open`, `stakes.lamp.turn`, `figures.fox.see` …"""
