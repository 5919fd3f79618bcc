"""How it travels: publish, subscribe, and read what was said."""

from bus.api import Bus, Report, Subscription
from bus.errors import AlreadyAnswered, BadFolder, BadName, BusError, Closed, Full, NameTaken, Undeclared
from bus.journal.retention import Keep
from bus.mesh.handling import TRIES
from bus.mesh.said import Declared
from bus.open import open_bus, open_hand
from bus.sweep import sweep

__all__ = [
    "TRIES",
    "AlreadyAnswered",
    "BadFolder",
    "BadName",
    "Bus",
    "BusError",
    "Closed",
    "Declared",
    "Full",
    "Keep",
    "NameTaken",
    "Report",
    "Subscription",
    "Undeclared",
    "open_bus",
    "open_hand",
    "sweep",
]
