"""How it travels: publish, subscribe, and read what was said."""

from bus.api import Bus, Report, Subscription
from bus.errors import AlreadyAnswered, BadFolder, BadName, BusError, Closed, Full, NameTaken, Undeclared
from bus.open import open_bus, open_hand

__all__ = [
    "AlreadyAnswered",
    "BadFolder",
    "BadName",
    "Bus",
    "BusError",
    "Closed",
    "Full",
    "NameTaken",
    "Report",
    "Subscription",
    "Undeclared",
    "open_bus",
    "open_hand",
]
