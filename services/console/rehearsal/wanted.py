"""Which events a step means: a pattern for topics, and what their fields have to be."""

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, get_args

import msgspec
from msgspec import inspect

from schemas import EVENTS, MicChunk, topic_of
from services.actor.near import near
from services.console.visitors.record import Seen
from services.display.messages import ToPage

Path = tuple[str, ...]
Facts = dict[Path, Any]
"""By where in an event it stands: what must stand there."""

SHOWN = ("shown", "playing", "speaking", "reading")
PAGES: dict[str, type[msgspec.Struct]] = {
    **{f"page.{kind.__struct_config__.tag}": kind for kind in get_args(ToPage)},
    **{f"page.{kind}": Seen for kind in SHOWN},
}
"""What happens at pages, by the names under which scenarios know it."""
KINDS = tuple(kind for kind in EVENTS.values() if kind is not MicChunk)
"""Events that can be waited for."""
TOPICS: dict[str, type[msgspec.Struct]] = {**{topic_of(kind): kind for kind in KINDS}, **PAGES}
BOUNDS = {"min", "max"}


class Heard(msgspec.Struct, frozen=True):
    """Something that happened while a scenario was played."""

    topic: str
    clock: float
    """The machine's monotonic clock."""
    what: msgspec.Struct
    page: str = ""
    """At which page; empty for events."""


class Wrong(Exception):
    """Raised for what can fit nothing; `at` is where it stands."""

    def __init__(self, text: str, at: Path = ()) -> None:
        super().__init__(text)
        self.at = at


class Wanted:
    """What is waited for."""

    def __init__(self, pattern: str) -> None:
        """Raise Wrong when no topic fits the pattern."""
        self.where: Facts = {}
        self.kinds = {topic: kind for topic, kind in TOPICS.items() if fnmatchcase(topic, pattern)}
        if not self.kinds:
            raise Wrong(f"no event has the topic {pattern!r}{near(pattern, TOPICS)}")

    def facts(self, table: Mapping[str, Any]) -> Facts:
        """Return what a table of fields says. Raise Wrong for fields that none of the events has."""
        found = dict(flat(table))
        for path, wanted in found.items():
            self._check(path, wanted)
        return found

    def fits(self, heard: Heard) -> bool:
        """Return whether it is one of those that are meant."""
        return heard.topic in self.kinds and not lacking(heard, self.where)

    def _check(self, path: Path, wanted: Any) -> None:
        wrongs: list[Wrong] = []
        for topic, kind in self.kinds.items():
            if topic in PAGES and path == ("page",):
                return
            try:
                suit(leaf(topic, kind, path), wanted, path)
            except Wrong as wrong:
                wrongs.append(wrong)
            else:
                return
        raise wrongs[0]


def flat(table: Mapping[str, Any], before: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield the values of nested tables, each with its path; a table of bounds is a value."""
    for key, value in table.items():
        path = (*before, *key.split("."))
        if isinstance(value, dict) and not (value and value.keys() <= BOUNDS):
            yield from flat(value, path)
        else:
            yield path, value


def leaf(topic: str, kind: type[msgspec.Struct], path: Path) -> inspect.Type:
    """Return the type of what stands at a path. Raise Wrong when nothing can stand there."""
    info: inspect.Type = inspect.type_info(kind)
    for depth, name in enumerate(path):
        found = {key: inner for each in alternatives(info) for key, inner in inside(each, name)}
        if name not in found:
            place = ".".join((topic, *path[:depth]))
            raise Wrong(f"{place} has no field {name!r}{near(name, found)}", path)
        info = found[name]
    return info


def alternatives(info: inspect.Type) -> Iterator[inspect.Type]:
    """Yield the types that a value can be of; for a list, those of its entries."""
    if isinstance(info, inspect.CollectionType):
        yield from alternatives(info.item_type)
    elif isinstance(info, inspect.UnionType):
        for each in info.types:
            yield from alternatives(each)
    else:
        yield info


def inside(info: inspect.Type, name: str) -> Iterator[tuple[str, inspect.Type]]:
    """Yield what can stand in a value of a type, by name; anything can in a table without fields of its own."""
    if isinstance(info, inspect.DictType):
        yield name, info.value_type
    elif isinstance(info, inspect.StructType):
        yield from ((field.encode_name, field.type) for field in info.fields)


def suit(info: inspect.Type, wanted: Any, path: Path) -> None:
    """Raise Wrong unless a value of a type can be what is wanted."""
    kinds = tuple(alternatives(info))
    if isinstance(wanted, list):
        for each in wanted:
            suit(info, each, path)
    elif isinstance(wanted, bool):
        need(kinds, (inspect.BoolType,), "true or false", path)
    elif isinstance(wanted, str):
        words = [word for kind in kinds if isinstance(kind, inspect.LiteralType) for word in kind.values]
        if words and "*" not in wanted and wanted not in words:
            raise Wrong(f"can be {', '.join(map(str, words))}, and not {wanted!r}", path)
        need(kinds, (inspect.StrType, inspect.LiteralType), "text", path)
    else:
        if isinstance(wanted, dict) and not all(isinstance(bound, int | float) for bound in wanted.values()):
            raise Wrong("`min` and `max` are numbers", path)
        need(kinds, (inspect.IntType, inspect.FloatType), "a number", path)


def need(kinds: tuple[inspect.Type, ...], able: tuple[type[inspect.Type], ...], what: str, path: Path) -> None:
    """Raise Wrong unless one of some types is able to be what is wanted."""
    if not any(isinstance(kind, (*able, inspect.AnyType)) for kind in kinds):
        raise Wrong(f"is never {what}", path)


def lacking(heard: Heard, facts: Facts) -> dict[Path, Any]:
    """Return what an event holds where it is not what it should be."""
    values = {path: value_at(heard, path) for path in facts}
    return {path: value for path, value in values.items() if not like(value, facts[path])}


def value_at(heard: Heard, path: Path) -> Any:
    """Return what stands at a path, for a list in all of its entries; None when nothing does."""
    if path == ("page",) and heard.page:
        return heard.page
    return dig(heard.what, path)


def dig(value: Any, path: Path) -> Any:
    """Return what stands at a path of a value."""
    if not path:
        return value
    if isinstance(value, tuple | list):
        return [dig(each, path) for each in value]
    name, *rest = path
    return dig(value.get(name) if isinstance(value, dict) else getattr(value, name, None), tuple(rest))


def like(value: Any, wanted: Any) -> bool:
    """Return whether a value is what is wanted: for a list, whether one of its entries is."""
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    if isinstance(value, tuple | list | frozenset) and not isinstance(wanted, list):
        return any(like(each, wanted) for each in value)
    if isinstance(wanted, list):
        return isinstance(value, tuple | list) and len(value) == len(wanted) and all(map(like, value, wanted))
    if isinstance(wanted, dict):
        return isinstance(value, int | float) and wanted.get("min", value) <= value <= wanted.get("max", value)
    if isinstance(wanted, str) and isinstance(value, str):
        pattern = ".*".join(map(re.escape, wanted.split("*")))
        return re.fullmatch(pattern, value, re.IGNORECASE | re.DOTALL) is not None
    return bool(value == wanted)
