"""Where the words of a sentence stand, and what of it can be spoken."""

import re
import unicodedata
from dataclasses import dataclass

TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\s\u3040-\u30ff\u3400-\u9fff]+")
"""A run of characters without spaces; in scripts that write none, each character."""
LATIN = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2013\u2014", "-"),
        "\u2026": "...",
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
    }
)
SILENT = frozenset({"So", "Sk", "Cf", "Cc", "Co", "Cs"})
"""Kinds of characters that nobody reads aloud: pictures and controls."""
MARKUP = frozenset("*_#`~|<>[]{}\\^")


@dataclass(frozen=True)
class Span:
    """One word of a text."""

    offset: int
    length: int
    text: str


def speakable(text: str) -> str:
    """Return the text with a space for everything that is not to be read aloud; all places stay as they are."""
    return "".join(" " if char in MARKUP or unicodedata.category(char) in SILENT else char for char in text)


def spans(text: str) -> list[Span]:
    """Return the words of a text, without the punctuation around them."""
    found = []
    for token in TOKEN.finditer(speakable(text)):
        word = token.group()
        first = next((index for index, char in enumerate(word) if char.isalnum()), None)
        if first is None:
            continue
        last = max(index for index, char in enumerate(word) if char.isalnum() or unicodedata.category(char) == "Mn")
        found.append(Span(token.start() + first, last + 1 - first, word[first : last + 1]))
    return found


def ascii_only(text: str) -> str:
    """Return a text in the letters that an English voice knows."""
    return unicodedata.normalize("NFKD", text.translate(LATIN)).encode("ascii", "ignore").decode()
