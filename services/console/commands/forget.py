"""`fantascope forget`: what visitors said is removed, and all that was made of it."""

import sys
import time
from functools import partial
from typing import Any

import anyio
import click
import msgspec

from bus import history
from services.console.completing import visit_like
from services.console.forgetting.choosing import Choice, Choose, Window, asked_before, of_visits
from services.console.forgetting.removing import Removed, remove
from services.console.forgetting.telling import lines_after, lines_before, verdict
from services.console.forgetting.tracing import Search, search
from services.console.installation import Installation, for_project
from services.console.moments import Moment
from services.console.refusal import Misuse
from services.console.screen import Screen
from services.console.visits import visit_named


@click.command()
@click.argument("visits", nargs=-1, metavar="[VISIT]...", shell_complete=visit_like)
@for_project
@click.option("--since", type=Moment(), help="Every visit, and every word, from then on: `14:30`, `2h`, `2026-11-20`.")
@click.option("--until", type=Moment(), help="But not what was said only after that.")
@click.option("--dry-run", is_flag=True, help="Only show what would be removed.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print it as one JSON document.")
def command(
    installation: Installation, visits: tuple[str, ...], *, dry_run: bool, yes: bool, as_json: bool, **window: Any
) -> None:
    """Remove what visitors said, and all that was made of it: words, prompts, pictures and sounds.

    VISIT is the name of a visit, a part of it, or `newest`. One that is on stage is ended first. Afterwards every file
    is searched for what was removed. Ends with 0 when nothing of it is left, else with 1. That it was forgotten, when
    and by whom, stays on record, without a word of it.

    \b
    Example:
      fantascope forget newest
      fantascope forget 20261120-143012-ab12 --dry-run
      fantascope forget --since 14:30 --until 15:00 --yes
    """
    choose = choice_of(installation, visits, **window)
    choice = choose()
    if not as_json:
        for line in lines_before(choice, Screen.here(False)):
            click.echo(line)
    if dry_run or not (choice.events or choice.ids):
        say_nothing_done(choice, as_json)
        return
    if not yes:
        ask()
    try:
        removed, found = forget(installation, choose, choice)
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    tell(removed, found, as_json)
    raise SystemExit(1 if removed.silent or found.traces else 0)


def choice_of(installation: Installation, visits: tuple[str, ...], since: float | None, until: float | None) -> Choose:
    """Return what chooses, whenever it is called, what is meant. Raise Misuse when nothing is, or too much."""
    if visits and (since or until):
        raise Misuse("name visits, or give --since, not both")
    if visits:
        return partial(of_visits, installation.journals, [known(installation, typed) for typed in visits])
    if since is None:
        raise Misuse("name a visit, or give --since; `fantascope history visit.started` lists visits")
    if until is not None and until < since:
        raise Misuse("--until is before --since")
    return Window(installation.journals, since, time.time() if until is None else until)


def known(installation: Installation, typed: str) -> str:
    """Return the visit that is meant; also one of which little is left, because forgetting it was interrupted."""
    journals = installation.journals
    if history.read(journals, history.Query(visit=typed, limit=1)) or asked_before(journals, [typed]):
        return typed
    return visit_named(installation, typed)


def ask() -> None:
    """Ask whether it is meant. Raise Misuse where nobody can be asked."""
    if not sys.stdin.isatty():
        raise Misuse("nobody can be asked here whether to remove this for good; --yes says so")
    if not click.confirm("Remove this for good?"):
        click.echo("nothing was removed")
        raise SystemExit(1)


def say_nothing_done(choice: Choice, as_json: bool) -> None:
    """Say that nothing was removed."""
    if as_json:
        document = {"visits": list(choice.visits.values()), "words": choice.words, "removed": None}
        click.echo(msgspec.json.format(msgspec.json.encode(document)))
    else:
        click.echo("nothing was removed" if choice.events else "there is nothing to forget")


def forget(installation: Installation, choose: Choose, choice: Choice) -> tuple[Removed, Search]:
    """Remove and search; write those journals anew in which something is found, and search again."""
    removed = anyio.run(remove, installation, choose, choice)
    found = search(installation, removed)
    harmed = {trace.journal for trace in found.traces if trace.journal}
    if harmed and not removed.silent:
        again = anyio.run(remove, installation, choose, choice, harmed)
        removed.silent = again.silent
        found = search(installation, removed)
    return removed, found


def tell(removed: Removed, found: Search, as_json: bool) -> None:
    """Print what was done."""
    if as_json:
        fields = msgspec.structs.asdict(removed)
        del fields["texts"], fields["marks"]
        click.echo(msgspec.json.format(msgspec.json.encode({"removed": fields, "search": found})))
        return
    for line in (*lines_after(removed, found), verdict(removed, found)):
        click.echo(line)
