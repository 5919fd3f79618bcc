"""`fantascope call`: a request by hand, and its reply."""

from functools import partial

import anyio
import click
import msgspec

from bus import Bus, Subscription
from schemas import EVENTS, Asset, Cancel, Event, Reply, Request, RollCall, Status, topic_of
from services.console.build import build
from services.console.completing import field_like, request_like
from services.console.foreground import unless_interrupted
from services.console.hand import on_bus
from services.console.installation import Installation, for_project
from services.console.lines import line_of
from services.console.refusal import Misuse, Refusal
from services.console.screen import Screen
from services.console.traffic import number

PRESENCE = 1.5
"""Seconds after which somebody who answers must have said that they are there."""
GRACE = 2.0
"""Seconds that a reply may be late, or that a cancelled request may take to end."""


@click.command()
@click.argument("topic", shell_complete=request_like)
@click.argument("fields", nargs=-1, metavar="[FIELD=VALUE]...", shell_complete=field_like)
@for_project
@click.option("--json", "as_json", is_flag=True, help="Print the whole reply.")
def command(installation: Installation, topic: str, fields: tuple[str, ...], as_json: bool) -> None:
    """Send a request and wait for its reply.

    Prints the reply, and where the file is if it brought one. Ends with 0 when it is what was asked for, with 1 when it
    is `failed` or `cancelled` or does not come in time (field `within`). Ctrl-C cancels the request.

    \b
    Example:
      fantascope call image.request scene="a heron at dawn" seed=7
    """
    request = build(topic, fields)
    if not isinstance(request, Request):
        raise Misuse(f"{topic} is no request: nobody replies to it; `fantascope send` sends it")
    reply = anyio.run(unless_interrupted, partial(ask, installation, request))
    if reply is None:
        raise SystemExit(130)
    if as_json:
        click.echo(msgspec.json.encode(reply))
    else:
        click.echo(line_of(reply, width=Screen.here(False).width))
        asset = getattr(reply, "asset", None)
        if isinstance(asset, Asset):
            click.echo(installation.folder / "assets" / asset.path)
    raise SystemExit(1 if topic_of(type(reply)) in ("failed", "cancelled") else 0)


async def ask(installation: Installation, request: Request) -> Reply:
    """Return the reply to a request. Raise Refusal when nobody is there to give one, or none comes in time."""
    kinds = [kind for kind in EVENTS.values() if issubclass(kind, Reply)]
    async with on_bus(installation, "call") as bus, bus.subscribe(*kinds, Status, keep=100) as events:
        bus.post(RollCall())
        sent = await bus.publish(request)
        try:
            with anyio.fail_after(PRESENCE) as patience:
                first = patience.deadline
                return await reply_to(sent, events, patience)
        except TimeoutError:
            topic = topic_of(type(request))
            late = f"no reply came within {request.within:g} s; `fantascope trace {sent.id}` shows what is known of it"
            nobody = f"nobody on the bus of {installation.name} answers {topic}; `fantascope status` says why"
            raise Refusal(nobody if patience.deadline == first else late) from None
        except anyio.get_cancelled_exc_class():
            await give_up(bus, sent, events)
            raise


async def reply_to(sent: Request, events: Subscription[Event], patience: anyio.CancelScope) -> Reply:
    """Return the reply; wait for as long as it is worth anything from when it is known that somebody will give one."""
    async for event in events:
        if isinstance(event, Reply) and event.cause == sent.id:
            return event
        if isinstance(event, Status) and number(event, f"topic {topic_of(type(sent))}", "readers"):
            patience.deadline = max(patience.deadline, anyio.current_time() + sent.within + GRACE)
    raise EOFError  # a subscription has no end


async def give_up(bus: Bus, sent: Request, events: Subscription[Event]) -> None:
    """Cancel a request and see it end."""
    with anyio.move_on_after(GRACE, shield=True):
        await bus.publish(Cancel(request=sent.id))
        await reply_to(sent, events, anyio.CancelScope())
