"""Standard output for those who print much: what one turn of the loop brings is written at once."""

import sys

import anyio
import click


class Paper:
    """Takes lines; `write` has to run beside whoever prints them."""

    def __init__(self) -> None:
        self.colours = sys.stdout.isatty()
        self.lines: list[str] = []
        self.more = anyio.Event()

    def print(self, line: str) -> None:
        """Print a line when this turn of the loop is over."""
        self.lines.append(line)
        self.more.set()

    async def write(self) -> None:
        """Write what was printed, until cancelled. Raise BrokenPipeError when nobody reads it any more."""
        while True:
            await self.more.wait()
            self.more = anyio.Event()
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        text, self.lines = "\n".join(self.lines), []
        if text:
            sys.stdout.write(f"{text if self.colours else click.unstyle(text)}\n")
            sys.stdout.flush()
