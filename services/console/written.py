"""A project's file in which every setting stands, with what it means: made from the settings' own source."""

import inspect
import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from services.actor.backend import BackendConfig, Backends, tag_of
from services.actor.config import DERIVED, FILLED_IN, Project
from services.catalogue import config_classes
from services.console.fields import field_docs

WIDTH = 100
BARE = re.compile(r"[A-Za-z0-9_-]+")
ANOTHER = "#   "
"""Begins the lines of what could stand there instead."""
HEAD = """\
# {title}
#
# Every setting that there is stands in this file. A line such as `#keep_days = 14` says how it is while nothing
# is written: take its first sign away, and write what you like. `fantascope check` says whether everything fits.
"""

Values = Mapping[str, Any]


def project_file(values: Values) -> str:
    """Return the text of a `project.toml` that says what is in `values`, and tells of everything else."""
    project = values.get("project", {})
    parts = [HEAD.format(title=project.get("title", "")).strip()]
    parts.append("\n".join(table("project", Project(), project)))
    for name, kind in config_classes().items():
        parts.append("\n".join(table(name, kind(), values.get(name, {}))))
    return "\n\n\n".join(parts) + "\n"


def table(path: str, plain: msgspec.Struct, values: Values, says: str = "") -> Iterator[str]:
    """Yield a table, below what it `says`: what is written in it, and all that is not as it comes in `plain`."""
    fields = {name: getattr(plain, name) for name in plain.__struct_fields__ if name not in (*DERIVED, *FILLED_IN)}
    docs = field_docs(type(plain))
    yield from remark(says or inspect.getdoc(plain) or "")
    yield f"[{path}]"
    yield from settings(path, docs, plain_only(fields), values)
    for name, value in fields.items():
        if isinstance(value, msgspec.Struct):
            yield ""
            yield from table(f"{path}.{name}", value, values.get(name, {}), docs.get(name, ""))
        elif isinstance(value, Backends):
            yield ""
            yield from remark(docs.get(name, ""))
            yield from backends(f"{path}.{name}", value, values.get(name))


def plain_only(fields: Values) -> Values:
    """Return the fields that are no tables of their own."""
    return {name: value for name, value in fields.items() if not isinstance(value, msgspec.Struct | Backends)}


def settings(path: str, docs: Mapping[str, str], plain: Values, values: Values, off: str = "#") -> Iterator[str]:
    """Yield each setting below what it means; those that are not written begin with `off`. Tables come last."""
    for name, value in plain.items():
        if not isinstance(values.get(name), dict):
            yield from remark(docs.get(name, ""))
            yield f"{name} = {literal(values[name])}" if name in values else as_it_comes(name, value, off)
    for name, value in values.items():
        if name in plain and isinstance(value, dict):
            yield ""
            yield from remark(docs.get(name, ""))
            yield f"[{path}.{name}]"
            yield from (f"{key_of(key)} = {literal(each)}" for key, each in value.items())


def as_it_comes(name: str, value: Any, off: str) -> str:
    """Return the line of a setting that is not written."""
    if value is None or value is msgspec.NODEFAULT:
        return f"{ANOTHER if off else ''}{name} = …"
    return f"{off}{name} = {literal(msgspec.to_builtins(value, enc_hook=str), broken=False)}"


def backends(path: str, plain: Backends, written: list[dict[str, Any]] | None) -> Iterator[str]:
    """Yield the backends of a list, and then those that could stand there, too."""
    kinds = {tag_of(kind): kind for kind in type(plain).known}
    uses = [entry["use"] for entry in written] if written else [tag_of(type(config)) for config in plain]
    for number, use in enumerate(uses):
        entry = written[number] if written else None
        yield from ("", *backend(path, use, kinds.get(use), entry, "" if written else "#"))
    for use, kind in kinds.items():
        if use not in uses:
            yield ""
            yield from (ANOTHER + line for line in backend(path, use, kind, None, ""))


def backend(
    path: str, use: str, kind: type[BackendConfig] | None, entry: dict[str, Any] | None, off: str
) -> Iterator[str]:
    """Yield one backend with all its settings."""
    yield from remark(inspect.getdoc(kind) or "" if kind else "")
    yield f"{off}[[{path}]]"
    yield f"{off}use = {literal(use)}"
    values = {name: value for name, value in (entry or {}).items() if name != "use"}
    plain = defaults(kind) if kind else dict.fromkeys(values)
    yield from settings(path, field_docs(kind) if kind else {}, plain, values, "#" if entry else off)


def defaults(kind: type[msgspec.Struct]) -> Values:
    """Return what every setting is when nothing is written; NODEFAULT where something must be."""
    fields = msgspec.structs.fields(kind)
    return {
        field.name: field.default_factory() if field.default_factory is not msgspec.NODEFAULT else field.default
        for field in fields
    }


def remark(text: str) -> Iterator[str]:
    """Yield a text as comments."""
    for line in textwrap.wrap(" ".join(text.split()), WIDTH, break_on_hyphens=False, break_long_words=False):
        yield f"# {line}"


def key_of(name: str) -> str:
    """Return a key as TOML wants it."""
    return name if BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def literal(value: Any, *, broken: bool = True) -> str:
    """Return a value as TOML wants it; a list that is too long for a line is `broken` into several."""
    if isinstance(value, dict):
        inner = ", ".join(f"{key_of(key)} = {literal(each)}" for key, each in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        items = [literal(each) for each in value]
        line = f"[{', '.join(items)}]"
        return line if len(line) < WIDTH or not broken else "[\n" + "".join(f"  {item},\n" for item in items) + "]"
    return json.dumps(value, ensure_ascii=False)
