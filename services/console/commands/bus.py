"""`fantascope bus`: who is on the bus, what goes over it, and what its journals hold."""

import time

import anyio
import click
import msgspec

from bus.open import HANDS
from services.console.installation import Installation, complain_on_stderr, for_project
from services.console.journals import shelves
from services.console.letters import dead_letters, show_letters
from services.console.overview import Found, lines_of
from services.console.screen import Screen
from services.console.traffic import Traffic, watch
from services.console.troubles import damaged, troubles, unopened


@click.command()
@for_project
@click.option("--seconds", type=click.FloatRange(1, 3600), default=2.0, show_default=True, help="How long to listen.")
@click.option("--letters", "only_letters", is_flag=True, help="List the dead letters instead, newest last.")
@click.option("--all", "everything", is_flag=True, help="Show everything, also where a terminal has no room for it.")
@click.option("--json", "as_json", is_flag=True, help="Print it as one JSON document.")
def command(installation: Installation, seconds: float, only_letters: bool, everything: bool, as_json: bool) -> None:
    """Show who is on the bus, what goes over it, and its journals.

    What is wrong comes first, one line for each thing. Ends with 0 when nothing is, else with 1. While nothing runs,
    the journals alone are shown.

    \b
    Example:
      fantascope bus
      fantascope bus --seconds 10 --json
      fantascope bus --letters
    """
    complain_on_stderr("error")  # what it warns of is told below, in words
    screen = Screen.here(everything)
    if only_letters:
        show_letters(installation, dead_letters(installation), screen, as_json)
        return
    try:
        found = look(installation, seconds)
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(document(installation, found))))
    else:
        for line in lines_of(installation, found, screen):
            click.echo(line)
    raise SystemExit(1 if found.wrong else 0)


def look(installation: Installation, seconds: float) -> Found:
    """Listen to the bus for a while, if anybody is on it, and look into the journals."""
    alone = not installation.participants().keys() - HANDS
    traffic = Traffic(participants=[], topics=[]) if alone else anyio.run(watch, installation, seconds)
    found = shelves(installation)
    wrong = troubles(installation, traffic.participants)
    if alone and not wrong:
        wrong = [f"{installation.name} does not run; `fantascope up` starts it"]
    return Found(traffic, found, [*wrong, *damaged(found), *unopened(found, time.time())])


def document(installation: Installation, found: Found) -> dict[str, object]:
    """Return what was found, for programs."""
    return {
        "project": str(installation.folder),
        "runs": bool(found.traffic.participants),
        "wrong": found.wrong,
        "participants": found.traffic.participants,
        "topics": found.traffic.topics,
        "journals": found.shelves,
        "letters": sum(each.letters for each in found.shelves),
    }
