"""From the tables of a world file to a world."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from services.actor.positions import KeyPath
from services.actor.toml import TomlFile
from services.story.grammar.entity import Entity, entity_of, patterns_of
from services.story.grammar.listening import Listener
from services.story.grammar.saying import BadText, Saying, Sayings, remark, saying
from services.story.grammar.tables import STAGES, Alias, Entry, Figure, Kind, Place, Sky, Thing, WorldFile
from services.story.grammar.world import KINDS, World, smoothing

SECTIONS = (
    "open",
    "answer",
    "again",
    "unheard",
    "travel",
    "meet",
    "find",
    "event",
    "recall",
    "onward",
    "ending",
)
"""The groups of passages that belong to no stake."""


def read(file: TomlFile) -> World:
    """Return the world in a file. Raise ConfigError where something cannot be read."""
    tables = file.convert(WorldFile)
    entities = read_entities(file, tables)
    try:
        sayings = read_sayings(tables)
    except BadText as error:
        raise file.error(error.at, str(error)) from error
    return World(
        tables=tables,
        entities=entities,
        sayings=sayings,
        listener=Listener(tables.listen, lexicon(file, tables, entities), tables.classes),
        smooth=smoothing(tuple(smooth_rules(file, tables))),
    )


def smooth_rules(file: TomlFile, tables: WorldFile) -> Iterator[tuple[str, str]]:
    """Yield the rules for words that meet. Raise ConfigError for one that is no regular expression."""
    for index, rule in enumerate(tables.smooth):
        try:
            re.sub(rule.find, rule.put, "")
        except (re.error, IndexError) as error:
            raise file.error(("smooth", index, "find"), f"is no regular expression: {error}") from error
        yield rule.find, rule.put


def entries(tables: WorldFile) -> Iterator[tuple[KeyPath, Kind, Entry]]:
    """Yield every word's table with its place in the file."""
    for group, kind in KINDS.items():
        words: Mapping[str, Entry] = getattr(tables, group)
        for key, entry in words.items():
            yield (group, key), kind, entry


def read_entities(file: TomlFile, tables: WorldFile) -> dict[tuple[Kind, str], Entity]:
    """Return every word with its forms. Raise ConfigError."""
    for index, rule in enumerate(tables.listen.unknown):
        try:
            patterns_of(rule.grammar, tables.classes)
        except ValueError as error:
            raise file.error(("listen", "unknown", index, "class"), str(error)) from error
    found: dict[tuple[Kind, str], Entity] = {}
    for at, kind, entry in entries(tables):
        key = str(at[1])
        if (kind, key) in found:
            raise file.error(at, "there is a place of this name already")
        try:
            found[kind, key] = entity_of(kind, key, entry, tables.classes)
            for name, look in entry.kin.items():
                own = relative(key, entry, name, look)
                found.setdefault((kind, name.lower()), entity_of(kind, name.lower(), own, tables.classes))
        except ValueError as error:
            raise file.error(at, str(error)) from error
    return found


def relative(key: str, entry: Entry, name: str, look: str) -> Entry:
    """Return the table of a word that is treated like that of `key`, but has its own name and look."""
    if isinstance(entry, Place):
        return Alias(at=key, name=name, grammar=entry.grammar, look=look)
    own: dict[str, Any] = {field: getattr(NOTHING, field) for field in ("words", "kin", "forms", "see")}
    if isinstance(entry, Figure):
        own |= {"cast": False, "hero": False}
    elif isinstance(entry, Thing):
        own["found"] = False
    elif isinstance(entry, Sky):
        own |= {"visits": False, "comes": (), "scene": look}
    return msgspec.structs.replace(entry, name=name, look=look, **own)


NOTHING = Entry()


def lexicon(file: TomlFile, tables: WorldFile, entities: Mapping[tuple[Kind, str], Entity]) -> dict[str, Entity]:
    """Return every word by what visitors say. Raise ConfigError when the same can mean two."""
    known: dict[str, tuple[Entity, KeyPath]] = {}
    for at, kind, entry in entries(tables):
        key = str(at[1])
        said = {word.lower(): key for word in (key.replace("_", " "), entry.name, *entry.words) if word}
        said |= {word.lower(): word.lower() for word in entry.kin}
        for word, meant in said.items():
            other, where = known.setdefault(word, (entities[kind, meant], at))
            if where != at or not other.same(entities[kind, meant]):
                raise file.error((*at, "words"), f"`{word}` already means {where[0]}.{where[1]}")
    return {word: entity for word, (entity, _) in known.items()}


def read_sayings(tables: WorldFile) -> Sayings:
    """Return every passage by its section. Raise BadText."""
    sections: dict[str, tuple[Saying, ...]] = {}
    for name in SECTIONS:
        sections[name] = tuple(saying((name, n), passage) for n, passage in enumerate(getattr(tables, name)))
    for key, stake in tables.stakes.items():
        for stage in STAGES:
            told = enumerate(getattr(stake, stage))
            sections[f"stakes.{key}.{stage}"] = tuple(saying(("stakes", key, stage, n), passage) for n, passage in told)
    sections["see"] = remarks(("world", "see"), tables.world.see)
    for at, _, entry in entries(tables):
        for kind in ("see", "arrive", "comes"):
            texts: tuple[str, ...] = getattr(entry, kind, ())
            if texts:
                sections[f"{at[0]}.{at[1]}.{kind}"] = remarks((*at, kind), texts)
    return sections


def remarks(at: KeyPath, texts: tuple[str, ...]) -> tuple[Saying, ...]:
    """Return single sentences as passages. Raise BadText."""
    return tuple(remark((*at, index), text) for index, text in enumerate(texts))
