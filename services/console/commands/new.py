"""`fantascope new`: a project that starts as it is."""

from pathlib import Path

import click

from services.console.founding import BLANK, SHIPPED, SOURCES, Wish, found


@click.command()
@click.argument("name")
@click.option("--title", default="", help="What the page calls itself.")
@click.option("--language", default="", metavar="TAG", help="That is spoken and told, such as en or pt-BR.")
@click.option(
    "--from", "source", type=click.Choice(SOURCES), default=BLANK, show_default=True, help="What to begin with."
)
@click.option(
    "--folder", type=click.Path(path_type=Path), default=SHIPPED, help="Where to make it. [default: projects/]"
)
def command(name: str, title: str, language: str, source: str, folder: Path) -> None:
    """Make a project from a template.

    Its project.toml holds every setting of every service, each with what it means. It has a page of its own, and
    starts as it is. Nothing that is there already is touched.

    \b
    Example:
      fantascope new night-garden --title "The Night Garden"
      fantascope new nachtgarten --language de --from unruh
    """
    made = found(Wish(name, title, language, source, folder))
    at = f"--project {name if folder == SHIPPED else made}"
    click.echo(f"{made} is there: project.toml, world.toml, .env for secrets.")
    if language and source == BLANK and not language.lower().startswith("en"):
        click.echo("Its world.toml tells in English; docs/world.md says how to write one in another language.")
    click.echo(f"\n  fantascope up {at}\n  fantascope check {at}\n  fantascope backend list {at}")
