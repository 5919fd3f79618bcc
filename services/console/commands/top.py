"""`fantascope top`: what services do and cost, again and again."""

import time
from collections.abc import Callable, Iterator
from functools import partial

import anyio
import anyio.to_thread
import click
import msgspec

from schemas import RollCall, Status
from services.console.columns import amount, columns, cut, span
from services.console.condition import total
from services.console.hand import on_bus
from services.console.installation import Installation, for_project
from services.console.lines import harmless
from services.console.load import Cost, Meter
from services.console.refusal import Refusal
from services.console.screen import Screen

COLUMNS = ("service", "up", "cpu %", "MB", "lag", "wait", "hand", "done", "bad", "each", "with")
HOME, REST, ENTER, LEAVE = "\x1b[H", "\x1b[J", "\x1b[?1049h\x1b[?25l", "\x1b[?1049l\x1b[?25h"
"""What a terminal does: go to its first line, clear what is below, take a page of its own, and give it back."""


class Service(msgspec.Struct, frozen=True):
    """One service at a moment."""

    status: Status
    cost: Cost


Services = dict[str, Service]
FIRST = 0.25
"""Seconds after which everybody has said how they are; what they cost is known one look later."""


@click.command()
@for_project
@click.option("--every", type=click.FloatRange(0.2, 60), default=2.0, show_default=True, metavar="SECONDS")
@click.option("--once", is_flag=True, help="Look once, and end.")
@click.option("--json", "as_json", is_flag=True, help="Look once, and print it as one JSON document.")
def command(installation: Installation, every: float, once: bool, as_json: bool) -> None:
    """Show what services do and cost, again and again, until Ctrl-C.

    `lag` is how late the event loop was at worst in the last second, `bad` what failed of that which was asked for,
    `each` how long it took on average. What a service costs includes the processes that work for it.

    \b
    Example:
      fantascope top
      fantascope top --once
    """
    if not installation.participants():
        raise Refusal(f"{installation.name} does not run; `fantascope up` starts it")
    screen = Screen.here(False)
    page = bool(screen.width) and not (once or as_json)
    click.echo(ENTER if page else "", nl=False)
    try:
        anyio.run(show, installation, every, partial(draw, installation, screen, page, as_json), once or as_json)
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    finally:
        click.echo(LEAVE if page else "", nl=False)


async def show(installation: Installation, every: float, use: Callable[[Services], None], once: bool) -> None:
    """Look again and again, or once; each time the time between two looks is waited for."""
    meter, said = Meter(), dict[str, Status]()
    wait = FIRST
    async with on_bus(installation, "top") as bus, bus.subscribe(Status, keep=100) as events:
        while True:
            bus.post(RollCall())
            with anyio.move_on_after(wait):
                async for status in events:
                    said[status.source] = status
            there = installation.participants()
            pids = [(name, status.pid) for name, status in sorted(said.items()) if name in there]
            costs = await anyio.to_thread.run_sync(meter.look, pids)
            if wait == every:
                use({name: Service(said[name], cost) for name, cost in costs.items()})
                if once:
                    return
            wait = every


def draw(installation: Installation, screen: Screen, page: bool, as_json: bool, services: Services) -> None:
    """Show what was seen, on a page of the terminal's, as lines, or as JSON."""
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(services)))
        return
    text = "\n".join(drawn(installation, services, screen.width))
    click.echo(f"{HOME}{text}{REST}" if page else text, nl=not page)


def drawn(installation: Installation, services: Services, width: int) -> Iterator[str]:
    """Yield what a terminal shows."""
    story = services["story"].status.reports.get("story", {}) if "story" in services else {}
    stage = f"visit {story['visit']}, turn {story['turn']}, beat {story['beat']}" if story.get("visit") else "nobody"
    costs = [each.cost for each in services.values()]
    whole = f"{sum(cost.percent for cost in costs):.1f} % of a core, {sum(cost.megabytes for cost in costs):.0f} MB"
    yield cut(f"{installation.name}  {time.strftime('%H:%M:%S')}  {whole}", width)
    yield cut(harmless(stage), width)
    yield ""
    head, *lines = columns([COLUMNS, *map(row, services.values())], right=range(1, 10), width=width)
    yield head
    for each, line in zip(services.values(), lines, strict=True):
        yield click.style(line, fg=None if each.status.state == "ready" and not each.status.message else "yellow")
    for name, each in services.items():
        if each.status.message:
            yield click.style(cut(harmless(f"{name}: {each.status.message}"), width), fg="red")


def row(service: Service) -> tuple[str, ...]:
    """Return one line of the table."""
    status, cost = service.status, service.cost
    queues = [report for section, report in status.reports.items() if section.startswith("queue ")]
    done = total(queues, "done")
    seconds = sum(float(str(queue.get("seconds_each", 0))) * total([queue], "done") for queue in queues)
    counts = [amount(total(queues, key)) for key in ("waiting", "in_hand", "done", "failed")] if queues else [""] * 4
    return (
        status.source,
        span(status.uptime) if status.state == "ready" else status.state,
        f"{cost.percent:.1f}",
        f"{cost.megabytes:.0f}",
        f"{status.loop_lag * 1000:.0f} ms",
        *counts,
        f"{seconds / done:.2f} s" if done else "",
        " ".join(backends(status)),
    )


def backends(status: Status) -> Iterator[str]:
    """Yield the first backend of every chain that is up; they are the ones that work."""
    for report in status.reports.values():
        known = report.get("backends")
        if isinstance(known, list):
            yield next((each.partition(":")[0] for each in known if each.endswith(": up")), "NONE")
