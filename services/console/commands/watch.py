"""`fantascope watch`: what is said on the bus, as it is said."""

import anyio
import click
import msgspec

from schemas import EVENTS, Event
from services.console.completing import pattern_like
from services.console.hand import on_bus
from services.console.installation import Installation, for_project
from services.console.lines import QUIET, line_of
from services.console.named import kinds_like
from services.console.paper import Paper
from services.console.screen import Screen

KEEP = 5_000
"""Live events that wait while the terminal is slow."""


@click.command()
@click.argument("pattern", required=False, shell_complete=pattern_like)
@for_project
@click.option("--full", is_flag=True, help="Do not cut lines at the edge of the terminal.")
@click.option("--json", "as_json", is_flag=True, help="Print the events whole, one a line.")
def command(installation: Installation, pattern: str | None, full: bool, as_json: bool) -> None:
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
    width = 0 if full else Screen.here(False).width
    try:
        anyio.run(watch, installation, kinds, width, as_json)
    except* BrokenPipeError:
        raise SystemExit(1) from None
    except* KeyboardInterrupt:
        raise SystemExit(130) from None


async def watch(installation: Installation, kinds: list[type[Event]], width: int, as_json: bool) -> None:
    """Print events of some kinds until cancelled."""
    paper = Paper()
    async with (
        on_bus(installation, "watch") as bus,
        bus.subscribe(*kinds, keep=KEEP) as events,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(paper.write)
        async for event in events:
            paper.print(msgspec.json.encode(event).decode() if as_json else line_of(event, width=width))
