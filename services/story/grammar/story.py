"""Where a story stands: who, where, what is at stake, what was said and what was told."""

from random import Random

import msgspec

from services.story.grammar.arc import stages
from services.story.grammar.entity import Entity
from services.story.grammar.listening import Heard
from services.story.grammar.saying import Saying
from services.story.grammar.tables import Alias, Feeling, Figure, Kind, Sky, Stage
from services.story.grammar.world import World

COMPANY = 2
"""Companions, and things carried, at the same time."""
KEPT: dict[Kind, str] = {"figure": "friends", "thing": "things", "vessel": "vessels"}
SINGLE: frozenset[Kind] = frozenset({"weather", "hour", "season", "feeling"})
SUBJECTS: frozenset[Kind] = frozenset({"figure", "unknown"})
"""Kinds that a story can be about."""


class Mention(msgspec.Struct):
    """A word of the visitor's, and when it was last heard of."""

    entity: Entity
    turn: int
    beat: int


class Story(msgspec.Struct, kw_only=True):
    """The state of one visit's story."""

    visit: str
    beats: int
    """Beats that follow a turn."""
    chapter: int
    place: Entity
    hour: Entity
    weather: Entity
    season: Entity
    number: int = 0
    """Beats told in the visit."""
    turn: int = 0
    index: int = 0
    """Beats told in the turn."""
    came: Entity | None = None
    """The place before this one."""
    called: Entity | None = None
    """The visitor's own name for the place, where it is another."""
    hero: Entity | None = None
    friends: list[Entity] = []
    things: list[Entity] = []
    vessels: list[Entity] = []
    stake: str = ""
    introduced: bool = False
    """Whether the stake has been told."""
    turned: bool = False
    """Whether the turn of the stake has been told."""
    resolved: bool = False
    """Whether the stake has been laid to rest."""
    spent: list[str] = []
    """Stakes of earlier chapters, the newest last."""
    object: Entity | None = None
    wish: Entity | None = None
    feeling: Entity | None = None
    quality: Entity | None = None
    """How the hero is, as the visitor said."""
    waiting: list[Entity] = []
    """Words that were said and are not yet told."""
    greeted: bool = False
    """Whether anything of the newest words could be taken up."""
    mentions: list[Mention] = []
    told: dict[str, int] = {}
    """The beat in which each sentence was told last."""
    used: dict[tuple[str | int, ...], int] = {}
    """The beat in which each passage was told last."""
    been: dict[str, int] = {}
    """The beat in which each place was entered last."""
    recalled: int = 0
    """The beat that last looked back."""
    darkened: int = 0
    """The beat in which the hour last changed."""
    steps: int = 0
    """Beats of the complication told in this chapter."""
    repeated: int = 0
    """Beats for which nothing new was left to say."""

    def copy(self) -> "Story":
        """Return a story that can go on by itself."""
        fields = {name: getattr(self, name) for name in self.__struct_fields__}
        for name, value in fields.items():
            if isinstance(value, list | dict):
                fields[name] = value.copy()
        fields["mentions"] = [msgspec.structs.replace(mention) for mention in self.mentions]
        return Story(**fields)

    def bound(self) -> dict[str, Entity]:
        """Return what fills the slots."""
        newest = {"friend": self.friends, "thing": self.things, "vessel": self.vessels}
        slots = {slot: entities[-1] for slot, entities in newest.items() if entities}
        single = {
            "hero": self.hero,
            "place": self.called or self.place,
            "from": self.came,
            "hour": self.hour,
            "weather": self.weather,
            "season": self.season,
            "feeling": self.feeling,
            "object": self.object,
            "wish": self.wish,
            "quality": self.quality,
        }
        return slots | {slot: entity for slot, entity in single.items() if entity is not None}

    def company(self) -> list[Entity]:
        """Return everybody who is there, the hero first."""
        return ([self.hero] if self.hero else []) + self.friends

    def knows(self, entity: Entity) -> bool:
        """Return whether somebody or something is already part of the story."""
        there = (*self.company(), *self.things, *self.vessels, self.called or self.place)
        return any(entity.same(other) for other in there)

    def note(self, entity: Entity) -> None:
        """Remember a word of the visitor's as heard of now."""
        for mention in self.mentions:
            if mention.entity.same(entity):
                mention.beat, mention.turn = self.number, self.turn
                return
        self.mentions.append(Mention(entity, self.turn, self.number))

    def stage(self) -> Stage:
        """Return the stage of the beat that is told now, which is never behind what was told of the stake."""
        stage = self.planned()
        if self.turned and not self.resolved and stage != "openness":
            return "resolution"
        if stage == "resolution" and not self.turned:
            return "turn"
        if stage == "beginning" and self.introduced and not self.resolved:
            return "complication"
        return stage

    def planned(self) -> Stage:
        """Return the stage that the course of the turn has for this beat."""
        course = stages(self.beats, self.chapter)
        return course[min(self.index, len(course)) - 1]

    @property
    def finale(self) -> bool:
        """Whether the beat that is told now is the last of its turn."""
        return self.index >= self.beats

    def remember(self, saying: Saying, sentences: tuple[str, ...]) -> None:
        """Keep in mind what was told."""
        self.used[saying.at] = self.number
        for sentence in sentences:
            self.told[sentence] = self.number


def begin(world: World, visit: str, beats: int) -> Story:
    """Return the story of a visit before its first beat."""
    rng = Random(f"{visit}/begin")
    return Story(
        visit=visit,
        beats=beats,
        chapter=world.tables.world.chapter,
        place=world.entity("place", rng.choice(world.tables.world.start)),
        hour=world.of("hour")[0],
        weather=rng.choice(uninvited(world.of("weather"))),
        season=rng.choice(uninvited(world.of("season"))),
    )


def uninvited(skies: tuple[Entity, ...]) -> list[Entity]:
    """Return those that come without having been named; all, if there are none."""
    return [sky for sky in skies if isinstance(sky.entry, Sky) and sky.entry.visits] or list(skies)


def hear(world: World, story: Story, turn: int, text: str) -> None:
    """Take in what a visitor said, as the beginning of a turn."""
    heard = world.listener.hear(text)
    story.turn, story.index, story.steps = turn, 0, 0
    story.greeted = bool(heard.entities)
    story.waiting = [entity for entity in heard.entities if entity != heard.wish][:6]
    for entity in (*heard.entities, *([heard.object] if heard.object else [])):
        story.note(entity)
    if heard.object:
        story.object, story.greeted = heard.object, True
        story.feeling = next(entity for entity in story.waiting if entity.kind == "feeling")
        story.waiting.remove(story.feeling)
    story.wish = heard.wish or story.wish
    called = stake_for(world, story, heard)
    if called or story.resolved or not story.stake:
        open_chapter(world, story, called)


def stake_for(world: World, story: Story, heard: Heard) -> str:
    """Return what is at stake after these words, or nothing when they do not say."""
    rng = Random(f"{story.visit}/{story.turn}/stake")
    for entity in heard.entities:
        entry = entity.entry
        if not isinstance(entry, Feeling):
            continue
        if heard.object and entry.about:
            return entry.about
        fresh = [stake for stake in entry.stakes if stake not in story.spent[-3:]] or list(entry.stakes)
        if fresh:
            return rng.choice(fresh)
    return world.tables.listen.wish if heard.wish else ""


def open_chapter(world: World, story: Story, stake: str = "") -> None:
    """Let a new arc begin, about `stake` or about what has not been told for the longest time."""
    if story.stake:
        story.spent.append(story.stake)
    if not stake:
        rng = Random(f"{story.visit}/{story.number}/chapter")
        free = [name for name, entry in world.tables.stakes.items() if not entry.asked]
        latest = {name: index for index, name in enumerate(story.spent)}
        oldest = min(latest.get(name, -1) for name in free)
        stake = rng.choice([name for name in free if latest.get(name, -1) == oldest])
    story.stake, story.steps = stake, 0
    story.introduced, story.turned, story.resolved = False, False, False


def take_up(world: World, story: Story, entity: Entity) -> None:
    """Make a word part of the story."""
    if entity.kind in KEPT:
        kept: list[Entity] = getattr(story, KEPT[entity.kind])
        kept[:] = [*(other for other in kept if not other.same(entity)), entity][-COMPANY:]
    elif entity.kind in SINGLE:
        setattr(story, entity.kind, entity)
    elif entity.kind == "place":
        move(world, story, world.place_of(entity))
        story.called = entity if isinstance(entity.entry, Alias) else None
    if entity.kind == "hour":
        story.darkened = story.number


def move(world: World, story: Story, place: str) -> None:
    """Go to a place."""
    if place != story.place.key:
        story.came, story.place, story.called = story.called or story.place, world.entity("place", place), None
    story.been[place] = story.number


def cast_hero(world: World, story: Story) -> None:
    """Choose whom the story is about: whom the visitor named first, or one of the world's own."""
    if story.hero:
        return
    named = [entity for entity in story.waiting if entity.kind in SUBJECTS]
    named.sort(key=lambda entity: entity.kind != "figure")
    own = [entity for entity in world.of("figure") if isinstance(entity.entry, Figure) and entity.entry.hero]
    story.hero = named[0] if named else Random(f"{story.visit}/hero").choice(own)
    story.quality = story.hero.quality
    story.waiting = [entity for entity in story.waiting if not entity.same(story.hero)]
