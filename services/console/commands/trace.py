"""`fantascope trace`: from anything that was shown or heard, back to the words that led to it."""

import click
import msgspec

from services.console.completing import topic_like, visit_like
from services.console.installation import Installation, for_project
from services.console.lines import line_of
from services.console.provenance.finding import broken, causes, find
from services.console.provenance.waterfall import waterfall
from services.console.refusal import Misuse
from services.console.screen import Screen
from services.console.visits import NEWEST, events_of, visit_named


@click.command()
@click.argument("wanted", metavar="[ID|TOPIC]", required=False, shell_complete=topic_like)
@for_project
@click.option(
    "--visit",
    is_flag=False,
    flag_value=NEWEST,
    shell_complete=visit_like,
    help="Draw a whole visit instead; a part of its name will do, and nothing means the newest.",
)
@click.option("--full", is_flag=True, help="Do not cut lines at the edge of the terminal.")
@click.option("--json", "as_json", is_flag=True, help="Print the events whole, one a line.")
def command(installation: Installation, wanted: str | None, visit: str | None, full: bool, as_json: bool) -> None:
    """Follow any event back to the words that led to it, or draw a whole visit.

    Reads the journals, so it works while nothing runs. A topic stands for its newest event. The cause of all comes
    first, the event that was asked for last. `fantascope why` tells the same of a picture or a sound in words.

    \b
    Example:
      fantascope trace scene.shown
      fantascope trace image:1.12
      fantascope trace --visit
    """
    if bool(wanted) == bool(visit):
        raise Misuse("name an event or a topic to follow, or draw a visit with --visit")
    screen = Screen() if full else Screen.here(False)
    steps = (
        events_of(installation, visit_named(installation, visit))
        if visit
        else causes(installation, find(installation, wanted or ""))
    )
    if as_json:
        lines = [msgspec.json.encode(step).decode() for step in steps]
    elif visit:
        lines = waterfall(steps, screen.width)
    else:
        lines = [line_of(step, width=screen.width) for step in steps]
    for line in lines:
        click.echo(line)
    if wanted and broken(steps) and not as_json:
        click.echo(broken(steps), err=True)
