"""`fantascope check`: every mistake in a project that can be found without starting anything."""

import json

import click

from services.console.installation import Installation, for_project
from services.console.mistakes import mistakes, taken
from services.console.settings import read_settings
from services.console.supervision import Supervision


@click.command()
@for_project
@click.option("--json", "as_json", is_flag=True, help="Print a list of strings.")
def command(installation: Installation, as_json: bool) -> None:
    """Look for mistakes in a project without starting anything.

    Prints one line for each, with file, line and key, and ends with 1 when there is one. No model is loaded.

    \b
    Example:
      fantascope check --project projects/demo
    """
    settings = read_settings(installation.folder)
    found = mistakes(settings)
    if not Supervision.of(installation).pid():
        found += taken(settings, installation)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(found) or f"{installation.folder}: {len(settings.tables)} services, no mistakes found")
    raise SystemExit(1 if found else 0)
