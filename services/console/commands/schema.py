"""`fantascope schema`: what an event may carry, for people and for programs."""

import inspect
import json
from typing import Any

import click
import msgspec

import schemas
from schemas import EVENTS, Event
from services.console.fields import field_docs
from services.console.named import kind_of

DIALECT = "https://json-schema.org/draft/2020-12/schema"
STRUCTS = {
    name: kind for name, kind in vars(schemas).items() if isinstance(kind, type) and issubclass(kind, msgspec.Struct)
}


@click.command()
@click.argument("topic", required=False)
@click.option("--list", "listed", is_flag=True, help="Only topics, each with what it means.")
def command(topic: str | None, listed: bool) -> None:
    """Print the JSON Schema of one event or of all.

    \b
    Example:
      fantascope schema image.request
      fantascope schema --list
    """
    if listed:
        width = max(map(len, EVENTS))
        for name, kind in sorted(EVENTS.items()):
            click.echo(f"{name:{width}}  {kind.lane:4}  {(inspect.getdoc(kind) or '').splitlines()[0]}")
        return
    kinds = [kind_of(topic)] if topic else list(EVENTS.values())
    click.echo(json.dumps(document(kinds), indent=2, ensure_ascii=False))


def document(kinds: list[type[Event]]) -> dict[str, Any]:
    """Return one JSON Schema of one event, or of any of several told apart by their topic."""
    shapes, parts = msgspec.json.schema_components(kinds, ref_template="#/$defs/{name}")
    for name, part in parts.items():
        describe(part, STRUCTS[name])
    whole = shapes[0] if len(kinds) == 1 else {"title": "Fantascope events", "oneOf": list(shapes)}
    return {"$schema": DIALECT, **whole, "$defs": parts}


def describe(part: dict[str, Any], kind: type[msgspec.Struct]) -> None:
    """Give the schema of one Struct the words that its source has for each field."""
    docs = field_docs(kind)
    for field, shape in part.get("properties", {}).items():
        if field in docs:
            shape["description"] = docs[field]
    if issubclass(kind, Event):
        part["x-lane"] = kind.lane
