"""Sentences with gaps.

`{hero}` is a slot in the world's plain form, `{hero.their}` a slot in another form, `{Hero}` one with a capital letter,
and `{slowly|at once|}` one of several wordings.
"""

import re
from collections.abc import Callable, Mapping
from random import Random

import msgspec

GAP = re.compile(r"\{([^{}]*)\}")
SLOT = re.compile(r"(?P<name>\w+)(?:\.(?P<form>\w+))?")


class Gap(msgspec.Struct, frozen=True):
    """A slot that is filled with a form of a word."""

    name: str
    form: str = ""
    capital: bool = False


class Choice(msgspec.Struct, frozen=True):
    """Several wordings of which one is taken."""

    options: tuple[str, ...]


class Template(msgspec.Struct, frozen=True):
    """A text, cut into what stands fast, slots and choices."""

    text: str
    parts: tuple[str | Gap | Choice, ...]

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Return the slots in order."""
        return tuple(part for part in self.parts if isinstance(part, Gap))

    @property
    def slots(self) -> frozenset[str]:
        """Return the names of the slots."""
        return frozenset(gap.name for gap in self.gaps)

    def render(self, words: Callable[[str, str], str], rng: Random) -> str:
        """Return the text with every gap filled; `words(slot, form)` says with what."""
        return "".join(self._fill(part, words, rng) for part in self.parts)

    def _fill(self, part: str | Gap | Choice, words: Callable[[str, str], str], rng: Random) -> str:
        if isinstance(part, Choice):
            return rng.choice(part.options)
        if isinstance(part, Gap):
            word = words(part.name, part.form)
            return capitalise(word) if part.capital else word
        return part


def parse(text: str) -> Template:
    """Return `text` as a template. Raise ValueError when a brace is left over or a gap cannot be read."""
    parts: list[str | Gap | Choice] = []
    at = 0
    for match in GAP.finditer(text):
        parts += [text[at : match.start()], gap(match[1])]
        at = match.end()
    parts.append(text[at:])
    if any("{" in part or "}" in part for part in parts if isinstance(part, str)):
        raise ValueError("a brace has no partner")
    return Template(text, tuple(part for part in parts if part != ""))


def gap(text: str) -> Gap | Choice:
    """Return what stands between two braces. Raise ValueError when it is neither a slot nor a choice."""
    if "|" in text:
        return Choice(tuple(text.split("|")))
    match = SLOT.fullmatch(text)
    if match is None:
        raise ValueError(f"`{{{text}}}` is neither a slot such as {{hero}} nor a choice such as {{here|there}}")
    name = match["name"]
    return Gap(name[:1].lower() + name[1:], match["form"] or "", name[:1].isupper())


def capitalise(text: str) -> str:
    """Return `text` with its first letter large, even when a quotation mark stands before it."""
    for index, letter in enumerate(text):
        if letter.isalnum():
            return text[:index] + letter.upper() + text[index + 1 :]
    return text


class Smoothing(msgspec.Struct, frozen=True):
    """The world's rules for how words change when they meet: `a owl` to `an owl`, `in dem` to `im`."""

    rules: tuple[tuple[re.Pattern[str], str], ...]

    def __call__(self, text: str) -> str:
        """Return a sentence as it is told."""
        for pattern, put in self.rules:
            text = pattern.sub(put, text)
        return capitalise(" ".join(text.split()))


def filled(template: Template, forms: Mapping[str, str]) -> str:
    """Return a pattern of a word's form, filled with its other forms. Raise KeyError when one is not there."""
    return template.render(lambda name, _: forms[name], Random(0))
