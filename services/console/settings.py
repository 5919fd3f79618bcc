"""A project's settings as the console needs them: all of them, with every mistake and not only the first."""

import ast
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from services.actor.backend import BackendConfig, tag_of
from services.actor.config import PROJECT_FILE, ServiceConfig, backend_fields, read_project, read_table
from services.actor.near import near
from services.actor.secrets import SECRETS_FILE, load_secrets, secrets_in
from services.actor.toml import ConfigError, TomlFile
from services.catalogue import config_classes
from services.console.installation import Installation
from services.console.refusal import Refusal


@dataclass
class Settings:
    """What could be read of a `project.toml`, and what is wrong with the rest."""

    tables: dict[str, ServiceConfig] = field(default_factory=dict)
    """The settings of each service whose table is in order."""
    problems: list[str] = field(default_factory=list)
    """One line for each mistake, `file:line: key: what is wrong`."""
    lines: dict[tuple[str | int, ...], int] = field(default_factory=dict)
    """Where in the file each key stands."""


def read_settings(folder: Path) -> Settings:
    """Return the settings of the project in a folder."""
    settings = Settings()
    try:
        list(secrets_in(folder / SECRETS_FILE))
    except ConfigError as error:
        settings.problems.append(str(error))
    try:
        file = TomlFile(folder / PROJECT_FILE)
        project = read_project(file, folder)
    except ConfigError as error:
        settings.problems.append(str(error))
        return settings
    settings.lines = file.lines
    kinds = config_classes()
    for key in file.data:
        if key != "project" and key not in kinds:
            settings.problems.append(str(file.error((key,), f"unknown table{near(key, ['project', *kinds])}")))
    for name, kind in kinds.items():
        try:
            settings.tables[name] = read_table(file, name, kind, project)
        except ConfigError as error:
            settings.problems.append(str(error))
    for name, config in settings.tables.items():
        settings.problems += [str(file.error((name, *at), text)) for at, text in unresolved(config)]
    return settings


def open_secrets(installation: Installation) -> None:
    """Let a command know the secrets that the services of an installation know. Raise Refusal when they lie open."""
    try:
        load_secrets(installation.folder)
    except ConfigError as error:
        raise Refusal(str(error)) from error


def unresolved(config: ServiceConfig) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield the place of each backend whose code is not there, and why. Imports none of them."""
    for key in backend_fields(type(config)):
        for index, backend in enumerate(getattr(config, key)):
            reason = missing(backend)
            if reason:
                yield (key, index, "use"), f"{tag_of(type(backend))!r} cannot be used: {reason}"


def missing(backend: BackendConfig) -> str:
    """Return why the class that a backend's settings name cannot be found, or nothing."""
    module, _, name = backend.factory.partition(":")
    try:
        spec = importlib.util.find_spec(module)
    except ModuleNotFoundError as error:
        return f"there is no module {error.name}"
    if spec is None:
        return f"there is no module {module}"
    if spec.origin is None or not spec.origin.endswith(".py"):
        return ""
    tree = ast.parse(Path(spec.origin).read_text(encoding="utf-8"))
    bound = {getattr(node, "name", "") for node in tree.body}
    bound |= {
        alias.asname or alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    return "" if name in bound else f"{module} has no {name}"
