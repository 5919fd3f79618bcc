"""Which passage is told: one that fits, is not worn, and says nothing twice."""

from collections.abc import Iterable
from random import Random

import msgspec

from services.story.grammar.entity import Entity
from services.story.grammar.saying import Saying
from services.story.grammar.story import Mention, Story
from services.story.grammar.world import World

DISTANCE = 24
"""Beats before a passage may be told again, with other words in it."""
WINDOW = 60
"""Beats before a sentence may be told again."""
REST = 4
"""Beats that a word of the visitor's rests before the story looks back to it."""
TRIES = 3
"""Wordings of a passage that are tried."""


class Chosen(msgspec.Struct, frozen=True):
    """A passage with its gaps filled."""

    saying: Saying
    sentences: tuple[str, ...]
    bound: dict[str, Entity]


class Chooser:
    """Chooses among passages for one beat."""

    def __init__(self, world: World, story: Story, rng: Random) -> None:
        self.world, self.story, self.rng = world, story, rng
        self.memory = self._memory()

    def choose(self, sayings: Iterable[Saying], bound: dict[str, Entity]) -> Chosen | None:
        """Return a fitting passage that is fresh, or None."""
        slots = self.story.bound() | bound
        fitting = [saying for saying in sayings if self.fits(saying, slots) and self._rested(saying)]
        self.rng.shuffle(fitting)
        fitting.sort(key=lambda saying: (-self._weight(saying, slots), self.story.used.get(saying.at, -1)))
        for saying in fitting:
            chosen = self._fresh(saying, slots)
            if chosen:
                return chosen
        return None

    def worn(self, sayings: Iterable[Saying], bound: dict[str, Entity]) -> Chosen | None:
        """Return the fitting passage that was told longest ago, or None when none fits."""
        slots = self.story.bound() | bound
        fitting = [saying for saying in sayings if self.fits(saying, slots)]
        if not fitting:
            return None
        return self.filled(min(fitting, key=lambda saying: self.story.used.get(saying.at, -1)), slots)

    def fits(self, saying: Saying, slots: dict[str, Entity]) -> bool:
        """Return whether a passage can be told here and now."""
        table = saying.table
        here = (
            (not table.stage or self.story.stage() in table.stage)
            and (not table.place or slots["place"].key in table.place)
            and (not table.weather or slots["weather"].key in table.weather)
            and (not table.hour or slots["hour"].key in table.hour)
        )
        return here and self._has_slots(saying, slots) and self._has_heard(saying)

    def _has_slots(self, saying: Saying, slots: dict[str, Entity]) -> bool:
        known = set(slots) | ({"memory"} if self._memory_for(saying) else set())
        new = slots.get("new")
        kind_fits = new is None or not saying.table.of or new.kind in saying.table.of
        company_fits = not saying.table.alone or not self.story.friends
        return saying.slots <= known and kind_fits and company_fits

    def _weight(self, saying: Saying, slots: dict[str, Entity]) -> float:
        """Return how closely a passage is meant for the moment, and how much of what was said it takes up."""
        table = saying.table
        special = len(table.heard) + bool(table.place) + bool(table.of) + bool(table.weather)
        if self.story.number > 1:
            return special
        taken = [slot for slot in saying.slots - {"memory"} if slots[slot].said]
        return special + 2 * len(taken) + 3 * self.rng.random()

    def _has_heard(self, saying: Saying) -> bool:
        kinds = {mention.entity.kind for mention in self.story.mentions if mention.turn == self.story.turn}
        return set(saying.table.heard) <= kinds

    def _rested(self, saying: Saying) -> bool:
        return self.story.number - self.story.used.get(saying.at, -DISTANCE) >= DISTANCE

    def _fresh(self, saying: Saying, slots: dict[str, Entity]) -> Chosen | None:
        for _ in range(TRIES):
            chosen = self.filled(saying, slots)
            if all(self._new(sentence) for sentence in chosen.sentences):
                return chosen
        return None

    def _new(self, sentence: str) -> bool:
        return self.story.number - self.story.told.get(sentence, -WINDOW) >= WINDOW

    def filled(self, saying: Saying, slots: dict[str, Entity]) -> Chosen:
        """Return a passage with its gaps filled."""
        bound = dict(slots)
        memory = self._memory_for(saying)
        if memory:
            bound["memory"] = memory.entity
        if saying.table.at:
            bound["place"] = self.world.entity("place", saying.table.at)
        texts = (text.render(lambda slot, form: self._word(bound[slot], form), self.rng) for text in saying.sentences)
        return Chosen(saying, tuple(self.world.smooth(text) for text in texts), bound)

    def _word(self, entity: Entity, form: str) -> str:
        return entity.form(form, self.world.plain, self.rng)

    def _memory(self) -> list[Mention]:
        """Return the visitor's words that have rested, the longest rested first."""
        story = self.story
        present = [*story.company(), *(one for one in (story.place, story.called, story.wish, story.object) if one)]
        rested = [
            mention
            for mention in self.story.mentions
            if self.story.number - mention.beat >= REST and not any(mention.entity.same(one) for one in present)
        ]
        return sorted(rested, key=lambda mention: mention.beat)

    def _memory_for(self, saying: Saying) -> Mention | None:
        if "memory" not in saying.slots:
            return None
        of = saying.table.of
        return next((mention for mention in self.memory if not of or mention.entity.kind in of), None)
