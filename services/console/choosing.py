"""The backend that an operator names, with the settings that the project has for it."""

import importlib.metadata
import pkgutil
from collections.abc import Iterator

from services.actor.backend import ENTRY_POINTS, BackendConfig, Unusable, brought
from services.actor.config import backend_fields
from services.actor.near import near
from services.catalogue import config_class
from services.console.installation import Installation
from services.console.offers import use_of
from services.console.refusal import Misuse, Refusal
from services.console.roles import ROLES, Role
from services.console.settings import Settings, read_settings


def chosen(installation: Installation, named: str, wanted: str | None) -> tuple[Role, BackendConfig]:
    """Return the role and the settings of a backend: the project's, or the plain ones where it does not use it.

    Raise Misuse when there is none of that name, or one that plays several roles and none is `wanted`.
    """
    settings = read_settings(installation.folder)
    roles = [role for role in ROLES.values() if wanted in (None, role.name)]
    known = [(role, config) for role in roles for config in configs(settings, role)]
    found = [(role, config) for role, config in known if use_of(type(config)) == named]
    if not found:
        found = [(role, config) for role, config in elsewhere(installation, named) if role in roles]
    if not found:
        hint = near(named, [use_of(type(config)) for _, config in known])
        raise Misuse(f"no backend is called {named!r}{hint}; `fantascope backend list` names all")
    names = dict.fromkeys(role.name for role, _ in found)
    if len(names) > 1:
        raise Misuse(f"{named} is {' and '.join(names)}: say which with --service")
    return found[0]


def configs(settings: Settings, role: Role) -> Iterator[BackendConfig]:
    """Yield the backends of a role: those of the project first, then those of the house."""
    yield from getattr(settings.tables.get(role.service), role.field, ())
    for kind in backend_fields(config_class(role.service))[role.field].known:
        yield plain(kind)


def elsewhere(installation: Installation, named: str) -> Iterator[tuple[Role, BackendConfig]]:
    """Yield what a file of the project, a module or an installed package brings under a name; loads it."""
    values = [entry.value for entry in importlib.metadata.entry_points(group=ENTRY_POINTS, name=named)]
    for use in [named] if ":" in named else values:
        try:
            kind = brought(use, installation.folder)
        except Unusable as error:
            raise Refusal(str(error)) from error
        backend = pkgutil.resolve_name(kind.factory)
        yield from ((role, plain(kind)) for role in ROLES.values() if hasattr(backend, role.verb))


def plain(kind: type[BackendConfig]) -> BackendConfig:
    """Return the settings of a backend as they are when nothing is written. Raise Refusal where something must be."""
    try:
        return kind()
    except TypeError as error:
        raise Refusal(f"{use_of(kind)}: {str(error).lower()}; write it into project.toml first") from error
