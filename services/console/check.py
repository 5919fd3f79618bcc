"""`fantascope check`: every mistake in a project that can be found without starting anything."""

import json

import click

from services.actor.toml import ConfigError
from services.console.installation import Installation, for_project
from services.console.page import holder, page_of
from services.console.settings import Settings, read_settings
from services.console.supervision import Supervision
from services.story.config import Config as Story
from services.story.world import load_world


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


def mistakes(settings: Settings) -> list[str]:
    """Return one line for each mistake in a project that has been read."""
    found = list(settings.problems)
    story = settings.tables.get("story")
    if isinstance(story, Story) and story.world is not None:
        try:
            load_world(story.world)
        except ConfigError as error:
            found.append(str(error))
    return found


def taken(settings: Settings, installation: Installation) -> list[str]:
    """Return what is wrong with the page's port on this machine, at this moment."""
    page = page_of(settings)
    wrong = holder(page, installation) if page else ""
    return [wrong] if wrong else []
