"""`fantascope restart`: services, started anew."""

from functools import partial

import anyio
import click

from services.console.completing import service_like
from services.console.foreground import unless_interrupted
from services.console.installation import Installation, for_project
from services.console.renewing import programs, renew
from services.console.supervision import Supervision


@click.command()
@click.argument("services", nargs=-1, metavar="[SERVICE]...", shell_complete=service_like)
@for_project
@click.option("--within", default=60.0, show_default=True, metavar="SECONDS", help="Time for each to become ready.")
def command(installation: Installation, services: tuple[str, ...], within: float) -> None:
    """Start services anew, one after the other.

    All are, or those that are named. Each is given time to end in good order; what was asked of it meanwhile waits,
    and visits go on. Ends with 0 when every one is ready again, else with 1: supervisord goes on trying.

    \b
    Example:
      fantascope restart image
    """
    supervision = Supervision.of(installation)
    names = programs(supervision, installation, services)
    good = anyio.run(unless_interrupted, partial(renew, installation, supervision, names, within))
    raise SystemExit(130 if good is None else 0 if good else 1)
