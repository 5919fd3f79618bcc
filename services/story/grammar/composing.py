"""One beat: a passage, what is seen beside it, and at times a look back."""

from collections.abc import Iterator
from random import Random

from services.story.grammar.choosing import Chooser, Chosen
from services.story.grammar.entity import Entity
from services.story.grammar.intent import Intent, intents
from services.story.grammar.picture import characters, scene, sounds, undertone
from services.story.grammar.saying import Saying
from services.story.grammar.story import Story, cast_hero, move, open_chapter, take_up, uninvited
from services.story.grammar.world import World
from services.story.planner import Beat

MOST = 4
"""Sentences of a beat."""
LEAST = 2
LOOKS_BACK = 3
"""Beats between two looks back."""
SHARES = {2: 0.55, 3: 0.12}
"""How often a passage of so many sentences gets one more."""


class Composer:
    """Composes one beat; what it tells becomes part of the story."""

    def __init__(self, world: World, story: Story) -> None:
        self.world, self.story = world, story
        story.number += 1
        story.index += 1
        self.rng = Random(f"{story.visit}/{story.turn}/{story.number}")
        cast_hero(world, story)
        if story.resolved and story.planned() in ("beginning", "complication"):
            open_chapter(world, story)
        if story.number == 1:
            self._set_the_scene()
        self.told: list[Chosen] = []
        self.opening: list[Chosen] = []

    def beat(self) -> Beat:
        """Return the next beat."""
        self._let_time_pass()
        intent, chosen = self._passage()
        self._commit(intent, chosen)
        if intent.move:
            self._add(self._one(self.world.about(self.story.place, "arrive")))
        self._furnish(intent)
        sentences = tuple(sentence for part in (*self.opening, *self.told) for sentence in part.sentences)
        tone = undertone(self.world, self.story)
        self._count(intent)
        return Beat(
            sentences=sentences,
            scene=scene(self.story, chosen, self.rng),
            characters=characters(self.story),
            mood=chosen.saying.table.mood or tone,
            undertone=tone,
            sounds=sounds(self.story, chosen.saying),
            taken=self._taken(),
            place=self.story.place.forms["name"][0],
        )

    def _passage(self) -> tuple[Intent, Chosen]:
        """Return what is done and told: something fresh, or, when all is told, what was told longest ago."""
        chooser = Chooser(self.world, self.story, self.rng)
        wanted = list(intents(self.world, self.story, self.rng))
        for intent in wanted:
            chosen = chooser.choose(intent.sayings, intent.bound)
            if chosen:
                return intent, chosen
        self.story.repeated += 1
        for intent in wanted:
            chosen = chooser.worn(intent.sayings, intent.bound)
            if chosen:
                return intent, chosen
        last = chooser.worn(self.world.sayings["see"], {})
        if last is None:
            raise LookupError("the world has nothing to say")
        return Intent(()), last

    def _set_the_scene(self) -> None:
        """Let the story begin where, when and in whatever weather the visitor said."""
        for entity in self.story.waiting:
            if entity.kind in ("place", "weather", "hour", "season", "feeling"):
                take_up(self.world, self.story, entity)
        self.story.waiting = [entity for entity in self.story.waiting if entity.kind != "place"]

    def _commit(self, intent: Intent, chosen: Chosen) -> None:
        """Make what was chosen part of the story."""
        story = self.story
        for slot, entity in intent.bound.items():
            if slot == "new":
                take_up(self.world, story, entity)
                story.waiting = [other for other in story.waiting if not other.same(entity)]
            elif slot in ("friend", "thing", "place"):
                take_up(self.world, story, entity)
        if intent.answers and story.number == 1:
            self._open(chosen)
        if chosen.saying.table.at:
            move(self.world, story, chosen.saying.table.at)
        story.been.setdefault(story.place.key, story.number)
        self._add(chosen)

    def _open(self, chosen: Chosen) -> None:
        """Take up the words that the opening has used."""
        for slot, entity in chosen.bound.items():
            if slot in chosen.saying.slots and any(entity.same(other) for other in self.story.waiting):
                take_up(self.world, self.story, entity)
                self.story.waiting = [other for other in self.story.waiting if not other.same(entity)]

    def _count(self, intent: Intent) -> None:
        """Note how far the arc has come."""
        story = self.story
        story.introduced |= intent.lays_out
        story.turned |= intent.turns
        story.resolved |= intent.resolves
        if story.stage() == "complication" and not (intent.answers or intent.lays_out):
            story.steps += 1
        if story.stage() == "openness" and not story.finale:
            open_chapter(self.world, story)

    def _let_time_pass(self) -> None:
        """Let the next hour come when it is due, and say so."""
        story = self.story
        if story.index == 1 or story.number - story.darkened < self.world.tables.world.hour_beats:
            return
        hours = uninvited(self.world.of("hour"))
        index = next((index for index, hour in enumerate(hours) if hour.same(story.hour)), -1)
        hour = hours[(index + 1) % len(hours)]
        story.hour, story.darkened = hour, story.number
        comes = self._one(self.world.about(hour, "comes"))
        if comes:
            self.opening.append(comes)
            story.remember(comes.saying, comes.sentences)

    def _furnish(self, intent: Intent) -> None:
        """Add what is seen, and at times a look back, until the beat is full enough."""
        if self._room() and not intent.answers and self.story.number - self.story.recalled >= LOOKS_BACK:
            back = self._one(self.world.sayings["recall"])
            if back and self.rng.random() < 0.6 and len(back.sentences) <= self._room():
                self.story.recalled = self.story.number
                self._add(back)
        while self._room() and (self._length() < LEAST or self.rng.random() < SHARES.get(self._length(), 0.0)):
            seen = self._one(self._sights(intent))
            if seen is None:
                return
            self._place_sight(intent, seen)

    def _place_sight(self, intent: Intent, seen: Chosen) -> None:
        """Put a sight of the place before the passage, where the passage does not begin something itself."""
        about_place = seen.saying.at[0] in ("places", "weathers", "hours", "seasons")
        if about_place and not (intent.move or intent.answers) and not self.opening and self.story.number > 1:
            self.opening.append(seen)
            self.story.remember(seen.saying, seen.sentences)
        else:
            self._add(seen)

    def _sights(self, intent: Intent) -> tuple[Saying, ...]:
        """Return single sentences about what is there: what has just come into the story, else all."""
        new = intent.bound.get("new") or intent.bound.get("friend")
        if new and self._one(self.world.about(new, "see")):
            return self.world.about(new, "see")
        there: list[Entity] = [*self.story.company(), *self.story.things, *self.story.vessels]
        around = [self.story.weather, self.story.hour, self.story.season]
        around += [] if self.story.called else [self.story.place] * 2
        pools = [pool for pool in (self.world.about(entity, "see") for entity in (*around, *there)) if pool]
        self.rng.shuffle(pools)
        pools.append(self.world.sayings["see"])
        return next((pool for pool in pools if self._one(pool)), ())

    def _one(self, sayings: tuple[Saying, ...]) -> Chosen | None:
        """Return a fresh passage that does not repeat what this beat has said."""
        return Chooser(self.world, self.story, self.rng).choose(sayings, {})

    def _add(self, chosen: Chosen | None) -> None:
        if chosen:
            self.told.append(chosen)
            self.story.remember(chosen.saying, chosen.sentences)

    def _length(self) -> int:
        return sum(len(part.sentences) for part in (*self.opening, *self.told))

    def _room(self) -> int:
        return MOST - self._length()

    def _taken(self) -> tuple[str, ...]:
        """Return the visitor's words that came up in this beat."""
        used = list(self._entities_used())
        taken = []
        for mention in self.story.mentions:
            if any(mention.entity.same(entity) for entity in used):
                mention.beat = self.story.number
                taken.append(mention.entity.said)
        return tuple(taken)

    def _entities_used(self) -> Iterator[Entity]:
        for part in (*self.opening, *self.told):
            yield from (entity for slot, entity in part.bound.items() if slot in part.saying.slots)
            if len(part.saying.at) > 2 and part.saying.at[2] == "see":
                yield from (m.entity for m in self.story.mentions if m.entity.key == part.saying.at[1])
