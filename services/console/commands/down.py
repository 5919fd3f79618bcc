"""`fantascope down`: everything ends, nothing stays behind."""

import anyio
import click

from services.console.ending import bring_down
from services.console.installation import Installation, for_project


@click.command()
@for_project
def command(installation: Installation) -> None:
    """Stop the installation, whatever state it is in.

    Ends with 0 also when nothing runs.

    \b
    Example:
      fantascope down
    """
    if not anyio.run(bring_down, installation):
        click.echo(f"{installation.name} does not run")
