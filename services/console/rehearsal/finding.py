"""The scenarios of a project, by name."""

from collections.abc import Sequence
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from services.actor.near import near
from services.console.installation import Installation, find
from services.console.refusal import Misuse, Refusal
from services.console.rehearsal.scenario import Mistakes, Scenario, read_scenario

FOLDER = "scenarios"


def chosen(installation: Installation, named: Sequence[str]) -> list[Scenario]:
    """Return the named scenarios, or all of a project. Raise Refusal with every mistake in any of them."""
    found: list[Scenario] = []
    wrong: list[str] = []
    for path in [found_at(installation, name) for name in named] or shipped(installation):
        try:
            found.append(read_scenario(path))
        except Mistakes as mistakes:
            wrong += mistakes.lines
    if wrong:
        raise Refusal(*wrong)
    return found


def shipped(installation: Installation) -> list[Path]:
    """Return the files of a project's scenarios. Raise Refusal when it has none."""
    folder = installation.folder / FOLDER
    files = [short(file) for file in sorted(folder.glob("*.toml"))]
    if not files:
        raise Refusal(f"{installation.name} has no scenarios in {folder}; docs/scenarios.md tells how to write one")
    return files


def found_at(installation: Installation, name: str) -> Path:
    """Return the file that a name on the command line means. Raise Misuse when there is none."""
    for path in (Path(name), installation.folder / FOLDER / f"{name}.toml"):
        if path.is_file():
            return short(path)
    known = [file.stem for file in (installation.folder / FOLDER).glob("*.toml")]
    raise Misuse(f"there is no scenario {name!r}{near(name, known)}; `fantascope rehearse --list` lists them")


def scenario_like(ctx: click.Context, _param: click.Parameter, typed: str) -> list[CompletionItem[str]]:
    """Return scenarios of the project that begin as typed."""
    folder = find(ctx.params.get("project")).folder / FOLDER
    return [CompletionItem(file.stem) for file in sorted(folder.glob(f"{typed}*.toml"))]


def short(path: Path) -> Path:
    """Return a path from where the command was called, when it lies below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
