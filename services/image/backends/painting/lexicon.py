"""The lexicon: from text to words that the painter knows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from services.image.backends.painting import vocabulary as known
from services.image.backends.painting.drawings import Drawing

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_LONGEST = 4
"""Words in a phrase."""


@dataclass(frozen=True)
class Lexicon:
    """What words mean."""

    drawings: Mapping[str, Drawing]
    """By every word that names one."""
    own: Mapping[str, str]
    """Which known word a project's own word stands for."""
    phrases: frozenset[str]
    """What belongs together, joined by `_`."""

    def tokens(self, text: str) -> list[str]:
        """The words, small, with phrases joined by `_` and the project's own words replaced."""
        words = _WORD.findall(text.lower().replace("\u2019", "'"))
        joined: list[str] = []
        at = 0
        while at < len(words):
            lengths = range(min(_LONGEST, len(words) - at), 1, -1)
            length = next((n for n in lengths if "_".join(words[at : at + n]) in self.phrases), 1)
            word = "_".join(words[at : at + length])
            joined.append(self.own.get(word, word))
            at += length
        return joined

    def drawing(self, word: str) -> Drawing | None:
        """What the word, or what it is the plural of, looks like."""
        return next((self.drawings[form] for form in forms(word) if form in self.drawings), None)

    def means_something(self, word: str) -> bool:
        """Whether the word has any say in the picture."""
        found = any(form in table for form in forms(word) for table in known.TABLES)
        return found or self.drawing(word) is not None


def lexicon_of(library: Mapping[str, Drawing], own: Mapping[str, str]) -> Lexicon:
    """The lexicon of a library of drawings and a project's own words."""
    drawings: dict[str, Drawing] = {}
    for drawing in library.values():
        for word in drawing.words:
            drawings.setdefault(joined(word), drawing)
    drawings.update(library)
    meant = {joined(word): joined(meaning) for word, meaning in own.items()}
    phrases = known.PHRASES | {word for word in (*drawings, *meant) if "_" in word}
    return Lexicon(drawings, meant, phrases)


def forms(word: str) -> tuple[str, ...]:
    """The word, and what it may be the plural or the genitive of."""
    found = [word]
    if word.endswith("'s"):
        found.append(word[:-2])
    elif len(word) > 3 and word.endswith("s"):
        found.append(word[:-1])
        found += [word[:-2]] if word.endswith("es") else []
        found += [word[:-3] + "y"] if word.endswith("ies") else []
        found += [word[:-3] + "f", word[:-3] + "fe"] if word.endswith("ves") else []
    return tuple(found)


def joined(text: str) -> str:
    """Words as one token."""
    return "_".join(text.lower().split())


def without(text: str, unwanted: str) -> str:
    """The text less every word of `unwanted`, in any number."""
    banned = {form for word in _WORD.findall(unwanted.lower()) for form in forms(word)}
    if not banned:
        return text
    kept = [part for part in text.split() if not banned & {f for w in _WORD.findall(part.lower()) for f in forms(w)}]
    return " ".join(kept)
