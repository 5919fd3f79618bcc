"""`fantascope rehearse`: play scenarios, and say whether what they wait for has come."""

import time
from contextlib import AbstractContextManager, nullcontext
from functools import partial

import anyio
import click

from services.audio.config import Config as Audio
from services.console.columns import columns
from services.console.foreground import unless_interrupted
from services.console.fresh import Fresh, as_it_runs, fresh
from services.console.installation import Installation, complain_on_stderr, for_project
from services.console.mistakes import mistakes
from services.console.refusal import Refusal
from services.console.rehearsal.finding import chosen, scenario_like
from services.console.rehearsal.rehearsing import rehearse
from services.console.rehearsal.results import WIDTH, Results
from services.console.settings import read_settings


@click.command()
@click.argument("scenarios", nargs=-1, metavar="[SCENARIO]...", shell_complete=scenario_like)
@for_project
@click.option("--live", is_flag=True, help="On the installation that runs, not on a fresh copy of the project.")
@click.option("--list", "listed", is_flag=True, help="Only list the scenarios.")
@click.option("--keep", is_flag=True, help="Keep the copy, with all that was said and made.")
@click.option("--json", "as_json", is_flag=True, help="Print it as one JSON document.")
def command(installation: Installation, scenarios: tuple[str, ...], **options: bool) -> None:
    """Play a scenario: say this, wait for that, kill one of them.

    SCENARIO is a file, or the name of one in the project's folder `scenarios`; without any, all of those are played, on
    a copy of the project that is removed afterwards. Ends with 1 when something did not come as it should.
    docs/scenarios.md tells how to write one.

    \b
    Example:
      fantascope rehearse
      fantascope rehearse first-visitor --live
    """
    found = chosen(installation, scenarios)
    if options["listed"]:
        click.echo("\n".join(columns([(scenario.name, scenario.title) for scenario in found], width=WIDTH)))
        return
    complain_on_stderr("error")  # that a voice is not on this machine is no news here
    audio, begun = voices_of(installation), time.monotonic()
    try:
        with live(installation) if options["live"] else fresh(installation.folder, keep=options["keep"]) as running:
            results = Results(look_further(running, **options), silent=options["as_json"])
            passed = anyio.run(unless_interrupted, partial(rehearse, running, audio, found, results))
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    if options["as_json"]:
        click.echo(results.document(installation.folder, live=options["live"]))
    else:
        end = "; interrupted" if passed is None else ""
        click.secho(results.summary(time.monotonic() - begun) + end, fg="green" if passed else "red")
    if options["keep"] and not options["live"]:
        click.echo(f"the copy is kept in {running.installation.folder}", err=True)
    raise SystemExit(130 if passed is None else 0 if passed else 1)


def voices_of(installation: Installation) -> Audio:
    """Return the project's settings of voices. Raise Refusal for mistakes in any of its settings."""
    settings = read_settings(installation.folder)
    audio, wrong = settings.tables.get("audio"), mistakes(settings)
    if wrong or not isinstance(audio, Audio):
        raise Refusal(*wrong)
    return audio


def live(installation: Installation) -> AbstractContextManager[Fresh]:
    """Return the installation that runs. Raise Refusal when it does not."""
    running = as_it_runs(installation)
    click.echo(f"On {installation.name} as it runs: what is killed and stalled is really killed and stalled.", err=True)
    return nullcontext(running)


def look_further(running: Fresh, *, live: bool, keep: bool, **_: bool) -> str:
    """Return how to find out more about a failure."""
    if live or keep:
        return f"fantascope trace --visit {{visit}} --project {running.installation.folder}"
    return "the same command with --keep, and then `fantascope trace --visit`"
