"""`fantascope topics`: what can be said, and by whom to whom."""

import click
import msgspec

from schemas import EVENTS, topic_of
from services.console.columns import columns
from services.console.completing import pattern_like, summary
from services.console.conversations import Conversation, conversations, voices
from services.console.installation import Installation, for_project
from services.console.named import kinds_like
from services.console.screen import Screen
from services.console.settings import read_settings

COLUMNS = ("topic", "lane", "from", "to", "means")
ALL = 4
"""From so many on they are all."""


@click.command()
@click.argument("pattern", required=False, shell_complete=pattern_like)
@for_project
@click.option("--json", "as_json", is_flag=True, help="Print it as one JSON document.")
def command(installation: Installation, pattern: str | None, as_json: bool) -> None:
    """List what can be said, and who says and hears it.

    PATTERN is a topic, the first word of some, or a pattern with *. `fantascope schema TOPIC` shows the fields.

    \b
    Example:
      fantascope topics
      fantascope topics speech
    """
    kinds = [(topic_of(kind), kind) for kind in kinds_like(pattern)] if pattern else list(EVENTS.items())
    found = conversations(voices(read_settings(installation.folder)), kinds)
    if as_json:
        said = [{**msgspec.structs.asdict(each), "means": summary(EVENTS[each.topic])} for each in found]
        click.echo(msgspec.json.format(msgspec.json.encode(said)))
        return
    head, *lines = columns([COLUMNS, *map(row, found)], width=Screen.here(False).width)
    click.echo(head)
    for each, line in zip(found, lines, strict=True):
        click.echo(click.style(line, dim=each.lane == "live") if not each.wrong else click.style(line, fg="red"))


def row(each: Conversation) -> tuple[str, ...]:
    """Return one line of the table."""
    return each.topic, each.lane, crowd(each.says), crowd(each.hears), summary(EVENTS[each.topic])


def crowd(names: list[str]) -> str:
    """Return some names in few characters."""
    return f"{len(names)} of them" if len(names) >= ALL else " ".join(names) or "-"
