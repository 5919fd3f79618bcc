"""`fantascope watch`: what is said on the bus, as it is said."""

import shutil
import sys

import anyio
import click
import msgspec

from schemas import EVENTS, Event
from services.console.hand import on_bus
from services.console.installation import Installation, for_project
from services.console.lines import QUIET, line_of
from services.console.named import kinds_like

KEEP = 500
"""Live events that wait while the terminal is slow."""


@click.command()
@click.argument("pattern", required=False)
@for_project
@click.option("--json", "as_json", is_flag=True, help="Print the events whole, one a line.")
def command(installation: Installation, pattern: str | None, as_json: bool) -> None:
    """Print what is said on the bus, as it is said, until Ctrl-C.

    PATTERN is a topic, the first word of some, or a pattern with *. Without it everything is shown but what comes
    many times a second or says the same all day: hello, status, image.progress and mic.chunk.

    \b
    Example:
      fantascope watch
      fantascope watch image
      fantascope watch "*.ready" --json
    """
    kinds = kinds_like(pattern) if pattern else [kind for topic, kind in EVENTS.items() if topic not in QUIET]
    try:
        anyio.run(watch, installation, kinds, as_json)
    except KeyboardInterrupt:
        raise SystemExit(130) from None


async def watch(installation: Installation, kinds: list[type[Event]], as_json: bool) -> None:
    """Print events of some kinds until cancelled."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    async with (
        on_bus(installation, "watch") as bus,
        bus.subscribe(*kinds, keep=KEEP) as events,
    ):
        async for event in events:
            click.echo(msgspec.json.encode(event) if as_json else line_of(event, width=width))
