"""Planning: from words to a plan. What nobody said is chosen to suit the rest."""

from collections.abc import Iterable

import numpy as np

from services.image.backends.painting import vocabulary as known
from services.image.backends.painting.lexicon import Lexicon, joined
from services.image.backends.painting.plan import SHELTERED, Hour, Place, Plan, Season, number_of
from services.image.backends.painting.reading import Reading

_MOST_ROLES = 6
_MOST_EMBLEMS = 2
_WATERS = frozenset({"sea", "coast", "harbour", "lake", "river", "swamp", "arctic"})
_WILD: tuple[Place, ...] = ("meadow", "lake", "forest", "mountains", "coast", "river")
_NIGHTLY = frozenset({"aurora", "stars", "comet", "fireflies", "fireworks"})
_ANY_HOUR: tuple[Hour, ...] = ("golden", "dusk", "dawn", "day", "moonlit")
_ANY_SEASON: tuple[Season, ...] = ("spring", "summer", "summer", "autumn")


def plan_of(scene: str, mood: str, characters: Iterable[str], seed: int, lexicon: Lexicon) -> Plan:
    """Decide what is to be painted. Any text gives a plan."""
    reading = Reading(lexicon)
    reading.read(scene)
    for character in characters:
        reading.read_character(character)
    rng = np.random.default_rng(number_of(f"{seed}/plan"))
    moods = [known.MOODS[word] for word in lexicon.tokens(mood) if word in known.MOODS] + reading.moods
    place = _place(reading, rng)
    return Plan(
        place=place,
        behind=frozenset(reading.places) - {place},
        hour=_hour(reading, moods[0] if moods else "", rng),
        hour_said=bool(reading.hours),
        season=reading.seasons[0] if reading.seasons else _season(place, reading, rng),
        weather=frozenset(reading.weather) - ({"snow"} if place in SHELTERED else set()),
        mood=moods[0] if moods else "",
        mood_word=joined(mood),
        cast=tuple(reading.cast[:_MOST_ROLES]),
        emblems=tuple(dict.fromkeys(reading.unknown))[:_MOST_EMBLEMS],
        features=frozenset(reading.features),
        seed=seed,
    )


def _place(reading: Reading, rng: np.random.Generator) -> Place:
    """The place that was named first, one with water for a boat; else where the cast is at home; else anywhere."""
    if "underwater" in reading.places:
        return "underwater"
    wild = _WILD[int(rng.integers(len(_WILD)))]
    built = any(role.drawing.habitat == "built" for role in reading.cast)
    vague = [place for place in reading.vague if not (built and place == "interior")]
    named = [*reading.places, *_homes(reading), *vague, wild]
    waters = [place for place in reading.places if place in _WATERS]
    habitats = {role.drawing.habitat for role in reading.cast}
    if habitats & {"afloat", "water"} and waters:
        return waters[0]
    # Who cannot swim stands at the sea, not in it.
    return "coast" if named[0] == "sea" and habitats & {"ground", "perch"} and "afloat" not in habitats else named[0]


def _homes(reading: Reading) -> list[Place]:
    """Where the cast is at home."""
    found = [known.HOMES[role.drawing.home] for role in reading.cast if role.drawing.home in known.HOMES]
    names = {role.drawing.name for role in reading.cast}
    habitats = {role.drawing.habitat for role in reading.cast}
    if names & {"jellyfish", "octopus", "fish"} and "afloat" not in habitats:
        found.append("underwater")
    if habitats & {"water", "afloat"}:
        found.append("sea" if names & {"whale", "dolphin", "ship", "steamer"} else "lake")
    if "aurora" in reading.features or "snow" in reading.weather:
        found.append("mountains")
    return found


def _hour(reading: Reading, mood: str, rng: np.random.Generator) -> Hour:
    """The hour that was named (a moon turns night into a moonlit one), else one that suits the mood."""
    if reading.hours:
        return "moonlit" if "moonlit" in reading.hours else reading.hours[0]
    if reading.features & _NIGHTLY:
        return "night"
    hours = known.MOOD_HOURS.get(mood, _ANY_HOUR)
    return hours[int(rng.integers(len(hours)))]


def _season(place: Place, reading: Reading, rng: np.random.Generator) -> Season:
    """The season that nobody named: always winter on the ice, always summer in the jungle."""
    if place == "arctic":
        return "winter"
    if reading.leafy or "palm" in reading.features or place in ("desert", "underwater"):
        return "summer"
    return _ANY_SEASON[int(rng.integers(len(_ANY_SEASON)))]
