"""Starting services anew, one after the other, so that the room never falls silent as a whole."""

import time
from collections.abc import Collection

import anyio
import anyio.to_thread
import click

from schemas import RollCall, Status
from services.actor.near import near
from services.console.condition import silence
from services.console.hand import on_bus
from services.console.installation import Installation
from services.console.lines import harmless
from services.console.refusal import Misuse, Refusal
from services.console.starting import note_page
from services.console.supervision import Supervision


def programs(supervision: Supervision, installation: Installation, named: Collection[str]) -> list[str]:
    """Return the services that are meant: all when none is named. Raise Refusal when nothing runs."""
    known = supervision.processes()
    if not known:
        raise Refusal(f"{installation.name} does not run; `fantascope up` starts it")
    for name in named:
        if name not in known:
            raise Misuse(f"there is no service {name!r}{near(name, known)}; there is {', '.join(known)}")
    return list(dict.fromkeys(named or known))


async def renew(installation: Installation, supervision: Supervision, names: Collection[str], within: float) -> bool:
    """Start services anew, each when the one before is ready; say how it goes. Return whether all became ready."""
    width = max(map(len, names), default=0)
    good = True
    for name in names:
        began = time.monotonic()
        await anyio.to_thread.run_sync(supervision.restart, name, abandon_on_cancel=True)
        ready = await becomes_ready(installation, name, within)
        took = time.monotonic() - began
        if ready is not None:
            note_page(supervision, ready)
            click.echo(harmless(f"  {name:{width}}  ready again after {took:.1f} s  {ready.message}").rstrip())
        else:
            why = silence(supervision, name, supervision.processes()[name])
            click.echo(harmless(f"  {name:{width}}  not ready after {took:.0f} s, is tried on: {why}"))
            good = False
    return good


async def becomes_ready(installation: Installation, name: str, within: float) -> Status | None:
    """Return the word of a service that it is ready, or None when it does not say so in time."""
    async with on_bus(installation, "restart") as bus, bus.subscribe(Status, keep=100) as events:
        bus.post(RollCall())
        with anyio.move_on_after(within):
            async for status in events:
                if status.source == name and status.state == "ready":
                    return status
    return None
