"""Dead letters, for `fantascope bus`: what was set aside, and why."""

import sqlite3
import time
from contextlib import suppress
from typing import NamedTuple

import click
import msgspec

from bus import history
from bus.journal.letters import Letter
from services.console.columns import columns, times, weight
from services.console.installation import Installation
from services.console.screen import Screen

COLUMNS = ("time", "journal", "from", "topic", "size", "reason")


class Dead(NamedTuple):
    """A dead letter and where it lies."""

    journal: str
    letter: Letter


def dead_letters(installation: Installation) -> list[Dead]:
    """Return all dead letters that can be read, oldest first."""
    found: list[Dead] = []
    for source in history.sources(installation.journals):
        with suppress(sqlite3.Error):
            found += [Dead(source, letter) for letter in history.letters(installation.journals, source)]
    return sorted(found, key=lambda dead: dead.letter.time)


def show_letters(installation: Installation, found: list[Dead], screen: Screen, as_json: bool) -> None:
    """Print dead letters: when, in whose journal, from whom, what, and why."""
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode([plain(dead) for dead in found])))
        return
    if not found:
        click.echo(f"{installation.name}: no dead letters")
        return
    shown = found[-screen.room(0) :]
    if len(shown) < len(found):
        click.echo(f"{times(len(found) - len(shown), 'older letter')}; --all shows them")
    for line in columns([COLUMNS, *(letter_row(dead) for dead in shown)], right=[4], width=screen.width):
        click.echo(line)


def letter_row(dead: Dead) -> tuple[str, ...]:
    """Return one line of the table of dead letters."""
    letter = dead.letter
    when = time.strftime("%m-%d %H:%M", time.localtime(letter.time))
    return when, dead.journal, letter.source, letter.topic, weight(letter.size), letter.reason


def plain(dead: Dead) -> dict[str, object]:
    """Return a letter for programs, without what was said in it."""
    fields = {"journal": dead.journal, **msgspec.structs.asdict(dead.letter)}
    del fields["body"]
    return fields
