"""The operator on the bus."""

import getpass
import os
import socket
from contextlib import AbstractAsyncContextManager

from bus import Bus, open_hand
from schemas import Cancel, ClockAdvanced, Forget, Forgotten, Hello, RollCall, Status, VisitEnded
from services.console.installation import Installation

SAYS = (RollCall, Cancel, ClockAdvanced, VisitEnded, Forget)
"""What commands say of themselves. By hand, anything can be said."""
HEARS = (Hello, Status, Forgotten)
"""What commands need to hear. `watch` hears everything."""


def on_bus(installation: Installation, command: str) -> AbstractAsyncContextManager[Bus]:
    """Join the bus of an installation for a command; what it publishes tells who called it."""
    return open_hand(run=installation.run, journals=installation.journals, by=f"{who()}: {command}")


def who() -> str:
    """Return who sits at this terminal, such as `anna@gallery`."""
    return f"{os.environ.get('SUDO_USER') or user()}@{socket.gethostname()}"


def user() -> str:
    """Return the name of this process's user, or its number where it has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
