"""Reading: a text understood word by word; adjectives wait for their noun."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from services.image.backends.painting import vocabulary as known
from services.image.backends.painting.drawings import Drawing
from services.image.backends.painting.lexicon import Lexicon, forms
from services.image.backends.painting.plan import Hour, Place, Role, Season

_LEAFY = frozenset({"green", "lush", "leafy"})
_NO_NOUN = ("ing", "ed", "y", "ful", "ous", "ish", "less", "est", "ive", "ern", "en")
_DRESSED = frozenset({"people", "beings"})
_STUFFED = frozenset({"scarecrow", "snowman"})
_PEOPLE = frozenset({"person", "girl", "boy", "wanderer"})


@dataclass(frozen=True)
class Adjectives:
    """What was said of a noun before it was said."""

    count: int = 1
    scale: float = 1.0
    colour: str = ""
    glowing: bool = False

    def plus(self, word: str) -> "Adjectives | None":
        """With one word more; None when the word is no adjective that can be painted."""
        if word in known.COLOURS:
            return replace(self, colour=known.COLOURS[word])
        if word in known.NUMBERS:
            return replace(self, count=known.NUMBERS[word])
        if word in known.SIZES:
            return replace(self, scale=self.scale * known.SIZES[word])
        if word in known.GLOWING:
            return replace(self, glowing=True)
        return None


@dataclass
class Reading:
    """What has been understood so far."""

    lexicon: Lexicon
    places: list[Place] = field(default_factory=list)
    vague: list[Place] = field(default_factory=list)
    """Places that are only hinted at."""
    hours: list[Hour] = field(default_factory=list)
    seasons: list[Season] = field(default_factory=list)
    weather: set[str] = field(default_factory=set)
    features: set[str] = field(default_factory=set)
    moods: list[str] = field(default_factory=list)
    cast: list[Role] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    """Nouns, it seems, that nobody has drawn."""
    leafy: bool = False
    """Whether something is said to be green."""
    adjectives: Adjectives = Adjectives()
    """Waiting for their noun."""
    article: bool = False
    """Whether a noun is due."""
    after_place: bool = False
    """Whether the last word named a place."""

    def read(self, text: str) -> None:
        """Understand a text."""
        denied = 0
        for word in self.lexicon.tokens(text):
            if word in known.NOT:
                denied = 2
            elif denied and word not in known.OTHER:
                denied = 0 if self.lexicon.means_something(word) else denied - 1
            else:
                self._take(word)

    def read_character(self, text: str) -> None:
        """Put a character on the stage, before the others: as a person when nothing better is said."""
        before, inner = len(self.cast), Reading(self.lexicon)
        inner.read(text)
        person = self.lexicon.drawings.get("person")
        if inner.cast:
            self._enter(inner.cast[0])
        elif person and not _PEOPLE & {role.drawing.name for role in self.cast}:
            self._enter(Role(person, text.split(",", maxsplit=1)[0].strip()))
        if len(self.cast) > before:
            self.cast.insert(0, self.cast.pop())

    def _take(self, word: str) -> None:
        """Understand one word."""
        self._note(word)
        if self._worn(word):
            return
        drawing = self.lexicon.drawing(word)
        if drawing is None and word.endswith(known.TRADES) and word not in known.OTHER:
            drawing = self.lexicon.drawings.get("person")
        if drawing:
            self._enter(self._role(drawing, word))
            self.adjectives, self.article = Adjectives(), False
            return
        more = self.adjectives.plus(word)
        if more:
            self.adjectives = more
            return
        if self.article and self._names_something(word):
            self.unknown.append(word)
        self.article = word in known.ARTICLES or (self.article and word in known.OTHER and word not in known.BREAKS)
        if word in known.BREAKS or word not in known.OTHER:
            self.adjectives = Adjectives()

    def _worn(self, word: str) -> bool:
        """Whether the word is a garment of the last one on the stage, who then has its colour."""
        if word not in known.WORN or not self.cast:
            return False
        wearer = self.cast[-1].drawing
        if wearer.kind not in _DRESSED and wearer.name not in _STUFFED:
            return False
        if self.adjectives.colour and word not in ("crown", "tiara", "hat", "cap", "scarf"):
            self.cast[-1] = replace(self.cast[-1], colour=self.adjectives.colour)
        self.adjectives, self.article = Adjectives(), False
        return True

    def _note(self, word: str) -> None:
        """What the word says about place, hour, season, weather, light and mood."""
        self.leafy = self.leafy or word in _LEAFY
        vague = known.VAGUE.get(word)
        self.vague += [vague] if vague else []
        place = _first(known.PLACES, word)
        if place:
            # In `village harbour` the first word only says which harbour.
            self.places.insert(len(self.places) - self.after_place, place)
        self.after_place = bool(place)
        for form in forms(word):
            self.hours += [known.HOURS[form]] if form in known.HOURS else []
            self.seasons += [known.SEASONS[form]] if form in known.SEASONS else []
            self.moods += [known.MOODS[form]] if form in known.MOODS else []
            self.weather |= {known.WEATHER[form]} if form in known.WEATHER else set()
            self.features |= known.FEATURES.get(form, frozenset())

    def _role(self, drawing: Drawing, word: str) -> Role:
        """The role that a noun plays with the adjectives before it; one that means several is several."""
        said, count = self.adjectives, self.adjectives.count
        if count == 1 and self._is_many(word):
            count = known.FLOCK.get(drawing.name, 3 if drawing.height < 0.4 else 2)
        return Role(drawing, word, count, said.scale, said.colour, said.glowing)

    def _is_many(self, word: str) -> bool:
        if word in known.MANY or (word in known.EITHER and not self.article):
            return True
        drawings = self.lexicon.drawings
        return word.endswith("s") and (word not in drawings or word[:-1] in drawings)

    def _enter(self, role: Role) -> None:
        """Put a role on the stage, once, and not what another carries."""
        carrier = known.CARRIED.get(role.drawing.name)
        if carrier and any(other.drawing.name == carrier for other in self.cast):
            return
        for index, other in enumerate(self.cast):
            if other.drawing is role.drawing:
                count, colour = max(other.count, role.count), other.colour or role.colour
                self.cast[index] = replace(other, count=count, colour=colour)
                return
        self.cast.append(role)

    def _names_something(self, word: str) -> bool:
        """Whether an unknown word after an article is likely a noun."""
        plain = word not in known.OTHER and len(word) >= 4 and not word.endswith(_NO_NOUN)
        return plain and not self.lexicon.means_something(word)


def _first(table: Mapping[str, Place], word: str) -> Place | None:
    return next((table[form] for form in forms(word) if form in table), None)
