"""What a shell offers when somebody presses Tab: topics, fields and values from the schemas, names from the project."""

import inspect
from collections.abc import Iterable, Iterator

import click
import msgspec
from click.shell_completion import CompletionItem

from schemas import EVENTS, Event, Request
from services.catalogue import service_names
from services.console.build import BY_THE_BUS
from services.console.fields import field_docs
from services.console.installation import find

Items = list[CompletionItem[str]]
NEWEST = 20
"""Visits that are offered."""


def topic_like(_ctx: click.Context, _param: click.Parameter, typed: str) -> Items:
    """Return topics that begin as typed."""
    return [CompletionItem(topic, help=summary(kind)) for topic, kind in sorted(EVENTS.items()) if begins(topic, typed)]


def request_like(_ctx: click.Context, _param: click.Parameter, typed: str) -> Items:
    """Return topics of requests that begin as typed."""
    found = [(topic, kind) for topic, kind in sorted(EVENTS.items()) if issubclass(kind, Request)]
    return [CompletionItem(topic, help=summary(kind)) for topic, kind in found if begins(topic, typed)]


def pattern_like(_ctx: click.Context, _param: click.Parameter, typed: str) -> Items:
    """Return topics, and the words that several of them begin with."""
    words = [topic.partition(".")[0] for topic in EVENTS]
    several = sorted({word for word in words if words.count(word) > 1})
    groups = [CompletionItem(word, help=f"every topic that begins with {word}.") for word in several]
    return [item for item in groups if begins(item.value, typed)] + topic_like(_ctx, _param, typed)


def service_like(ctx: click.Context, _param: click.Parameter, typed: str) -> Items:
    """Return services that begin as typed and are not named yet."""
    named = ctx.params.get("services") or ()
    return [CompletionItem(name) for name in service_names() if begins(name, typed) and name not in named]


def visit_like(ctx: click.Context, _param: click.Parameter, typed: str) -> Items:
    """Return the newest visits, the newest first."""
    return [item for item in visits(ctx) if begins(item.value, typed)]


def field_like(ctx: click.Context, _param: click.Parameter, typed: str) -> Items:
    """Return `field=` for fields that begin as typed, and values once there is an equals sign.

    Some shells (bash) take the sign for a word of its own, and want the value alone.
    """
    kind = EVENTS.get(ctx.params.get("topic") or "")
    if kind is None:
        return []
    before = list(ctx.params.get("fields") or ())
    if typed == "" and before and before[-1] in kind.__struct_fields__:  # click has taken the sign away
        return values(ctx, kind, before[-1], "")
    if len(before) > 1 and before[-1] == "=":
        return values(ctx, kind, before[-2], typed)
    name, equals, value = typed.partition("=")
    if equals:
        return [CompletionItem(f"{name}={item.value}") for item in values(ctx, kind, name, value)]
    docs = field_docs(kind)
    fields = [field for field in kind.__struct_fields__ if field not in BY_THE_BUS and begins(field, typed)]
    own = [field for field in fields if field not in Event.__struct_fields__]
    return [CompletionItem(f"{field}=", help=docs.get(field)) for field in (*own, *(set(fields) - set(own)))]


def values(ctx: click.Context, kind: type[Event], name: str, typed: str) -> Items:
    """Return values of a field, as far as they can be known."""
    if name == "visit":
        return [item for item in visits(ctx) if begins(item.value, typed)]
    field = next((field for field in msgspec.structs.fields(kind) if field.name == name), None)
    shape = msgspec.inspect.type_info(field.type) if field else None
    known = choices(shape) if shape else ()
    return [CompletionItem(value) for value in known if begins(value, typed)]


def choices(shape: msgspec.inspect.Type) -> Iterator[str]:
    """Yield what a field may be, where that can be counted."""
    if isinstance(shape, msgspec.inspect.LiteralType):
        yield from map(str, shape.values)
    elif isinstance(shape, msgspec.inspect.BoolType):
        yield from ("true", "false")
    elif isinstance(shape, msgspec.inspect.UnionType):
        for part in shape.types:
            yield from choices(part)
    elif isinstance(shape, msgspec.inspect.CollectionType):
        yield from choices(shape.item_type)


def visits(ctx: click.Context) -> Iterable[CompletionItem[str]]:
    """Return the newest visits, each with the words that it began with."""
    from services.console.visits import newest_visits  # noqa: PLC0415 -- only now a journal is read

    installation = find(ctx.params.get("project"))
    return [CompletionItem(each.visit, help=each.words) for each in newest_visits(installation, NEWEST)]


def begins(name: str, typed: str) -> bool:
    """Return whether a name is one that somebody may be typing."""
    return name.startswith(typed)


def summary(kind: type[Event]) -> str:
    """Return the first line of what is said of an event."""
    return (inspect.getdoc(kind) or "").partition("\n")[0]
