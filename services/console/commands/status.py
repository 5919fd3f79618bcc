"""`fantascope status`: how every service is, and what is wrong."""

import anyio
import click
import msgspec

from services.console.columns import columns, span
from services.console.condition import Condition, conditions
from services.console.installation import Installation, for_project
from services.console.supervision import Supervision

COLUMNS = ("service", "process", "state", "up", "waiting", "in hand", "done", "says")


@click.command()
@for_project
@click.option("--json", "as_json", is_flag=True, help="Print it as one JSON document.")
def command(installation: Installation, as_json: bool) -> None:
    """Show how every service is, and say what is wrong.

    Ends with 0 when every service is ready and what it says is recorded, else with 1. `fantascope bus` shows more of
    the bus.

    \b
    Example:
      fantascope status
    """
    found = anyio.run(conditions, installation)
    supervision = Supervision.of(installation)
    wrong = verdict(installation.name, supervision, found)
    if as_json:
        document = {"project": str(installation.folder), "ready": not wrong, "wrong": wrong, "services": found}
        click.echo(msgspec.json.format(msgspec.json.encode(document)))
    else:
        for line in table(found) if found else ():
            click.echo(line)
        page = "".join(f"; page at {each.url}" for each in found if each.url)
        click.echo(wrong or f"{installation.name}: all {len(found)} services are ready{page}")
    raise SystemExit(1 if wrong else 0)


def verdict(name: str, supervision: Supervision, found: list[Condition]) -> str:
    """Return in one line what is wrong, or nothing."""
    if not found:
        return f"{name} does not run; `fantascope up` starts it"
    if not supervision.pid():
        return f"{name} runs without supervisord: {', '.join(each.name for each in found)}; nothing starts them again"
    wrong = [f"{each.name}: {each.unrecorded}" for each in found if each.unrecorded]
    wrong += [f"{each.name} {each.message or f'is {each.state}'}" for each in found if not each.ready]
    return f"{name}: " + "; ".join(wrong) if wrong else ""


def table(found: list[Condition]) -> list[str]:
    """Return the conditions as lines with columns."""
    lines = columns([COLUMNS, *(row(each) for each in found)])
    colours = [None, *map(colour_of, found)]
    return [click.style(line, fg=colour) for line, colour in zip(lines, colours, strict=True)]


def colour_of(each: Condition) -> str:
    """Return the colour of a service."""
    if not each.ready or each.unrecorded:
        return "red"
    return "yellow" if each.message else "green"


def row(each: Condition) -> tuple[str, ...]:
    """Return one line of the table."""
    numbers = (str(each.waiting), str(each.in_hand), str(each.done)) if each.state else ("", "", "")
    says = "; ".join(filter(None, (each.message, gave_way(each))))
    return each.name, each.process.lower(), each.state, span(each.uptime), *numbers, says


def gave_way(each: Condition) -> str:
    """Return what was dropped, which is no harm: a listener who falls behind gets the newest."""
    dropped = ", ".join(f"{count:,} {topic}" for topic, count in each.dropped.items())
    return f"dropped {dropped}" if dropped else ""
