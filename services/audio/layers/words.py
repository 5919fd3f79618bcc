"""From the words for a sound to the layers it is mixed of."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.audio.layers import LAYERS

Recipe = Mapping[str, float]
"""Loudness of each layer, 1 for full."""

RECIPES: dict[str, Recipe] = {
    "storm": {"wind": 1.0, "rain": 0.8, "thunder": 0.7},
    "tempest": {"wind": 1.0, "sea": 0.9, "thunder": 0.7},
    "woodland": {"leaves": 0.9, "birds": 0.6},
    "rainforest": {"leaves": 0.5, "birds": 0.6, "frogs": 0.4, "rain": 0.4},
    "blizzard": {"wind": 1.0, "snow": 0.6},
    "arctic": {"wind": 0.8, "snow": 0.8},
    "mountain": {"wind": 0.9, "stream": 0.25},
    "desert": {"wind": 0.7, "drone": 0.3},
    "castle": {"drips": 0.4, "fire": 0.5, "wind": 0.3},
    "haunted": {"wind": 0.8, "ship": 0.4, "owl": 0.4},
    "evening": {"crickets": 0.6, "leaves": 0.3},
    "island": {"sea": 0.9, "gulls": 0.4, "leaves": 0.3},
    "farm": {"birds": 0.5, "bees": 0.3, "wind": 0.3},
    "moon": {"drone": 0.8, "snow": 0.3},
    "library": {"clock": 0.6, "fire": 0.3},
    "factory": {"workshop": 0.8, "engine": 0.6},
    "circus": {"music box": 0.7, "applause": 0.4, "town": 0.5},
    "party": {"town": 0.8, "applause": 0.3},
    "silence": {"snow": 0.5},
    "kitchen": {"fire": 0.5, "clock": 0.4},
    "ghost": {"wind": 0.6, "choir": 0.4},
    "gewitter": {"rain": 0.8, "thunder": 0.9, "wind": 0.5},
    "sturm": {"wind": 1.0, "rain": 0.8, "thunder": 0.6},
    "strand": {"sea": 0.9, "gulls": 0.4},
    "orage": {"rain": 0.8, "thunder": 0.9, "wind": 0.5},
    "tempête": {"wind": 1.0, "rain": 0.8, "thunder": 0.6},
    "plage": {"sea": 0.9, "gulls": 0.4},
}
"""Places and weathers that are several things at once."""

FAR = frozenset(
    {"far", "distant", "distance", "faraway", "remote", "away", "weit", "fern", "entfernt", "lointain", "loin"}
)
SOFT = frozenset(
    {
        "soft",
        "gentle",
        "light",
        "faint",
        "quiet",
        "low",
        "slight",
        "calm",
        "small",
        "leise",
        "sanft",
        "leicht",
        "doux",
        "léger",
    }
)
LOUD = frozenset(
    {
        "loud",
        "heavy",
        "strong",
        "roaring",
        "wild",
        "great",
        "huge",
        "big",
        "crashing",
        "raging",
        "laut",
        "stark",
        "fort",
        "grand",
    }
)


@dataclass(frozen=True)
class Part:
    """One layer of a mix."""

    layer: str
    level: float
    """1 for full."""
    far: float = 0.0
    """0 close by, 1 a long way off: softer, darker, more room."""


class Vocabulary:
    """Every word that stands for a sound, the project's own first."""

    def __init__(self, own: Mapping[str, Recipe] | None = None) -> None:
        """Raise ValueError when one of a project's own sounds names a layer that does not exist."""
        self.recipes: dict[str, Recipe] = {}
        for layer in LAYERS.values():
            self.recipes.update({plain(word): {layer.name: 1.0} for word in (layer.name, *layer.also)})
        self.recipes.update({plain(word): recipe for word, recipe in RECIPES.items()})
        for word, recipe in (own or {}).items():
            self.recipes[plain(word)] = {self.layer(word, name): level for name, level in recipe.items()}

    def layer(self, sound: str, name: str) -> str:
        """Return the layer that a project's own sound asks for."""
        recipe = self.recipes.get(plain(name), {})
        if len(recipe) != 1:
            near = difflib.get_close_matches(name, LAYERS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there is {', '.join(sorted(LAYERS))}"
            raise ValueError(f"sound {sound!r}: no layer is called {name!r}; {hint}")
        return next(iter(recipe))

    def mix(self, names: Iterable[str]) -> tuple[list[Part], list[str]]:
        """Return the layers of a mix, and the names that stand for nothing known."""
        parts: dict[str, Part] = {}
        unknown: list[str] = []
        for name in names:
            found = self.parts(name)
            unknown += [] if found else [name]
            for part in found:
                known = parts.get(part.layer)
                if known is None or known.level < part.level:
                    parts[part.layer] = part
        return list(parts.values()), unknown

    def parts(self, name: str) -> list[Part]:
        """Return the layers of one name: as a whole, or by the words in it that are known."""
        whole = self.recipes.get(plain(name))
        words = plain(name).split()
        recipes = [whole] if whole else [recipe for recipe in map(self.near, words) if recipe]
        far = 0.7 if FAR & set(words) else 0.0
        factor = (0.55 if SOFT & set(words) else 1.0) * (1.35 if LOUD & set(words) else 1.0)
        merged: dict[str, float] = {}
        for recipe in recipes:
            for layer, level in recipe.items():
                merged[layer] = max(merged.get(layer, 0.0), level)
        return [Part(layer, level * factor, far) for layer, level in merged.items() if level > 0]

    def near(self, word: str) -> Recipe | None:
        """Return what a single word stands for, in spite of endings and slips."""
        if word in FAR | SOFT | LOUD:
            return None
        for form in (word, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("ing"), f"{word}s"):
            if form in self.recipes:
                return self.recipes[form]
        close = difflib.get_close_matches(word, self.recipes, n=1, cutoff=0.85) if len(word) > 4 else []
        return self.recipes[close[0]] if close else None


def plain(text: str) -> str:
    """Return a name as it is looked up: small letters, single spaces."""
    return " ".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text).lower()))
