"""What a visitor said, as the story may hear it."""

import fnmatch
import re
from collections.abc import Iterable
from pathlib import Path

LONGEST = 2000
"""Characters of one utterance that are used."""
SHIPPED = Path(__file__).with_name("refused.txt")
WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")


def tidy(text: str) -> str:
    """Return the text in one line, without control characters, and not too long."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text[: LONGEST * 2])
    return " ".join(printable.split())[:LONGEST]


def says_nothing(text: str) -> bool:
    """Return whether there is no letter and no digit in it."""
    return not any(sign.isalnum() for sign in text)


class Refusal:
    """Words that the story does not take up, and therefore never speaks."""

    def __init__(self, words: Iterable[str]) -> None:
        """`words`: in any case; `*` stands for any letters."""
        patterns = sorted({fnmatch.translate(word.strip().lower()) for word in words if word.strip()})
        self.pattern = re.compile("|".join(patterns)) if patterns else None

    @classmethod
    def read(cls, words: Iterable[str], *files: Path) -> "Refusal":
        """Return the refusal of `words` and of those in text files, one a line, `#` for remarks."""
        lines = [line.strip() for file in files for line in file.read_text(encoding="utf-8").splitlines()]
        return cls([*words, *(line for line in lines if not line.startswith("#"))])

    def without(self, text: str) -> str:
        """Return the text without the refused words."""
        pattern = self.pattern
        if pattern is None:
            return text
        return WORD.sub(lambda match: "" if pattern.match(match[0].lower()) else match[0], text)
