"""How long a journal remembers, and how it forgets without holding anybody up."""

from typing import NamedTuple


class Keep(NamedTuple):
    """How much of a journal is kept; 0 keeps it for ever."""

    days: float = 0.0
    megabytes: float = 0.0


FOR_EVER = Keep()
