"""A world file, read: its words, its passages, and what belongs to what."""

import re
from collections.abc import Mapping
from typing import Literal

import msgspec

from services.story.grammar.entity import Entity
from services.story.grammar.listening import Listener
from services.story.grammar.saying import Saying, Sayings
from services.story.grammar.tables import Alias, Kind, Place, WorldFile
from services.story.grammar.template import Smoothing

KINDS: dict[str, Kind] = {
    "figures": "figure",
    "things": "thing",
    "vessels": "vessel",
    "powers": "power",
    "places": "place",
    "aliases": "place",
    "weathers": "weather",
    "hours": "hour",
    "seasons": "season",
    "feelings": "feeling",
    "deeds": "deed",
    "qualities": "quality",
}
"""What the words of each group of tables are to a story."""

GROUPS = {kind: group for group, kind in KINDS.items() if group != "aliases"}
Remark = Literal["see", "arrive", "comes"]


class World(msgspec.Struct, frozen=True):
    """Everything that a story of this world is made of."""

    tables: WorldFile
    entities: Mapping[tuple[Kind, str], Entity]
    sayings: Sayings
    listener: Listener
    smooth: Smoothing

    @property
    def title(self) -> str:
        """What the world is called."""
        return self.tables.world.title

    @property
    def plain(self) -> str:
        """The form of a slot that names none."""
        return self.tables.world.plain

    @property
    def moods(self) -> frozenset[str]:
        """Every mood that a beat may have."""
        return frozenset(self.tables.world.moods.values()) | frozenset(self.tables.world.more_moods)

    @property
    def sounds(self) -> frozenset[str]:
        """Every sound that a beat may ask for."""
        return frozenset(self.tables.world.sounds)

    def of(self, kind: Kind) -> tuple[Entity, ...]:
        """Return all words of a kind, in the order of the file."""
        return tuple(entity for entity in self.entities.values() if entity.kind == kind)

    def entity(self, kind: Kind, key: str) -> Entity:
        """Return one word."""
        return self.entities[kind, key]

    def about(self, entity: Entity, remark: Remark) -> tuple[Saying, ...]:
        """Return the single sentences that a word's table brings."""
        return self.sayings.get(f"{GROUPS.get(entity.kind, '')}.{entity.key}.{remark}", ())

    def stake(self, name: str, stage: str) -> tuple[Saying, ...]:
        """Return what is told of a stake at a stage."""
        return self.sayings.get(f"stakes.{name}.{stage}", ())

    def place_of(self, entity: Entity) -> str:
        """Return the key of the place that a word means."""
        return entity.entry.at if isinstance(entity.entry, Alias) else entity.key

    def ways(self, place: str) -> tuple[str, ...]:
        """Return where one can go from a place."""
        entry = self.entity("place", place).entry
        return entry.to if isinstance(entry, Place) else ()


def smoothing(rules: tuple[tuple[str, str], ...]) -> Smoothing:
    """Return rules as they are applied. Raise re.error when one is no regular expression."""
    return Smoothing(tuple((re.compile(find), put) for find, put in rules))
