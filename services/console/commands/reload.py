"""`fantascope reload`: changed settings, taken up by those whom they concern."""

from functools import partial

import anyio
import click

from schemas import Status
from services.catalogue import service_names
from services.console.condition import listen
from services.console.foreground import unless_interrupted
from services.console.installation import Installation, for_project
from services.console.mistakes import mistakes, taken
from services.console.page import page_of
from services.console.refusal import Refusal
from services.console.renewing import programs, renew
from services.console.settings import Settings, read_settings
from services.console.supervision import Supervision


@click.command()
@for_project
@click.option("--within", default=60.0, show_default=True, metavar="SECONDS", help="Time for each to become ready.")
def command(installation: Installation, within: float) -> None:
    """Let services take up changed settings, and the files that these name.

    The project is checked first: with a mistake in it nothing happens, and all go on with the settings that they have.
    Services whose settings have changed are started anew, one after the other; the others are left alone.

    \b
    Example:
      fantascope reload
    """
    supervision = Supervision.of(installation)
    programs(supervision, installation, ())
    settings = read_settings(installation.folder)
    refuse(installation, supervision, settings)
    said = anyio.run(listen, installation, service_names())
    names = [name for name in service_names() if changed(settings, said.get(name), name)]
    if not names:
        click.echo(f"{installation.name}: no setting has changed")
        return
    click.echo(f"{installation.name}: settings of {', '.join(names)} have changed")
    good = anyio.run(unless_interrupted, partial(renew, installation, supervision, names, within))
    raise SystemExit(130 if good is None else 0 if good else 1)


def refuse(installation: Installation, supervision: Supervision, settings: Settings) -> None:
    """Raise Refusal, with one line for each mistake, when the settings cannot be used."""
    wrong, page, about = mistakes(settings), page_of(settings), supervision.about()
    if page and page.port and about and not about.address.endswith(f":{page.port}/"):
        wrong += taken(settings, installation)
    if wrong:
        raise Refusal(*wrong, f"{installation.name} goes on with the settings that it has")


def changed(settings: Settings, status: Status | None, name: str) -> bool:
    """Return whether a service runs on other settings than the project's; who says nothing has to be started anew."""
    return status is None or status.config != settings.tables[name].digest
