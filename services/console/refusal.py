"""How a command says no: one clear line for each reason, on stderr, and an exit code."""

from typing import IO, Any

import click


class Refusal(click.ClickException):
    """Raised when a command cannot do what was asked; each argument is one line for the operator."""

    exit_code = 1

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))

    def show(self, file: IO[Any] | None = None) -> None:
        """Write the lines."""
        click.echo(self.message, file=file, err=file is None)


class Misuse(Refusal):
    """Raised when the command line itself makes no sense."""

    exit_code = 2
