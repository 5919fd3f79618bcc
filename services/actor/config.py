"""A project's settings: one `project.toml`, decoded once into frozen Structs."""

import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from bus.names import run_folder
from schemas import Event
from services.actor.backend import Backends
from services.actor.digest import digest_of
from services.actor.near import near
from services.actor.toml import TomlFile

PROJECT_FILE = "project.toml"


class Project(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The `[project]` table, and the folders that follow from where the file stands."""

    title: str = "Fantascope"
    """What the page calls itself."""
    language: str = "en"
    """BCP 47 tag of the language that is spoken and told."""
    keep_days: Annotated[int, msgspec.Meta(ge=0)] = 14
    """Days that pictures, sounds and what was said are kept; 0 keeps them for ever."""
    keep_megabytes: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    """What each service's journal may hold at most; the oldest goes first. 0 sets no limit."""
    log: Literal["debug", "info", "warning"] = "info"
    """The least important line that a service writes to its log."""
    name: str = ""
    folder: Path = Path()
    assets: Path = Path()
    journal: Path = Path()
    run: Path = Path()


DERIVED = ("name", "folder", "assets", "journal", "run")
NOWHERE = dict.fromkeys(DERIVED)
FILLED_IN = ("project", "digest")


class ServiceConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every service's table."""

    project: Project = msgspec.field(default_factory=Project)
    """The project that it belongs to; filled in by the loader."""
    digest: str = ""
    """Short hash of these settings; filled in by the loader."""

    def unused(self) -> frozenset[type[Event]]:
        """Return the kinds of event that a service with these settings neither says nor hears, though it might."""
        return frozenset()


class QueueConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A service's list of requests."""

    size: int = 64
    """Requests that may wait; one more, and the least important is answered `cancelled(queue_full)`."""
    max_concurrent: int = 1
    """Requests in hand at the same time."""


def load_project(folder: Path, tables: Mapping[str, type[ServiceConfig]]) -> dict[str, ServiceConfig]:
    """Return the settings of every service in `tables`, by name.

    Raise ConfigError for anything in the file that is unknown, of the wrong type, or names a file that is not there.
    """
    folder = folder.resolve()
    file = TomlFile(folder / PROJECT_FILE)
    for key in file.data:
        if key != "project" and key not in tables:
            raise file.error((key,), f"unknown table{near(key, ['project', *tables])}")
    project = read_project(file, folder)
    return {name: read_table(file, name, kind, project) for name, kind in tables.items()}


def read_project(file: TomlFile, folder: Path) -> Project:
    """Return the `[project]` table of a file in `folder`."""
    data = file.data.get("project", {})
    for key in data if isinstance(data, dict) else ():
        if key in DERIVED:
            raise file.error(("project", key), "unknown key")
    written = file.convert(Project, data=data, at=("project",))
    return msgspec.structs.replace(
        written,
        name=folder.name,
        folder=folder,
        assets=folder / "assets",
        journal=folder / "journal",
        run=run_folder(folder),
    )


def read_table(file: TomlFile, name: str, kind: type[ServiceConfig], project: Project) -> ServiceConfig:
    """Return one service's table; its lists of backends are decoded each by its own settings class."""
    data = file.data.get(name, {})
    if not isinstance(data, dict):
        raise file.error((name,), "must be a table")
    for key in FILLED_IN:
        if key in data:
            raise file.error((name, key), "unknown key")

    def hook(wanted: type, value: Any) -> Any:
        if wanted is Path:
            return existing(project.folder, value)
        raise NotImplementedError(wanted)

    lists = backend_fields(kind)
    rest = {key: value for key, value in data.items() if key not in lists}
    config = file.convert(kind, data=rest, at=(name,), hook=hook)
    chosen: dict[str, Any] = {
        key: lists[key].decode(file, data[key], (name, key), hook) for key in lists if key in data
    }
    whole = msgspec.structs.replace(config, **chosen)
    digest = digest_of([{**msgspec.structs.asdict(project), **NOWHERE}, whole], project.folder)
    return msgspec.structs.replace(whole, project=project, digest=digest)


def backend_fields(kind: type[ServiceConfig]) -> dict[str, type[Backends]]:
    """Return the fields of a service's settings that hold backends."""
    hints = typing.get_type_hints(kind)
    return {name: hint for name, hint in hints.items() if isinstance(hint, type) and issubclass(hint, Backends)}


def existing(folder: Path, value: object) -> Path:
    """Return a file of the project's folder. Raise ValueError when it is not there."""
    if not isinstance(value, str):
        raise ValueError(f"expected the name of a file, got {type(value).__name__}")
    path = folder / value
    if not path.exists():
        raise ValueError(f"no such file: {path}")
    return path
