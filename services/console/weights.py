"""The models behind a project's backends: which, where they are, and whether they are at work."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from schemas import Status
from services.actor.backend import BackendConfig
from services.actor.needs import Need
from services.console.installation import CHECKOUT
from services.console.offers import use_of
from services.console.roles import ROLES
from services.console.settings import Settings


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """What is behind one backend of a project."""

    place: str
    """Such as `asr.backends[0]`."""
    backend: str
    model: str = ""
    """Name and version, as far as they are known; empty where there is no model."""
    weights: tuple[Need, ...] = ()
    state: str = ""
    """Its own word, and why; empty while the installation does not run."""

    @property
    def missing(self) -> bool:
        """Whether it lacks weights."""
        return not all(need.found for need in self.weights)


def models(settings: Settings, said: dict[str, Status]) -> Iterator[Model]:
    """Yield what is behind each backend of a project, in the order of its lists."""
    for role in ROLES.values():
        table = settings.tables.get(role.service)
        section = "chain" if role.field == "backends" else role.field
        report = said[role.service].reports.get(section, {}) if role.service in said else {}
        for index, config in enumerate(getattr(table, role.field, ())):
            needs = config.needs()
            yield Model(
                place=f"{role.place}[{index}]",
                backend=use_of(type(config)),
                model=nth(report.get("models"), index) or offline(config, needs),
                weights=tuple(need for need in needs if need.kind == "weights"),
                state=nth(report.get("backends"), index).partition(": ")[2],
            )


def nth(told: object, index: int) -> str:
    """Return what a report says of a backend; nothing where it says nothing."""
    return str(told[index]) if isinstance(told, list) and index < len(told) else ""


def offline(config: BackendConfig, needs: tuple[Need, ...]) -> str:
    """Return name and version as settings and needs tell them, without the backend being loaded."""
    named = str(getattr(config, "model", "")) or " ".join(need.name for need in needs if need.kind == "weights")
    return " ".join((named, *(need.found for need in needs if need.kind == "package"))).strip()


def shortened(path: str) -> str:
    """Return a path as short as a person needs it on this machine."""
    for folder, sign in ((CHECKOUT, ""), (Path.home(), "~/")):
        if Path(path).is_relative_to(folder):
            return f"{sign}{Path(path).relative_to(folder)}"
    return path
