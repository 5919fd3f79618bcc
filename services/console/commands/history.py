"""`fantascope history`: what was said before, from the journals."""

import time
from typing import Any

import click
import msgspec

from bus import history
from schemas import Event, topic_of
from services.console.completing import pattern_like, visit_like
from services.console.ids import long
from services.console.installation import Installation, for_project
from services.console.lines import line_of
from services.console.moments import Moment
from services.console.named import kinds_like
from services.console.refusal import Misuse, Refusal
from services.console.screen import Screen
from services.console.visits import visit_named

EVERYTHING = 10_000_000
"""Events; more than journals hold."""


@click.command()
@click.argument("pattern", required=False, shell_complete=pattern_like)
@for_project
@click.option("--visit", shell_complete=visit_like, help="Only of one visit; a part of its name will do.")
@click.option("--source", default="", help="Only what one participant said.")
@click.option("--cause", default="", metavar="ID", help="Only what one event led to at once.")
@click.option("--since", type=Moment(), default=0.0, help="Not what was said before; `14:30`, `2h`, `2026-11-20`.")
@click.option("--until", type=Moment(), default=0.0, help="Not what was said after.")
@click.option(
    "-n", "--limit", type=click.IntRange(0), default=50, show_default=True, help="The newest so many; 0: all."
)
@click.option("--full", is_flag=True, help="Do not cut lines at the edge of the terminal.")
@click.option("--json", "as_json", is_flag=True, help="Print the events whole, one a line.")
def command(installation: Installation, pattern: str | None, full: bool, as_json: bool, **asked: Any) -> None:
    """Print what was said before, oldest first; also while nothing runs.

    PATTERN is a topic, the first word of some, or a pattern with *. Live events are in no journal.

    \b
    Example:
      fantascope history speech --since 14:30
      fantascope history "*.ready" --visit ab12
      fantascope history --source image -n 0 --json
    """
    found = history.read(installation.journals, query(installation, pattern, asked))
    if not found and not as_json:
        raise Refusal(f"nothing of that kind is in the journals of {installation.name}")
    width, day = 0 if full else Screen.here(False).width, today()
    for event in found:
        if as_json:
            click.echo(msgspec.json.encode(event))
            continue
        if day_of(event) != day:
            day = day_of(event)
            click.echo(click.style(day, dim=True))
        click.echo(line_of(event, width=width))


def query(installation: Installation, pattern: str | None, asked: dict[str, Any]) -> history.Query:
    """Return the question that the options put."""
    topics = tuple(topic_of(kind) for kind in kinds_like(pattern) if kind.lane == "log") if pattern else ()
    if pattern and not topics:
        raise Misuse(f"{pattern} is live: it is in no journal; `fantascope watch {pattern}` shows it as it is said")
    return history.Query(
        topics=topics,
        source=asked["source"],
        visit=visit_named(installation, asked["visit"]) if asked["visit"] else "",
        cause=long(asked["cause"]),
        since=asked["since"],
        until=asked["until"],
        limit=asked["limit"] or EVERYTHING,
        newest=bool(asked["limit"]),
    )


def day_of(event: Event) -> str:
    """Return the day on which something was said."""
    return time.strftime("%Y-%m-%d", time.localtime(event.time))


def today() -> str:
    """Return the day that needs no mention."""
    return time.strftime("%Y-%m-%d")
