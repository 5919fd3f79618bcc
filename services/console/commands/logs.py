"""`fantascope logs`: what a service wrote into its log."""

import re
import time
from collections.abc import Iterable
from typing import Any

import click
import msgspec

from services.actor.near import near
from services.catalogue import service_names
from services.console.columns import cut
from services.console.completing import service_like
from services.console.installation import Installation, for_project
from services.console.lines import harmless
from services.console.logbook import LEVELS, Line, Logbook
from services.console.refusal import Misuse, Refusal
from services.console.screen import Screen
from services.console.supervision import Supervision

KEEPER = "supervisord"
USUAL = re.compile(r'timestamp="\S+ (?P<clock>[0-9:]+)" level=(?P<level>\w+) service=\w+ event=')
"""How a service begins its lines."""
COLOURS = {"warning": "yellow", "error": "red", "critical": "red"}
LOOK = 0.25
"""Seconds between two looks at a log that is followed."""


@click.command()
@click.argument("services", nargs=-1, metavar="[SERVICE]...", shell_complete=service_like)
@for_project
@click.option("-f", "--follow", is_flag=True, help="Go on with what comes, until Ctrl-C.")
@click.option("-n", "--lines", "count", type=click.IntRange(0), default=50, show_default=True, help="How many lines.")
@click.option("--level", type=click.Choice(LEVELS), default="debug", help="The least important lines that are wanted.")
@click.option("--full", is_flag=True, help="Do not cut lines at the edge of the terminal.")
@click.option("--json", "as_json", is_flag=True, help="Print each line as a JSON document.")
def command(installation: Installation, services: tuple[str, ...], *, follow: bool, count: int, **options: Any) -> None:
    """Show what a service wrote into its log.

    Without a name the logs of all are shown, also when they do not run. `supervisord` is one, too: it tells what
    was started and what has ended.

    \b
    Example:
      fantascope logs -f image
      fantascope logs --level warning
    """
    books = opened(installation, services)
    found = [line for book in books for line in book.newest(count)]
    if not found and not follow:
        raise Refusal(
            f"{installation.name} has no log of {', '.join(services) or 'any service'}: it was not started yet"
        )
    printer = Printer(several=len(books) > 1, **options)
    printer.print(sorted(found, key=lambda line: line.stamp)[-count or len(found) :])
    try:
        while follow:
            time.sleep(LOOK)
            printer.print(sorted((line for book in books for line in book.new()), key=lambda line: line.stamp))
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def opened(installation: Installation, services: tuple[str, ...]) -> list[Logbook]:
    """Return the logs that are meant. Raise Misuse for a service that does not exist."""
    known = (*service_names(), KEEPER)
    for name in services:
        if name not in known:
            raise Misuse(f"there is no service {name!r}{near(name, known)}; there is {', '.join(known)}")
    supervision = Supervision.of(installation)
    return [Logbook(name, supervision.log_of(name)) for name in dict.fromkeys(services or service_names())]


class Printer:
    """Prints lines of logs, each with its service where there are several."""

    def __init__(self, *, several: bool, level: str, full: bool, as_json: bool) -> None:
        self.several, self.as_json = several, as_json
        self.width = 0 if full else Screen.here(False).width
        self.wanted = LEVELS[LEVELS.index(level) :]
        self.names = max(map(len, service_names()))

    def print(self, lines: Iterable[Line]) -> None:
        """Print those that are important enough. What names no level that we know is shown: it may be a stack."""
        for line in lines:
            if line.level not in self.wanted and line.level in LEVELS:
                continue
            if self.as_json:
                click.echo(msgspec.json.encode(line._asdict()))
            else:
                head = f"{line.service:{self.names}}  " if self.several else ""
                text = brief(line.text) if self.width else line.text
                click.secho(cut(head + harmless(text.expandtabs(4)), self.width), fg=COLOURS.get(line.level))


def brief(text: str) -> str:
    """Return a line with its time of day, its level where that matters, and what happened."""
    found = USUAL.match(text)
    if found is None:
        return text
    level = "" if found["level"] in ("debug", "info") else f" {found['level'].upper()}"
    return f"{found['clock']}{level} {text[found.end() :]}"
