"""`fantascope send`: any event, published by hand."""

import anyio
import click
import msgspec

from schemas import Event
from services.console.build import build
from services.console.completing import field_like, topic_like
from services.console.hand import on_bus
from services.console.installation import Installation, for_project


@click.command()
@click.argument("topic", shell_complete=topic_like)
@click.argument("fields", nargs=-1, metavar="[FIELD=VALUE]...", shell_complete=field_like)
@for_project
@click.option("--json", "as_json", is_flag=True, help="Print the whole event instead of its id.")
def command(installation: Installation, topic: str, fields: tuple[str, ...], as_json: bool) -> None:
    """Publish one event, as if a service or a visitor had, and print its id.

    A field that holds several values is given once for each of them, or as a JSON list; nested ones are given as
    JSON. `fantascope schema TOPIC` shows what an event may hold. The event says who sent it: see `fantascope why`.

    \b
    Example:
      fantascope send speech.final text="a fox that collects lost shadows"
      fantascope send image.request scene="a harbour at night" characters="a cat"
    """
    event = build(topic, fields)
    sent = anyio.run(publish, installation, event)
    click.echo(msgspec.json.encode(sent) if as_json else sent.id)


async def publish(installation: Installation, event: Event) -> Event:
    """Publish an event; it is in a journal, where its lane has one, when this returns."""
    async with on_bus(installation, "send") as bus:
        if len(installation.participants()) == 1:
            click.echo(f"nobody else is on the bus of {installation.name}: {kept(event)}", err=True)
        return await bus.publish(event)


def kept(event: Event) -> str:
    """Return what becomes of an event that nobody hears."""
    return "it is kept in the journal" if event.lane == "log" else "it is gone"
