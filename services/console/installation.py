"""Which installation a command is about: its project, and the folders that belong to it."""

import functools
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from bus.errors import BusError
from bus.names import living, run_folder
from bus.say import on_first
from services.actor.near import near
from services.console.refusal import Misuse, Refusal

CHECKOUT = Path(__file__).resolve().parent.parent.parent
"""Where the house stands: the folder with `supervisord.conf` and `projects`."""

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Installation:
    """One project and where it lives on this machine."""

    folder: Path
    """Of the project, absolute."""

    @property
    def name(self) -> str:
        """The project's name."""
        return self.folder.name

    @property
    def run(self) -> Path:
        """The private folder of its sockets, locks and logs."""
        return run_folder(self.folder)

    @property
    def journals(self) -> Path:
        """The folder of its services' journals."""
        return self.folder / "journal"

    @property
    def assets(self) -> Path:
        """The folder of what was produced."""
        return self.folder / "assets"

    def participants(self) -> dict[str, int]:
        """Return the process id of everybody on its bus, by name."""
        words = {place.name: self.lock_of(place.name).read_text(encoding="ascii").split() for place in living(self.run)}
        return {name: int(held[0]) for name, held in words.items() if held}

    def lock_of(self, name: str) -> Path:
        """Return the file that a participant holds a lock on for as long as it lives."""
        return self.run / f"{name}.lock"


def find(named: str | None) -> Installation:
    """Return the installation that a command line means: a folder, or the name of one under `projects`."""
    shipped = CHECKOUT / "projects"
    if named is None:
        return Installation((shipped / "demo").resolve())
    for folder in (Path(named), shipped / named):
        if folder.is_dir():
            return Installation(folder.resolve())
    known = [file.parent.name for file in shipped.glob("*/project.toml")]
    raise Misuse(f"there is no project at {named}{near(Path(named).name, known)}")


def for_project(command: F) -> F:
    """Give a command the option --project; it receives an Installation as `installation`."""

    @functools.wraps(command)
    def wrapped(project: str | None, **options: Any) -> Any:
        complain_on_stderr()
        try:
            return command(installation=find(project), **options)
        except BusError as error:
            raise Refusal(str(error)) from error

    option = click.option(
        "--project",
        metavar="PATH",
        default=lambda: os.environ.get("FANTASCOPE_PROJECT") or None,
        help="Folder of the project, or its name under projects/. [env: FANTASCOPE_PROJECT; default: projects/demo]",
    )
    return option(wrapped)  # type: ignore[return-value]


def complain_on_stderr(least: str = "warning") -> None:
    """Keep what there is to complain about out of what a command prints; `least` is the least important of it.

    A command that never loads the log need not wait for it; one that loads it on its way calls this again.
    """

    def set_up() -> None:
        import structlog  # noqa: PLC0415

        structlog.configure(
            processors=[structlog.processors.LogfmtRenderer(key_order=["event"])],
            wrapper_class=structlog.make_filtering_bound_logger(least),
            logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        )

    if "structlog" in sys.modules:
        set_up()
    else:
        on_first(set_up)
