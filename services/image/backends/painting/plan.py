"""The plan of a picture: what the words ask for, decided before the first stroke."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal, TypeAlias

import numpy as np

from services.image.backends.painting.drawings import Drawing

Hour: TypeAlias = Literal["dawn", "day", "golden", "dusk", "night", "moonlit"]
Season: TypeAlias = Literal["spring", "summer", "autumn", "winter"]
Place: TypeAlias = Literal[
    "arctic", "castle", "cave", "city", "clouds", "coast", "desert", "forest", "garden", "harbour", "interior",
    "lake", "meadow", "mountains", "river", "ruins", "sea", "space", "station", "swamp", "underwater", "village",
]  # fmt: skip

SHELTERED: frozenset[Place] = frozenset({"interior", "cave", "underwater", "space"})
"""No weather comes here."""


@dataclass(frozen=True)
class Role:
    """Someone or something that is to be seen."""

    drawing: Drawing
    word: str
    """As it was said."""
    count: int = 1
    scale: float = 1.0
    """1 is the drawing's usual size."""
    colour: str = ""
    """`#rrggbb`; the drawing's own when empty."""
    glowing: bool = False


@dataclass(frozen=True)
class Plan:
    """What is to be painted."""

    place: Place
    behind: frozenset[str]
    """Other places that were named; some show in the distance."""
    hour: Hour
    hour_said: bool
    season: Season
    weather: frozenset[str]
    mood: str
    """One of the built-in moods, or empty."""
    mood_word: str
    """As it was said."""
    cast: tuple[Role, ...]
    emblems: tuple[str, ...]
    """Nouns that nobody has drawn; they become lights in the sky."""
    features: frozenset[str]
    """Moon, aurora, path, fireflies and the like."""
    seed: int

    def rng(self, subject: str) -> np.random.Generator:
        """Chance for one subject, so that a change in one leaves the others as they are."""
        return np.random.default_rng(number_of(f"{self.seed}/{subject}"))

    @property
    def dark(self) -> bool:
        """Whether lamps are lit."""
        return self.hour in ("night", "moonlit", "dusk") or self.place in ("cave", "space")

    @property
    def winter(self) -> bool:
        """Whether snow lies."""
        return self.season == "winter" or "snow" in self.weather


def number_of(text: str) -> int:
    """A number for a text, the same on every machine."""
    return int.from_bytes(blake2b(text.encode(), digest_size=4).digest(), "big")
