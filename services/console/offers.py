"""Every backend that a project could use, whether it does, and whether it can on this machine."""

import ast
import importlib.metadata
import importlib.util
import inspect
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from services.actor.backend import ENTRY_POINTS, BackendConfig, Unusable, brought, tag_of
from services.actor.config import backend_fields
from services.catalogue import config_classes
from services.console.roles import ROLES
from services.console.settings import Settings


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """One backend."""

    list: str
    """Where in a project it can stand: `image.backends`; empty for one that cannot be loaded."""
    use: str
    """What a project writes to have it."""
    place: int | None = None
    """Where it stands in the project's list, from 0; None where the project does not use it."""
    capabilities: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    """What is missing for it on this machine, each with its cure."""


def offers(settings: Settings, folder: Path) -> Iterator[Offer]:
    """Yield every backend: list by list, those of the project in their order and then the others."""
    entries = [entry_offer(entry, folder) for entry in importlib.metadata.entry_points(group=ENTRY_POINTS)]
    for service, table in config_classes().items():
        for field, backends in backend_fields(table).items():
            place = f"{service}.{field}"
            used = getattr(settings.tables.get(service), field, ())
            yield from (offer(place, config, index) for index, config in enumerate(used))
            kinds = {type(config) for config in used}
            yield from (unused_offer(place, kind) for kind in backends.known if kind not in kinds)
            yield from (entry for entry in entries if entry.list == place)
    yield from (entry for entry in entries if not entry.list)


def offer(place: str, config: BackendConfig, index: int | None) -> Offer:
    """Return what there is to say of a backend with its settings."""
    return Offer(
        list=place,
        use=use_of(type(config)),
        place=index,
        capabilities=capabilities(config.factory),
        lacks=tuple(f"{need.lack}: {need.cure}" for need in config.needs() if not need.found),
    )


def unused_offer(place: str, kind: type[BackendConfig]) -> Offer:
    """Return what there is to say of a backend that the project does not use; less where it takes settings to know."""
    try:
        return offer(place, kind(), None)
    except TypeError:
        return Offer(list=place, use=tag_of(kind), capabilities=capabilities(kind.factory))


def entry_offer(entry: importlib.metadata.EntryPoint, folder: Path) -> Offer:
    """Return what there is to say of a backend that an installed package brings. Loads it."""
    try:
        kind = brought(entry.value, folder)
    except Unusable as error:
        return Offer(list="", use=entry.name, lacks=(str(error),))
    found = pkgutil.resolve_name(kind.factory)
    place = next((role.place for role in ROLES.values() if hasattr(found, role.verb)), "")
    return msgspec.structs.replace(unused_offer(place, kind), use=entry.name)


def use_of(kind: type[BackendConfig]) -> str:
    """Return what a project writes after `use =`."""
    module, _, name = kind.factory.partition(":")
    if tag_of(kind) != kind.__name__:
        return tag_of(kind)
    return f"{Path(inspect.getfile(kind)).name}:{name}" if module.startswith("fantascope_project_") else kind.factory


def capabilities(factory: str) -> tuple[str, ...]:
    """Return what a backend's class says that it can do. One that is not loaded is read, because it may be heavy."""
    module, _, name = factory.partition(":")
    if module in sys.modules:
        return tuple(sorted(getattr(pkgutil.resolve_name(factory), "capabilities", ())))
    spec = importlib.util.find_spec(module)
    tree = ast.parse(Path(spec.origin).read_text(encoding="utf-8")) if spec and spec.origin else ast.Module([], [])
    body = next((node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name), [])
    nodes = [node for line in body if assigns(line, "capabilities") for node in ast.walk(line)]
    return tuple(sorted(str(node.value) for node in nodes if isinstance(node, ast.Constant)))


def assigns(line: ast.stmt, name: str) -> bool:
    """Return whether a line of a class gives a value to a name."""
    targets = line.targets if isinstance(line, ast.Assign) else [line.target] if isinstance(line, ast.AnnAssign) else []
    return any(isinstance(target, ast.Name) and target.id == name for target in targets)
