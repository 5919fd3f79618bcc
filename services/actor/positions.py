"""Where in a TOML file each key and each item of an array stands.

The standard library's parser gives no positions. This walks a text that the parser has already accepted, so it need not
check anything; it only has to know where strings, brackets and keys begin and end.
"""

import re
from collections.abc import Iterator

KeyPath = tuple[str | int, ...]

TOKEN = re.compile(
    r'(?P<string>"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\])*"|\'[^\']*\')'
    r"|(?P<comment>\#[^\n]*)|(?P<newline>\n)|(?P<space>[ \t\r]+)|(?P<mark>[\[\]{},=.])|(?P<bare>[^\s\[\]{},=.\"'\#]+)",
    re.DOTALL,
)


class Walker:
    """Goes through the tokens once and notes the line of every key path."""

    def __init__(self, text: str) -> None:
        self.lines: dict[KeyPath, int] = {}
        self.arrays: dict[KeyPath, int] = {}
        self.tokens = list(tokens(text))
        self.at = 0

    @property
    def kind(self) -> str:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else "end"

    @property
    def text(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    @property
    def line(self) -> int:
        return self.tokens[min(self.at, len(self.tokens) - 1)][2] if self.tokens else 1

    def skip(self, *texts: str) -> None:
        """Go past line ends and the marks named in `texts`."""
        while self.kind == "newline" or (self.kind == "mark" and self.text in texts):
            self.at += 1

    def document(self) -> None:
        """Walk the whole text."""
        table: KeyPath = ()
        self.skip()
        while self.kind != "end":
            table = self.header() if self.text == "[" and self.kind == "mark" else self.pair(table)
            self.skip()

    def header(self) -> KeyPath:
        """Walk `[a.b]` or `[[a.b]]`; return the path of the table that it opens."""
        line, self.at = self.line, self.at + 1
        many = self.text == "[" and self.kind == "mark"
        self.at += many
        *parents, name = self.keys()
        path: KeyPath = ()
        for key in parents:
            path = self.newest((*path, key))
        path = (*path, name)
        if many:
            self.arrays[path] = self.arrays.get(path, -1) + 1
            self.lines.setdefault(path, line)
        path = self.newest(path)
        self.lines[path] = line
        self.at += 1 + many
        return path

    def newest(self, path: KeyPath) -> KeyPath:
        """Return `path`, with the index of its newest table where it is an array of tables."""
        return (*path, self.arrays[path]) if path in self.arrays else path

    def keys(self) -> list[str]:
        """Walk a possibly dotted key."""
        names = [self.name()]
        while self.kind == "mark" and self.text == ".":
            self.at += 1
            names.append(self.name())
        return names

    def name(self) -> str:
        text, self.at = self.text, self.at + 1
        return text[1:-1] if text[:1] in "\"'" else text

    def pair(self, table: KeyPath) -> KeyPath:
        """Walk `key = value` in `table`; return `table`."""
        line = self.line
        path = table
        for key in self.keys():
            path = (*path, key)
            self.lines.setdefault(path, line)
        self.at += 1
        self.value(path)
        return table

    def value(self, path: KeyPath) -> None:
        """Walk one value and everything inside it."""
        self.lines[path] = self.lines.get(path, self.line) if isinstance(path[-1], str) else self.line
        if self.kind == "mark" and self.text == "[":
            self.at += 1
            self.items(path)
        elif self.kind == "mark" and self.text == "{":
            self.at += 1
            self.skip(",")
            while self.text != "}" or self.kind != "mark":
                self.pair(path)
                self.skip(",")
            self.at += 1
        else:
            while self.kind in ("string", "bare") or (self.kind == "mark" and self.text == "."):
                self.at += 1

    def items(self, path: KeyPath) -> None:
        """Walk the items of an array up to its closing bracket."""
        index = 0
        self.skip(",")
        while self.text != "]" or self.kind != "mark":
            self.value((*path, index))
            index += 1
            self.skip(",")
        self.at += 1


def tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield kind, text and line of every token that matters."""
    line = 1
    for match in TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind not in ("comment", "space"):
            yield kind, match[0], line
        line += match[0].count("\n")


def positions(text: str) -> dict[KeyPath, int]:
    """Return the line (from 1) of every key path of a valid TOML text."""
    walker = Walker(text)
    walker.document()
    return walker.lines
