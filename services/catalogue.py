"""Which services there are: every folder beside this file that holds a `config.py` and a `service.py`."""

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from services.actor.config import ServiceConfig
    from services.actor.run import Service

HOUSE = Path(__file__).parent


def service_names() -> tuple[str, ...]:
    """Return the name of every service, in alphabetical order."""
    return tuple(
        sorted(file.parent.name for file in HOUSE.glob("*/service.py") if (file.parent / "config.py").exists())
    )


def config_class(name: str) -> "type[ServiceConfig]":
    """Return the class of a service's table in `project.toml`; imports nothing heavy."""
    return cast("type[ServiceConfig]", importlib.import_module(f"services.{name}.config").Config)


def config_classes() -> "dict[str, type[ServiceConfig]]":
    """Return the class of every service's table by its name."""
    return {name: config_class(name) for name in service_names()}


def service_of(name: str) -> "Service":
    """Return the coroutine function that is the service, and what it declares to say and to hear."""
    from services.actor.run import Service  # noqa: PLC0415 -- who only wants the names need not wait for it

    module = importlib.import_module(f"services.{name}.service")
    return Service(module.serve, module.SAYS, module.HEARS)
