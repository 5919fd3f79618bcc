"""Makes a typed event of what was typed: a topic, and `field=value` as often as needed."""

import json
from collections.abc import Sequence
from typing import Any

import msgspec

from schemas import Event
from services.actor.near import near
from services.console.fields import field_docs
from services.console.named import kind_of
from services.console.refusal import Misuse

BY_THE_BUS = ("id", "time", "clock", "source", "hand")
MANY = (msgspec.inspect.CollectionType,)
NESTED = (msgspec.inspect.StructType, msgspec.inspect.DictType)


def build(topic: str, words: Sequence[str]) -> Event:
    """Return the event. Raise Misuse, with a hint, for whatever does not fit it."""
    kind = kind_of(topic)
    values: dict[str, list[str]] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise Misuse(f"{word!r} is no field: write {name or 'name'}=value")
        values.setdefault(name, []).append(value)
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    for name in values:
        if name in BY_THE_BUS:
            raise Misuse(f"{name}: the bus fills that in")
        if name not in fields:
            raise Misuse(f"{topic} has no field {name!r}{near(name, fields)}; it has {', '.join(own(kind))}")
    data = {name: plain(name, texts, msgspec.inspect.type_info(fields[name].type)) for name, texts in values.items()}
    try:
        return msgspec.convert(data, kind, strict=False)
    except msgspec.ValidationError as error:
        text, _, place = str(error).partition(" - at `$.")
        raise Misuse(
            f"{topic}: {place.rstrip('`')}: {text}" if place else f"{topic}: {text}{missing(kind, values)}"
        ) from error


def own(kind: type[Event]) -> list[str]:
    """Return the fields of an event that are not every event's."""
    return [name for name in kind.__struct_fields__ if name not in Event.__struct_fields__]


def missing(kind: type[Event], values: dict[str, Any]) -> str:
    """Return what the fields mean that must be given and were not."""
    docs = field_docs(kind)
    names = [field.name for field in msgspec.structs.fields(kind) if field.required and field.name not in values]
    return "".join(f"\n  {name}=…  {docs.get(name, '')}" for name in names)


def plain(name: str, texts: list[str], shape: msgspec.inspect.Type) -> Any:
    """Return what was typed for one field as data that can be converted into its type."""
    if isinstance(shape, MANY):
        return parsed(name, texts[0]) if len(texts) == 1 and texts[0].startswith("[") else texts
    if len(texts) > 1:
        raise Misuse(f"{name} is given {len(texts)} times, and takes one value")
    return parsed(name, texts[0]) if isinstance(shape, NESTED) else texts[0]


def parsed(name: str, text: str) -> Any:
    """Return JSON decoded."""
    try:
        return json.loads(text)
    except ValueError as error:
        raise Misuse(f"{name}: {text!r} is no JSON: {error}") from error
