"""`fantascope why`: how a picture or a sound came about."""

import textwrap
from collections.abc import Iterable, Iterator
from functools import partial

import click
import msgspec

from bus import history
from schemas import Event
from services.actor.config import PROJECT_FILE, read_project, read_table
from services.actor.toml import ConfigError, TomlFile
from services.catalogue import config_class, service_names
from services.console.columns import weight
from services.console.installation import Installation, for_project
from services.console.lines import produced
from services.console.provenance.finding import asset_of, broken, causes, find_asset
from services.console.provenance.telling import Step, report_of, way
from services.console.screen import Screen
from services.console.visits import MANY

LABEL = 10
"""Characters of the first column."""
WIDE = 160
"""Characters of a line where there is no terminal."""
MOST = 2
"""Lines of one step, unless everything is asked for."""


@click.command()
@click.argument("asset", metavar="[ASSET]", default="", type=click.Path())
@for_project
@click.option("--full", is_flag=True, help="Do not shorten anything.")
@click.option("--json", "as_json", is_flag=True, help="Print it as one JSON document.")
def command(installation: Installation, asset: str, full: bool, as_json: bool) -> None:
    """Say how a picture or a sound came about: words, prompts, models, seeds, settings, times, and whose hand it was.

    ASSET is a file of the project's assets or a copy of one, a part of its name, an event's id, or a topic, which
    stands for its newest event. Without it, the picture that is on the wall is meant. Works also while nothing runs.

    \b
    Example:
      fantascope why
      fantascope why projects/demo/assets/2026-11-20/image/19-03-22_a-fox.jpg
      fantascope why music.ready
    """
    event = find_asset(installation, asset)
    chain = causes(installation, event)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(document(installation, chain))))
        return
    query = history.Query(topics=("scene.shown",), cause=event.id, limit=MANY)
    steps = way(chain, history.read(installation.journals, query), partial(settings_now, installation))
    for line in lines(installation, event, steps, None if full else Screen.here(False).width or WIDE):
        click.echo(line)
    if broken(chain):
        click.echo(broken(chain), err=True)


def settings_now(installation: Installation, service: str) -> str:
    """Return the hash of a service's settings as they are in the project now; nothing where they cannot be read."""
    if service not in service_names():
        return ""
    try:
        file = TomlFile(installation.folder / PROJECT_FILE)
        project = read_project(file, installation.folder)
        return read_table(file, service, config_class(service), project).digest
    except ConfigError:
        return ""


def document(installation: Installation, chain: list[Event]) -> dict[str, object]:
    """Return what was found, for programs."""
    asset = asset_of(chain[-1])
    file = installation.folder / "assets" / asset.path if asset else None
    reports = {event.source: report.config for event in chain if (report := report_of(event)) and report.config}
    return {
        "asset": asset,
        "file": str(file or ""),
        "there": bool(file and file.exists()),
        "hands": [{"id": event.id, "hand": event.hand} for event in chain if event.hand],
        "settings": {name: {"then": then, "now": settings_now(installation, name)} for name, then in reports.items()},
        "whole": not broken(chain),
        "chain": chain,
    }


def lines(installation: Installation, event: Event, steps: Iterable[Step], width: int | None) -> Iterator[str]:
    """Yield the way back, for people; without a width nothing is shortened."""
    asset = asset_of(event)
    if asset:
        file = installation.folder / "assets" / asset.path
        gone = "" if file.exists() else "; the file is gone"
        title = f"{produced(asset)}, {weight(asset.size)}{gone}"
        for line in textwrap.wrap(title, width, break_on_hyphens=False) if width else [title]:
            yield click.style(line, bold=True)
    for step in steps:
        yield from wrapped(step, width)


def wrapped(step: Step, width: int | None) -> Iterator[str]:
    """Yield one step, the text beside its label."""
    texts = [step.text]
    if width:
        texts = textwrap.wrap(step.text, width - LABEL, max_lines=MOST, placeholder=" …") or [""]
    for number, text in enumerate(texts):
        line = f"{'' if number else step.label:{LABEL}}{text}"
        yield click.style(line, fg="yellow") if step.loud else line
