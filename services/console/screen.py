"""The terminal, if there is one: how much room it has."""

import shutil
import sys
from typing import NamedTuple

FEWEST = 3
"""Lines of a table that are shown in any case."""


class Screen(NamedTuple):
    """What there is room for; 0 where it does not matter."""

    width: int = 0
    height: int = 0

    @classmethod
    def here(cls, everything: bool) -> "Screen":
        """Return the room that the terminal has, as much as one likes where there is none."""
        if not sys.stdout.isatty():
            return cls()
        size = shutil.get_terminal_size()
        return cls(size.columns, 0 if everything else size.lines)

    def room(self, above: int) -> int:
        """Return how many lines of a table fit below some others, beside its head, a line below it, and the prompt."""
        return max(FEWEST, self.height - above - 3) if self.height else sys.maxsize
