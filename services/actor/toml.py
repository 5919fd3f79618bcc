"""TOML files decoded into Structs, with errors that name file, line and key."""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from services.actor.near import near
from services.actor.positions import KeyPath, positions

T = TypeVar("T")
Hook = Callable[[type, Any], Any]

UNKNOWN = re.compile(r"unknown field `(?P<name>[^`]*)`")
PLACE = re.compile(r"^(?P<text>.*?)(?: - at `(?P<place>[^`]*)`)?$", re.DOTALL)
STEP = re.compile(r"\.(?P<key>[^.\[\]]+)|\[(?P<index>\d+|\.\.\.)\]")


class ConfigError(Exception):
    """Raised when a file cannot be used as it is. Reads `file:line: key: what is wrong`."""

    def __init__(self, path: Path, line: int, key: str, text: str) -> None:
        place = f"{path}:{line}" if line else f"{path}"
        super().__init__(f"{place}: {key}: {text}" if key else f"{place}: {text}")
        self.path, self.line, self.key, self.text = path, line, key, text


class TomlFile:
    """One TOML file: its data, and where in the file each key stands."""

    def __init__(self, path: Path) -> None:
        """Read `path`. Raise ConfigError when it is missing or is not TOML."""
        self.path = path
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise ConfigError(path, 0, "", f"cannot be read: {reason}") from error
        try:
            self.data: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"at line (\d+)", str(error))
            line = int(found[1]) if found else text.count("\n") + 1
            raise ConfigError(path, line, "", lower_first(str(error).split(" (at ")[0])) from error
        self.lines = positions(text)

    def error(self, at: KeyPath, text: str) -> ConfigError:
        """Return an error at key path `at`, such as `("image", "backends", 0, "seed")`, with the nearest known line."""
        known = next((at[:n] for n in range(len(at), 0, -1) if at[:n] in self.lines), ())
        return ConfigError(self.path, self.lines.get(known, 0), dotted(at), text)

    def convert(self, kind: type[T], *, data: object = None, at: KeyPath = (), hook: Hook | None = None) -> T:
        """Return `data`, which stands at `at` in this file, as a `kind`. Raise ConfigError where it does not fit."""
        whole = self.data if data is None else data
        try:
            return msgspec.convert(whole, kind, dec_hook=hook)
        except msgspec.ValidationError as error:
            said = str(error)
            match = PLACE.match(said)
            text, place = (match["text"], match["place"] or "$") if match else (said, "$")
            found = tuple(steps(place, whole, lambda part: complaint(part, kind, hook) == said))
            unknown = UNKNOWN.search(text)
            if unknown:
                text = f"unknown key{near(unknown['name'], field_names(kind))}"
                found = (*found, unknown["name"])
            raise self.error((*at, *found), lower_first(text)) from error


def dotted(at: Iterable[str | int]) -> str:
    """Return a key path as people write it: `image.backends[0].seed`."""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in at).removeprefix(".")


def field_names(kind: Any) -> set[str]:
    """Return the names of all fields of all Structs that `kind` is built of."""
    names: set[str] = set()
    seen: set[int] = set()
    todo: list[Any] = [msgspec.inspect.type_info(kind)]
    while todo:
        info = todo.pop()
        if id(info) in seen:
            continue
        seen.add(id(info))
        if isinstance(info, msgspec.inspect.StructType):
            names.update(field.encode_name for field in info.fields)
            todo.extend(field.type for field in info.fields)
        todo.extend(inner for part in ("types", "item_types") for inner in getattr(info, part, ()))
        inner = [getattr(info, part, None) for part in ("item_type", "key_type", "value_type", "type")]
        todo.extend(part for part in inner if isinstance(part, msgspec.inspect.Type))
    return names


def steps(place: str, data: object, same: Callable[[object], bool]) -> Iterator[str | int]:
    """Yield the keys of a path; where msgspec leaves one out, the entry that fails alone in the same way is meant."""
    trail: list[str | int] = []
    for step in STEP.finditer(place):
        here = dig(data, trail)
        key: str | int = step["key"] or step["index"]
        if step["index"] == "..." and isinstance(here, dict):
            key = next((name for name in here if same(with_only(data, trail, name))), "...")
        elif step["index"]:
            key = int(step["index"]) if step["index"].isdigit() else 0
        trail.append(key)
        yield key


def complaint(data: object, kind: Any, hook: Hook | None) -> str:
    """Return what is wrong with `data` as a `kind`, or nothing."""
    try:
        msgspec.convert(data, kind, dec_hook=hook)
    except msgspec.ValidationError as error:
        return str(error)
    return ""


def dig(data: Any, trail: Iterable[str | int]) -> Any:
    """Return what stands at `trail` in nested dicts and lists, or None."""
    for key in trail:
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def with_only(data: Any, trail: list[str | int], name: str) -> Any:
    """Return a copy of `data` in which the table at `trail` has no entry but `name`."""
    if not trail:
        return {name: data[name]}
    head, *rest = trail
    if isinstance(data, list):
        return [with_only(item, rest, name) if index == head else item for index, item in enumerate(data)]
    return {key: with_only(value, rest, name) if key == head else value for key, value in data.items()}


def lower_first(text: str) -> str:
    """Return `text` with a small first letter, to follow a colon."""
    return text[:1].lower() + text[1:]
