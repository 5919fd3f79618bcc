"""`fantascope trace`: from anything that was shown or heard, back to the words that led to it."""

import click
import msgspec

from bus import history
from schemas import EVENTS, Event
from services.console.ids import long, short
from services.console.installation import Installation, for_project
from services.console.lines import line_of
from services.console.refusal import Refusal


@click.command()
@click.argument("wanted", metavar="ID|TOPIC")
@for_project
@click.option("--json", "as_json", is_flag=True, help="Print the events whole, one a line.")
def command(installation: Installation, wanted: str, as_json: bool) -> None:
    """Follow any event back to the words that led to it.

    Reads the journals, so it works while nothing runs. A topic stands for its newest event. The cause of all comes
    first, the event that was asked for last.

    \b
    Example:
      fantascope trace scene.shown
      fantascope trace image:1.12
    """
    event = find(installation, wanted)
    chain = causes(installation, event)
    for step in chain:
        click.echo(msgspec.json.encode(step) if as_json else line_of(step))
    if chain[0].cause and not as_json:
        gone = f"{short(chain[0].id)} was caused by {short(chain[0].cause)}, which is in no journal any more"
        click.echo(gone, err=True)


def find(installation: Installation, wanted: str) -> Event:
    """Return the event of an id, or the newest of a topic. Raise Refusal when there is none."""
    folder = installation.journals
    if wanted in EVENTS:
        newest = history.read(folder, history.Query(topics=(wanted,), limit=1, newest=True))
        if not newest:
            raise Refusal(f"no {wanted} is in the journals of {installation.name}")
        return newest[0]
    event = history.get(folder, long(wanted))
    if event is None:
        kind = "live events are in no journal" if "~" in wanted else "an id reads `source:number`, or name a topic"
        raise Refusal(f"no event {wanted!r} is in the journals of {installation.name}; {kind}")
    return event


def causes(installation: Installation, event: Event) -> list[Event]:
    """Return an event and everything that led to it, the first cause first."""
    chain, seen = [event], {event.id}
    while chain[0].cause not in seen:
        before = history.get(installation.journals, chain[0].cause)
        if before is None:
            break
        chain.insert(0, before)
        seen.add(before.id)
    return chain
