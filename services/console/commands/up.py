"""`fantascope up`: refuse what cannot work, start the rest, and say when it is ready."""

import importlib.util
from functools import partial

import anyio
import click

from services.catalogue import service_names
from services.console.ending import bring_down
from services.console.foreground import tell, unless_interrupted
from services.console.installation import Installation, for_project
from services.console.mistakes import mistakes, taken
from services.console.page import Page, page_of
from services.console.refusal import Refusal
from services.console.settings import read_settings
from services.console.starting import all_ready
from services.console.supervision import About, Supervision


@click.command()
@for_project
@click.option("--foreground", is_flag=True, help="Stay, print what matters, and bring it down at Ctrl-C.")
@click.option("--within", default=60.0, show_default=True, metavar="SECONDS", help="Time to become ready.")
def command(installation: Installation, foreground: bool, within: float) -> None:
    """Start the installation and wait until every service is ready.

    Checks the project first, and starts nothing when there is a mistake in it. Ends with 0 when every service is
    ready. One that is not ready in time keeps being started anew, and this command ends with 1.

    \b
    Example:
      fantascope up --project projects/demo
    """
    supervision = Supervision.of(installation)
    page = refuse(installation, supervision)
    click.echo(f"Starting {installation.name} …")
    supervision.start(installation)
    supervision.note(About(folder=str(installation.folder), address=page.address))
    ready = anyio.run(unless_interrupted, partial(all_ready, installation, within))
    if ready is not None:
        about = supervision.about()
        click.echo(f"The page: {about.address if about else page.address}")
        if foreground:
            click.echo("Ctrl-C ends it.")
            anyio.run(unless_interrupted, partial(tell, installation))
    if foreground or ready is None:
        anyio.run(bring_down, installation)
    raise SystemExit(0 if ready else 1)


def refuse(installation: Installation, supervision: Supervision) -> Page:
    """Return where the page will be. Raise Refusal, with one line for each reason, when a start cannot work."""
    settings = read_settings(installation.folder)
    page = page_of(settings)
    pid = supervision.pid()
    if pid:
        about = supervision.about()
        place = about.address if about else page.address if page else "an unknown address"
        raise Refusal(f"{installation.name} is already running, pid {pid}; page at {place}")
    wrong = alone(installation) or mistakes(settings) or taken(settings, installation)
    if importlib.util.find_spec("supervisor") is None:
        wrong.append("supervisor is not installed beside this command: `make demo` sets everything up")
    if wrong or page is None:
        raise Refusal(*wrong)
    return page


def alone(installation: Installation) -> list[str]:
    """Return one line for each service that runs already, started by hand."""
    running = installation.participants()
    names = sorted(running.keys() & set(service_names()))
    return [f"{name} is already running without supervisord, pid {running[name]}; end it first" for name in names]
