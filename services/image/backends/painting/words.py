"""From words to a plan: what a scene, its mood and its characters ask the painter for."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import get_args

import numpy as np

from services.image.backends.painting import vocabulary as known
from services.image.backends.painting.drawings import Drawing
from services.image.backends.painting.plan import Hour, Place, Plan, Role, Season, number_of

_FLOCK = {
    "bird": 7,
    "bat": 6,
    "butterfly": 5,
    "bee": 5,
    "fish": 5,
    "sheep": 5,
    "jellyfish": 5,
    "flower": 5,
    "mushroom": 4,
}
_MOST_ROLES = 6
_WILD: tuple[Place, ...] = ("meadow", "lake", "forest", "mountains", "coast", "river")


@dataclass
class Reading:
    """What has been understood so far."""

    drawings: Mapping[str, Drawing]
    """By every word that names one."""
    places: list[Place] = field(default_factory=list)
    hours: list[Hour] = field(default_factory=list)
    seasons: list[Season] = field(default_factory=list)
    weather: set[str] = field(default_factory=set)
    features: set[str] = field(default_factory=set)
    cast: list[Role] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    moods: list[str] = field(default_factory=list)


def drawing_words(library: Mapping[str, Drawing], own: Mapping[str, str]) -> dict[str, Drawing]:
    """Every word that names a drawing; `own` says which known word a project's own word stands for."""
    words: dict[str, Drawing] = {}
    for drawing in library.values():
        for word in drawing.words:
            words.setdefault(_joined(word), drawing)
    words.update(library)
    words.update({_joined(word): words[_joined(meant)] for word, meant in own.items() if _joined(meant) in words})
    return words


def plan_of(scene: str, mood: str, characters: Iterable[str], seed: int, drawings: Mapping[str, Drawing]) -> Plan:
    """Decide what is to be painted. Any text gives a plan."""
    reading = Reading(drawings)
    read(scene, reading)
    for character in characters:
        _read_character(character, reading)
    rng = np.random.default_rng(number_of(f"{seed}/plan"))
    mood_word = _joined(mood)
    moods = [known.MOODS[word] for word in tokens(mood) if word in known.MOODS] + reading.moods
    found = moods[0] if moods else ""
    place = _place(reading, rng)
    hour = _hour(reading, found, rng)
    season = reading.seasons[0] if reading.seasons else "winter" if place == "arctic" else _season(rng)
    return Plan(
        place=place,
        behind=frozenset(reading.places) - {place},
        hour=hour,
        hour_said=bool(reading.hours),
        season=season,
        weather=frozenset(reading.weather)
        - ({"snow"} if place in ("cave", "interior", "underwater", "space") else set()),
        mood=found,
        mood_word=mood_word,
        cast=tuple(reading.cast[:_MOST_ROLES]),
        emblems=tuple(dict.fromkeys(reading.unknown))[:2],
        features=frozenset(reading.features),
        seed=seed,
    )


def without(text: str, unwanted: str) -> str:
    """The text less every word of `unwanted`, in any number."""
    banned = {form for word in tokens(unwanted) for form in forms(word)}
    return (
        " ".join(word for word in re.findall(r"\S+", text) if not banned & set(forms(_bare(word)))) if banned else text
    )


def tokens(text: str) -> list[str]:
    """The words, small, with what belongs together joined by `_`."""
    words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text.lower())  # noqa: RUF001 - people do type it
    joined: list[str] = []
    at = 0
    while at < len(words):
        length = next((n for n in (4, 3, 2) if _is_phrase("_".join(words[at : at + n]), n)), 1)
        joined.append("_".join(words[at : at + length]))
        at += length
    return joined


def forms(word: str) -> tuple[str, ...]:
    """The word, and what it may be the plural of."""
    found = [word]
    if len(word) > 3 and word.endswith("s"):
        found += [word[:-1]]
        found += [word[:-2]] if word.endswith("es") else []
        found += [word[:-3] + "y"] if word.endswith("ies") else []
        found += [word[:-3] + "f", word[:-3] + "fe"] if word.endswith("ves") else []
    found += [word[:-2]] if word.endswith(("'s", "’s")) else []  # noqa: RUF001
    return tuple(found)


def read(text: str, reading: Reading) -> None:
    """Understand a text word by word; adjectives wait for their noun."""
    waiting, article = Role(next(iter(reading.drawings.values())), ""), False
    skip = 0
    for word in tokens(text):
        if word in known.NOT:
            skip = 2
            continue
        if skip and word not in known.OTHER:
            skip -= 1
            if _drawing(word, reading) or any(word in table for table in _TABLES):
                skip = 0
            continue
        _note(word, reading)
        drawing = _drawing(word, reading)
        if drawing:
            _enter(replace(waiting, drawing=drawing, word=word), reading)
            waiting, article = replace(waiting, count=1, scale=1.0, colour="", glowing=False), False
            continue
        waiting, adjective = _described(waiting, word)
        if not adjective:
            if article and _names_something(word):
                reading.unknown.append(word)
            article = word in _ARTICLES or (article and word in known.OTHER and word not in _BREAKS)
        if word in _BREAKS:
            waiting = replace(waiting, count=1, scale=1.0, colour="", glowing=False)


def _note(word: str, reading: Reading) -> None:
    """What the word says about place, hour, season, weather, light and mood."""
    for form in forms(word):
        if form in known.PLACES:
            reading.places.append(known.PLACES[form])
        if form in known.HOURS:
            reading.hours.append(known.HOURS[form])
        if form in known.SEASONS:
            reading.seasons.append(known.SEASONS[form])
        if form in known.WEATHER:
            reading.weather.add(known.WEATHER[form])
        if form in known.FEATURES:
            reading.features.add(known.FEATURES[form])
        if form in known.MOODS:
            reading.moods.append(known.MOODS[form])


def _drawing(word: str, reading: Reading) -> Drawing | None:
    return next((reading.drawings[form] for form in forms(word) if form in reading.drawings), None)


def _described(waiting: Role, word: str) -> tuple[Role, bool]:
    """The adjectives so far with this one, and whether it was one."""
    if word in known.COLOURS:
        return replace(waiting, colour=known.COLOURS[word]), True
    if word in known.NUMBERS:
        return replace(waiting, count=known.NUMBERS[word]), True
    if word in known.SIZES:
        return replace(waiting, scale=waiting.scale * known.SIZES[word]), True
    if word in known.GLOWING:
        return replace(waiting, glowing=True), True
    return waiting, False


def _enter(role: Role, reading: Reading) -> None:
    """Put a role on the stage, once."""
    plural = role.word not in reading.drawings or (role.word.endswith("s") and role.word != role.drawing.name)
    several = plural or role.word in ("children", "people", "birds", "mice", "geese", "kids")
    if role.count == 1 and several:
        role = replace(role, count=_FLOCK.get(role.drawing.name, 3 if role.drawing.height < 0.4 else 2))
    for index, other in enumerate(reading.cast):
        if other.drawing is role.drawing:
            reading.cast[index] = replace(other, count=max(other.count, role.count), colour=other.colour or role.colour)
            return
    reading.cast.append(role)


def _read_character(text: str, reading: Reading) -> None:
    """A character is always on the stage, as a person when nothing better is said."""
    before = len(reading.cast)
    seen = {role.drawing.name for role in reading.cast}
    inner = Reading(reading.drawings)
    read(text, inner)
    if not inner.cast and "person" in reading.drawings and not seen & {"person", "girl", "boy", "wanderer"}:
        inner.cast.append(Role(reading.drawings["person"], text.split(",", maxsplit=1)[0].strip()))
    for role in inner.cast[:1]:
        _enter(role, reading)
    if len(reading.cast) > before:
        reading.cast.insert(0, reading.cast.pop())


def _names_something(word: str) -> bool:
    """Whether an unknown word after an article is likely a noun."""
    if len(word) < 4 or any(form in table for form in forms(word) for table in _TABLES):
        return False
    return word not in known.OTHER and not word.endswith(("ing", "ed", "ly", "ful", "ous", "ish", "less", "est", "ive"))


def _place(reading: Reading, rng: np.random.Generator) -> Place:
    """The place that was named first; else where the cast is at home; else anywhere."""
    if "underwater" in reading.places:
        return "underwater"
    if reading.places:
        return reading.places[0]
    homes = {"snow": "arctic", "beach": "coast", "pond": "lake"}
    for role in reading.cast:
        home = homes.get(role.drawing.home, role.drawing.home)
        if home in get_args(Place):
            return home  # type: ignore[return-value]
    if any(role.drawing.name in ("jellyfish", "octopus", "fish") for role in reading.cast):
        return "underwater"
    if any(role.drawing.habitat == "water" for role in reading.cast):
        big = any(role.drawing.name in ("whale", "dolphin", "ship", "steamer") for role in reading.cast)
        return "sea" if big else "lake"
    if "aurora" in reading.features or "snow" in reading.weather:
        return "mountains"
    return _WILD[int(rng.integers(len(_WILD)))]


def _hour(reading: Reading, mood: str, rng: np.random.Generator) -> Hour:
    """The hour that was named (a moon turns night into a moonlit one), else one that suits the mood."""
    if "moonlit" in reading.hours:
        return "moonlit"
    if reading.hours:
        return reading.hours[0]
    if reading.features & {"aurora", "stars", "comet", "fireflies", "fireworks"}:
        return "night"
    hours: tuple[Hour, ...] = known.MOOD_HOURS.get(mood, ("golden", "dusk", "dawn", "day", "moonlit"))
    return hours[int(rng.integers(len(hours)))]


def _season(rng: np.random.Generator) -> Season:
    seasons: tuple[Season, ...] = ("spring", "summer", "summer", "autumn")
    return seasons[int(rng.integers(len(seasons)))]


def _joined(text: str) -> str:
    return "_".join(text.lower().split())


def _bare(word: str) -> str:
    return re.sub(r"[^\w'-]", "", word.lower())


_TABLES: tuple[Mapping[str, object], ...] = (
    known.PLACES, known.HOURS, known.SEASONS, known.WEATHER, known.FEATURES, known.MOODS, known.COLOURS,
    known.NUMBERS, known.SIZES,
)  # fmt: skip
_PHRASES = frozenset(
    word for table in _TABLES for word in table if "_" in word
) | {"polar_bear", "blue_whale", "old_man", "old_woman", "little_girl", "ferris_wheel", "street_lamp", "wishing_well",
     "hot_air_balloon", "flying_saucer", "old_tree", "great_oak", "tree_of_life", "grandfather_clock"}  # fmt: skip
_ARTICLES = frozenset(
    [
        "a",
        "an",
        "the",
        "his",
        "her",
        "their",
        "my",
        "your",
        "our",
        "its",
        "of",
        "this",
        "that",
        "one",
        "another",
        "some",
        "every",
    ]
)
_BREAKS = frozenset(
    [
        "and",
        "in",
        "on",
        "at",
        "by",
        "with",
        "under",
        "over",
        "near",
        "of",
        "through",
        "who",
        "that",
        "is",
        "are",
        "from",
        "into",
        "to",
        "while",
    ]
)


def _is_phrase(words: str, length: int) -> bool:
    return words.count("_") == length - 1 and words in _PHRASES
