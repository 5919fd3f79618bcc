"""How it travels: publish, subscribe, and read what was said.

What is named here is imported when it is first used: reading a journal takes no sockets, and no event loop.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bus.api import Bus, Forgot, Report, Subscription
    from bus.errors import AlreadyAnswered, BadFolder, BadName, BusError, Closed, Full, NameTaken, Undeclared
    from bus.journal.entry import Wish
    from bus.journal.retention import Keep
    from bus.mesh.handling import TRIES
    from bus.mesh.said import Declared
    from bus.open import open_bus, open_hand
    from bus.sweeping import forget_for, sweep

__all__ = [
    "TRIES",
    "AlreadyAnswered",
    "BadFolder",
    "BadName",
    "Bus",
    "BusError",
    "Closed",
    "Declared",
    "Forgot",
    "Full",
    "Keep",
    "NameTaken",
    "Report",
    "Subscription",
    "Undeclared",
    "Wish",
    "forget_for",
    "open_bus",
    "open_hand",
    "sweep",
]

HOMES = {
    "bus.api": ("Bus", "Forgot", "Report", "Subscription"),
    "bus.journal.entry": ("Wish",),
    "bus.journal.retention": ("Keep",),
    "bus.mesh.handling": ("TRIES",),
    "bus.mesh.said": ("Declared",),
    "bus.open": ("open_bus", "open_hand"),
    "bus.sweeping": ("forget_for", "sweep"),
}
"""Where what is named here comes from; errors from `bus.errors`."""


def __getattr__(name: str) -> Any:
    """Import what is used for the first time."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = next((home for home, names in HOMES.items() if name in names), "bus.errors")
    return getattr(importlib.import_module(home), name)
