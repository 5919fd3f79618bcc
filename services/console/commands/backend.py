"""`fantascope backend`: which there are, a new one, and whether one does what it has to."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

import anyio
import click
import msgspec
from click.shell_completion import CompletionItem

from services.actor.conformance import Outcome, State
from services.console.beginning import begin
from services.console.choosing import chosen
from services.console.completing import begins
from services.console.installation import Installation, find, for_project
from services.console.offers import Offer, offers, use_of
from services.console.refusal import Refusal
from services.console.roles import ROLES
from services.console.screen import Screen
from services.console.settings import open_secrets, read_settings
from services.console.trial import examine
from services.console.wrapping import wrapped

COLOURS: dict[State, str | None] = {"ok": "green", "failed": "red", "not claimed": None}


@click.group()
def command() -> None:
    """List backends, make one from a template, and test it.

    \b
    Example:
      fantascope backend list
      fantascope backend new stripes --service image
      fantascope backend test stripes.py:Stripes
    """


def backend_like(ctx: click.Context, _param: click.Parameter, typed: str) -> list[CompletionItem[str]]:
    """Return backends that begin as typed."""
    installation = find(ctx.params.get("project"))
    found = {each.use for each in offers(read_settings(installation.folder), installation.folder)}
    return [CompletionItem(use) for use in sorted(found) if begins(use, typed)]


@command.command("list")
@for_project
@click.option("--service", help="Only those of a service or a role, such as audio or voice.")
@click.option("--json", "as_json", is_flag=True, help="Print it as one JSON document.")
def list_(installation: Installation, service: str | None, as_json: bool) -> None:
    """List every backend, what it can do, and whether it can be used here.

    A number says at which place of its list the project has it: 0 is asked first. One without a number is there to
    be used. What is missing for one stands below it, with its cure.

    \b
    Example:
      fantascope backend list
      fantascope backend list --service voice
    """
    open_secrets(installation)
    found = [each for each in offers(read_settings(installation.folder), installation.folder) if fits(each, service)]
    if not found:
        raise Refusal(f"there is no service and no role called {service!r}; roles are {', '.join(ROLES)}")
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found)))
        return
    width = Screen.here(False).width
    for place, each in groupby(found, key=lambda offer: offer.list):
        click.echo(place or "installed, and cannot be loaded")
        for one in each:
            for line in lines_of(one, width):
                click.echo(line)


def fits(offer: Offer, wanted: str | None) -> bool:
    """Return whether a backend belongs to a service or to a role."""
    role = ROLES.get(wanted or "")
    return not wanted or offer.list.startswith(f"{wanted}.") or bool(role and offer.list == role.place)


def lines_of(offer: Offer, width: int) -> Iterator[str]:
    """Yield a backend, and below it what it lacks."""
    number = "" if offer.place is None else str(offer.place)
    colour = "red" if offer.lacks else "green" if number else None
    yield from (click.style(line, fg=colour) for line in wrapped(f"  {number:>2} ", described(offer), width))
    for lack in offer.lacks:
        yield from wrapped("       lacks ", lack, width)


def described(offer: Offer) -> str:
    """Return a backend in one line."""
    return f"{offer.use:14}  {' '.join(offer.capabilities)}".rstrip()


@command.command()
@click.argument("name")
@for_project
@click.option("--service", "role", type=click.Choice(list(ROLES)), required=True, help="What it is to do there.")
def new(installation: Installation, name: str, role: str) -> None:
    """Write a backend into the project, from a template.

    It works at once, and is yours to change. Prints the lines that make the project use it.

    \b
    Example:
      fantascope backend new stripes --service image --project projects/mine
    """
    use, lines = begin(installation, name, ROLES[role])
    click.echo(f"{installation.folder / name}.py is there. To use it, write into project.toml:\n\n{lines}")
    click.echo(f"Whether it does what it has to:\n  fantascope backend test {use} --project {installation.folder}")


@command.command()
@click.argument("name", shell_complete=backend_like)
@for_project
@click.option("--service", "role", type=click.Choice(list(ROLES)), help="What it does, where it can do several things.")
@click.option("--json", "as_json", is_flag=True, help="Print it as one JSON document.")
def test(installation: Installation, name: str, role: str | None, as_json: bool) -> None:
    """Try whether a backend does what it has to.

    That is what every backend has to, what its role asks for, and what it claims to be able to. NAME is one that
    `fantascope backend list` shows, or file.py:Class for a file in the project's folder. It gets the settings that
    the project has for it. Ends with 0 when nothing failed, else with 1.

    \b
    Example:
      fantascope backend test painter
      fantascope backend test stripes.py:Stripes --project projects/mine
    """
    open_secrets(installation)
    plays, config = chosen(installation, name, role)
    found: list[Outcome] = []
    width = 0 if as_json else Screen.here(False).width

    def tell(outcome: Outcome) -> None:
        found.append(outcome)
        for line in () if as_json else told(outcome, width):
            click.echo(line)

    try:
        anyio.run(examine, installation, name, plays.name, tell)
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found)))
    else:
        click.echo(verdict(f"{use_of(type(config))}, {plays.name}", found))
    raise SystemExit(1 if any(outcome.state == "failed" for outcome in found) else 0)


def told(outcome: Outcome, width: int) -> Iterator[str]:
    """Yield how a check came out; for one that failed, also what must be true and how it is not."""
    claim = f" ({outcome.why})" if outcome.state == "not claimed" else ""
    yield click.style(f"{outcome.state:12} {outcome.check}{claim}", fg=COLOURS[outcome.state])
    for line in (outcome.says, outcome.why) if outcome.state == "failed" else ():
        yield from wrapped(" " * 13, line, width)


def verdict(name: str, found: list[Outcome]) -> str:
    """Return all of it in one line."""
    counts = Counter(outcome.state for outcome in found)
    return f"{name}: " + ", ".join(f"{counts[state]} {state}" for state in COLOURS if counts[state])
