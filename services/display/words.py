"""The word filter: what visitors say is drawn on the wall only through it."""

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

SHIPPED = Path(__file__).with_name("blocked.txt")

LOOKALIKES = {
    "a": "a4@*", "b": "b8", "c": "c(*", "e": "e3*", "g": "g9", "i": "i1!|*", "l": "l1|", "o": "o0*", "s": "s5$",
    "t": "t7+", "u": "uv*", "v": "vu", "z": "z2",
}  # fmt: skip
"""Signs that people write for a letter."""
CYRILLIC = str.maketrans("аеорсухікмтвн", "aeopcyxikmtbh")
"""Letters of another alphabet that look the same."""
INSIDE = r"[._\-~'·]?"
"""One sign that may be slipped in between two letters of a word."""
BETWEEN = r"[\s._\-~*·]{1,3}"
"""What separates the letters of a word that is spelled out."""
START, END = r"(?<![^\W_])", r"(?![^\W_])"
LONGEST_RUN = 12
"""How often a letter may be repeated."""


class WordFilter:
    """Puts a mark in the place of every letter of a blocked word; a text keeps its length."""

    def __init__(self, blocked: Iterable[str], mark: str = "•") -> None:
        """`blocked`: words, with `*` at their ends for any letters."""
        self.mark = mark
        self.anywhere: list[re.Pattern[str]] = []
        self.by_letter: dict[str, list[str]] = {}
        for word in sorted({fold(word)[0] for word in blocked} - {"", "*"}):
            self._add(word)
        self.from_letter = {sign: re.compile("|".join(patterns)) for sign, patterns in self.by_letter.items()}

    @classmethod
    def read(cls, *files: Path, mark: str = "•") -> "WordFilter":
        """Return a filter for the words in text files, one a line, `#` for remarks."""
        lines = [line.strip() for file in files for line in file.read_text(encoding="utf-8").splitlines()]
        return cls((line for line in lines if line and not line.startswith("#")), mark)

    def clean(self, text: str) -> str:
        """Return `text`, as long as it was, with every blocked word covered."""
        folded, places = fold(text)
        covered: set[int] = set()
        for start, end in self._found(folded):
            covered.update(range(places[start], places[end - 1] + 1))
        if not covered:
            return text
        return "".join(
            self.mark if index in covered and not sign.isspace() else sign for index, sign in enumerate(text)
        )

    def _found(self, folded: str) -> Iterable[tuple[int, int]]:
        """Yield where blocked words stand. Only the patterns that can begin with a sign are tried where it stands."""
        for pattern in self.anywhere:
            for match in pattern.finditer(folded):
                start = match.start()
                while start and folded[start - 1].isalnum():
                    start -= 1
                yield start, match.end()
        for index, sign in enumerate(folded):
            if index and folded[index - 1].isalnum():
                continue
            pattern_here = self.from_letter.get(sign)
            found = pattern_here.match(folded, index) if pattern_here else None
            if found:
                yield found.span()

    def _add(self, word: str) -> None:
        core = word.strip("*")
        tail = r"\w*" if word.endswith("*") else ""
        joined = INSIDE.join(run(sign, count) for sign, count in runs(core)) + tail
        spelled = BETWEEN.join(one(sign) for sign in core)
        spelled_out = f"|{START}{spelled}" if len(core) > 2 and "*" not in core else ""
        if word.startswith("*"):
            self.anywhere.append(re.compile(rf"(?:{joined}{spelled_out}){END}"))
            return
        for sign in LOOKALIKES.get(core[0], core[0]).replace("*", ""):
            self.by_letter.setdefault(sign, []).append(rf"(?:{joined}{spelled_out}){END}")


def fold(text: str) -> tuple[str, list[int]]:
    """Return `text` without case, accents, look-alike letters and invisible signs, and where each sign came from."""
    signs: list[str] = []
    places: list[int] = []
    for index, sign in enumerate(text):
        plain = unicodedata.normalize("NFKD", sign.casefold()).translate(CYRILLIC)
        for part in plain:
            if unicodedata.category(part) not in ("Mn", "Cf"):
                signs.append(part)
                places.append(index)
    return "".join(signs), places


def runs(word: str) -> list[tuple[str, int]]:
    """Return the letters of a word, each with how often it stands in a row."""
    found: list[tuple[str, int]] = []
    for sign in word:
        if found and found[-1][0] == sign:
            found[-1] = (sign, found[-1][1] + 1)
        else:
            found.append((sign, 1))
    return found


def one(sign: str) -> str:
    """Return a pattern for a letter and all that is written for it."""
    return r"\w" if sign == "*" else f"[{re.escape(LOOKALIKES.get(sign, sign))}]"


def run(sign: str, count: int) -> str:
    """Return a pattern for a letter that stands `count` times or more."""
    return one(sign) + ("{1,3}" if sign == "*" else f"{{{count},{LONGEST_RUN}}}")
