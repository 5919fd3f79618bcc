"""From what a visitor said to the words that a story can take up."""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

import msgspec

from services.story.grammar.entity import Classes, Entity, forms_of
from services.story.grammar.tables import Feeling, Listen, UnknownRule

LETTERS = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
LONGEST = 5
"""Words in the longest name of anything."""
NOUNS = frozenset({"figure", "thing", "vessel", "power", "place", "weather", "unknown"})


class Heard(msgspec.Struct, frozen=True):
    """What was understood of one utterance."""

    entities: tuple[Entity, ...] = ()
    """In the order in which they were said."""
    object: Entity | None = None
    """What a feeling is about."""
    wish: Entity | None = None
    """The deed that is wished for."""


class Hit(msgspec.Struct, frozen=True):
    """A word that was recognised, and where."""

    start: int
    end: int
    entity: Entity


class Listener:
    """Finds a world's words in speech."""

    def __init__(self, listen: Listen, lexicon: Mapping[str, Entity], classes: Classes) -> None:
        self.rules, self.lexicon, self.classes = listen, lexicon, classes
        self.stop = frozenset(word.lower() for word in listen.stop)
        self.refused = frozenset(word.lower() for word in listen.refuse)

    def hear(self, text: str) -> Heard:
        """Return what can be taken up of `text`."""
        words = [word for word in LETTERS.findall(text) if word.lower() not in self.refused]
        hits = list(self._hits(words))
        lowered = [word.lower() for word in words]
        subjects = self._objects(hits)
        deeds = [hit for hit in hits if hit.entity.kind == "deed"]
        wished = [hit for hit in deeds if self._shortly_after(lowered, hit, self.rules.wishing)]
        told = [self._meant(lowered, hit) for hit in described(hits) if hit not in subjects]
        return Heard(
            entities=unique(told),
            object=subjects[0].entity if subjects else None,
            wish=wished[0].entity if wished else None,
        )

    def _hits(self, words: list[str]) -> Iterator[Hit]:
        at = 0
        while at < len(words):
            idle = self._idle(words, at)
            if idle:
                at += idle
                continue
            hit = self._known(words, at) or self._strange(words, at)
            if hit:
                yield hit
            at = hit.end if hit else at + 1

    def _idle(self, words: list[str], at: int) -> int:
        """Return of how many words the phrase at `at` is that says nothing."""
        lengths = range(min(LONGEST, len(words) - at), 1, -1)
        return next((n for n in lengths if " ".join(words[at : at + n]).lower() in self.stop), 0)

    def _known(self, words: list[str], at: int) -> Hit | None:
        """Return the longest name from the tables that begins at `at`."""
        for length in range(min(LONGEST, len(words) - at), 0, -1):
            said = " ".join(words[at : at + length]).lower()
            entity = self._look_up(said)
            if entity:
                return Hit(at, at + length, msgspec.structs.replace(entity, said=said))
        return None

    def _look_up(self, said: str) -> Entity | None:
        if said in self.lexicon or said in self.stop:
            return self.lexicon.get(said)
        stems = (said.removesuffix(ending) for ending in self.rules.endings if said.endswith(ending))
        return next((self.lexicon[stem] for stem in stems if len(stem) > 2 and stem in self.lexicon), None)

    def _strange(self, words: list[str], at: int) -> Hit | None:
        """Return the word at `at` as an unknown noun, when the words before it show that it is one."""
        word = words[at].lower()
        if len(word) < 3 or word in self.stop or self._no_noun(word):
            return None
        start = at
        while start > 0 and at - start < 3 and self._describes(words[start - 1].lower()):
            start -= 1
        before = " " + " ".join(words[:start]).lower()
        rule = next((rule for rule in self.rules.unknown if fits(rule, before, word)), None)
        return Hit(at, at + 1, self._made(rule, word)) if rule else None

    def _no_noun(self, word: str) -> bool:
        return word.endswith(self.rules.never_ends) if self.rules.never_ends else False

    def _describes(self, word: str) -> bool:
        known = self._look_up(word)
        return known.kind == "quality" if known else word not in self.stop and self._no_noun(word)

    def _made(self, rule: UnknownRule, word: str) -> Entity:
        name = word.capitalize() if rule.capital else word
        forms = forms_of({"name": name, "look": word}, rule.grammar, self.classes)
        return Entity(rule.kind, word, forms, said=word)

    def _objects(self, hits: list[Hit]) -> list[Hit]:
        """Return the nouns that follow a feeling which can be about something."""
        found = []
        for hit, following in pairwise(hits):
            entry = hit.entity.entry
            about = isinstance(entry, Feeling) and entry.about
            if about and following.start - hit.end <= 3 and following.entity.kind in NOUNS:
                found.append(following)
        return found

    def _meant(self, words: list[str], hit: Hit) -> Entity:
        """Return the feeling, or its opposite when it was denied."""
        entry = hit.entity.entry
        if isinstance(entry, Feeling) and entry.opposite and self._shortly_after(words, hit, self.rules.denying):
            return msgspec.structs.replace(self.lexicon[entry.opposite], said=hit.entity.said)
        return hit.entity

    def _shortly_after(self, words: list[str], hit: Hit, phrases: tuple[str, ...]) -> bool:
        before = f" {' '.join(words[max(0, hit.start - 5) : hit.start])} "
        return any(f" {phrase} " in before for phrase in phrases)


def described(hits: list[Hit]) -> list[Hit]:
    """Return the words, each noun with the quality that stands right before it, and without the qualities."""
    found = []
    before: Hit | None = None
    for hit in hits:
        if hit.entity.kind == "quality":
            before = hit
            continue
        if before and before.end == hit.start and hit.entity.kind in NOUNS:
            hit = msgspec.structs.replace(hit, entity=with_quality(hit.entity, before.entity))  # noqa: PLW2901
        found.append(hit)
    return found


def with_quality(entity: Entity, quality: Entity) -> Entity:
    """Return a noun that is known to be as said, and looks like it."""
    look = f"{entity.forms['look'][0]}, {quality.forms['look'][0]}"
    return msgspec.structs.replace(entity, quality=quality, forms={**entity.forms, "look": (look,)})


def fits(rule: UnknownRule, before: str, word: str) -> bool:
    """Return whether a rule takes `word` after the words `before`."""
    return before.endswith(tuple(f" {phrase}" for phrase in rule.after)) and (not rule.ends or word.endswith(rule.ends))


def unique(entities: list[Entity]) -> tuple[Entity, ...]:
    """Return each entity once, at its first place."""
    kept: dict[tuple[str, str], Entity] = {}
    for entity in entities:
        kept.setdefault((entity.kind, entity.key), entity)
    return tuple(kept.values())
