"""A word in a story: what it is, and the forms in which it is told."""

from collections.abc import Mapping
from random import Random

import msgspec

from services.story.grammar.tables import Entry, Kind
from services.story.grammar.template import Gap, filled, parse

Classes = Mapping[str, Mapping[str, str]]

LIKE = "like"
"""The key by which a class builds on another."""


class Entity(msgspec.Struct, frozen=True):
    """Somebody, something, a place, a feeling … with all of its forms."""

    kind: Kind
    key: str
    forms: Mapping[str, tuple[str, ...]]
    entry: Entry = msgspec.field(default_factory=Entry)
    said: str = ""
    """The visitor's own word for it; empty when the story brought it."""
    quality: "Entity | None" = None
    """How it is, as the visitor said."""

    def form(self, name: str, plain: str, rng: Random) -> str:
        """Return one form, for an empty `name` the plain one, or the bare name where there is none."""
        variants = self.forms.get(name or plain) or self.forms["name"]
        return rng.choice(variants)

    def same(self, other: "Entity | None") -> bool:
        """Return whether both are the same one, however they were called."""
        return other is not None and (self.kind, self.key) == (other.kind, other.key)


def patterns_of(name: str, classes: Classes) -> dict[str, str]:
    """Return the patterns of a class, those of the class it is like among them. Raise ValueError when it is unknown."""
    trail: list[str] = []
    while name:
        if name not in classes or name in trail:
            raise ValueError(f"`{name}` is no class" if name not in classes else f"class `{name}` is like itself")
        trail.append(name)
        name = classes[name].get(LIKE, "")
    merged = {form: pattern for step in reversed(trail) for form, pattern in classes[step].items()}
    merged.pop(LIKE, None)
    return merged


def forms_of(own: Mapping[str, str | tuple[str, ...]], name: str, classes: Classes) -> dict[str, tuple[str, ...]]:
    """Return every form of a word of class `name` with these forms of its own. Raise ValueError when one cannot be."""
    patterns: dict[str, tuple[str, ...]] = {form: (text,) for form, text in patterns_of(name, classes).items()}
    for form, text in own.items():
        patterns[form] = (text,) if isinstance(text, str) else text
    return {form: tuple(resolve(text, patterns, (form,)) for text in texts) for form, texts in patterns.items()}


def resolve(text: str, patterns: Mapping[str, tuple[str, ...]], trail: tuple[str, ...]) -> str:
    """Return a pattern with the forms that it names filled in. Raise ValueError when one is missing or names itself."""
    template = parse(text)
    forms: dict[str, str] = {}
    for part in template.parts:
        if not isinstance(part, Gap):
            continue
        if part.name not in patterns or part.name in trail:
            raise ValueError(f"form `{trail[0]}` needs `{part.name}`, which is not there")
        forms[part.name] = resolve(patterns[part.name][0], patterns, (*trail, part.name))
    return filled(template, forms)


def entity_of(kind: Kind, key: str, entry: Entry, classes: Classes) -> Entity:
    """Return the word of one table of the world. Raise ValueError when its forms cannot be made."""
    name = entry.name or key.replace("_", " ")
    own = {"name": name, "look": entry.look or entry.scene or name, **entry.forms}
    return Entity(kind, key, forms_of(own, entry.grammar, classes), entry)
