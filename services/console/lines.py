"""One event on one line, for a person at a terminal. Written for thousands of them a second."""

import functools
import time
import types
from collections.abc import Callable
from typing import Any, NamedTuple

import click
import msgspec

from schemas import Asset, Event, Reply, Report, Request, topic_of
from services.console.ids import short

HEAD = {*Event.__struct_fields__, *Request.__struct_fields__} - {"hand"}
SPEAKING = ("text", "scene", "message", "alt")
"""Fields whose content says it all; they need no name before them."""
TWICE = ("sentences", "marks", "words")
"""Fields that say again, piece by piece, what another one says."""
COLOURS = {"speech": "green", "story": "cyan", "scene": "bright_white", "failed": "red", "cancelled": "yellow"}
QUIET = ("hello", "status", "roll.call", "image.progress", "mic.chunk")
WIDE = 120
"""Characters from which there is room for everything."""
EMPTY = (tuple, dict, frozenset)


class Shape(NamedTuple):
    """How the events of a kind are told."""

    topic: str
    colour: tuple[str, str]
    """What a terminal wants before and after coloured text."""
    fields: tuple[tuple[str, Any, str], ...]
    """Name, default, and the words before the content."""


@functools.cache
def shape_of(kind: type[Event]) -> Shape:
    """Return how the events of a kind are told."""
    topic = topic_of(kind)
    fields = [
        (field.name, field.default, "" if field.name in SPEAKING else f"{field.name}=")
        for field in msgspec.structs.fields(kind)
        if field.name not in HEAD and not (field.name in TWICE and "text" in kind.__struct_fields__)
    ]
    before, _, after = style(topic, "|").partition("|")
    return Shape(topic, (before, after), tuple(fields))


def line_of(event: Event, *, width: int = 0) -> str:
    """Return time, id, topic, visit and content of an event, in columns; cut to `width` characters unless that is 0.

    Where there is little room, ids are left out, and visits are called by the end of their names.
    """
    shape = shape_of(type(event))
    clock = f"{clock_of(int(event.time))}.{int(event.time % 1 * 1000):03d}"
    if 0 < width < WIDE:
        place = f"{event.visit[-4:]}/{event.turn}" if event.visit else "-"
        head = f"{clock} {shape.topic:17} {place:7} "
    else:
        place = f"{event.visit}/{event.turn}" if event.visit else "-"
        head = f"{clock}  {short(event.id):14}  {shape.topic:17}  {place:22}  "
    text = words_of(event)
    if width and len(head) + len(text) > width:
        text = text[: max(0, width - len(head) - 1)] + "…"
    before, after = shape.colour
    return f"{before}{head}{after}{text}"


@functools.lru_cache(maxsize=64)
def clock_of(second: int) -> str:
    """Return the time of day."""
    return time.strftime("%H:%M:%S", time.localtime(second))


def style(topic: str, text: str) -> str:
    """Return the text in the colour of its conversation; click takes colours away where there is no terminal."""
    if topic in QUIET:
        return click.style(text, dim=True)
    return click.style(text, fg=COLOURS.get(topic, COLOURS.get(topic.partition(".")[0], "blue")))


def words_of(event: Event) -> str:
    """Return what an event says besides where it belongs, its defaults left out."""
    words = []
    for name, default, label in shape_of(type(event)).fields:
        value = getattr(event, name)
        if value == default or (not value and type(value) in EMPTY):
            continue
        text = told(value)
        if text:
            words.append(text if type(value) in (Asset, Report) else label + text)
    if isinstance(event, Reply):
        words.append(f"for {short(event.cause)}")
    return "  ".join(words)


def told(value: Any) -> str:
    """Return a value in a few words."""
    kind = type(value)
    if kind not in TELLERS:
        TELLERS[kind] = next((words for known, words in TELL if isinstance(value, known)), as_python)
    return TELLERS[kind](value)


def as_python(value: Any) -> str:
    """Return a value as Python writes it."""
    return harmless(str(value))


def harmless(text: str) -> str:
    """Return a text that a terminal only prints: what visitors say may hold anything, escape sequences included."""
    return text if text.isprintable() else "".join(sign if sign.isprintable() else "·" for sign in text)


def produced(asset: Asset) -> str:
    """Return which file it is, and how large or long."""
    size = f" {asset.width}x{asset.height}" if asset.width else ""
    return harmless(asset.path) + size + (f" {asset.seconds:.1f} s" if asset.seconds else "")


def made(report: Report) -> str:
    """Return how a result came about."""
    if not report.backend:
        return ""
    text = f"by {told(report.backend)} in {report.seconds:.2f} s"
    if report.attempts > 1:
        text += f", {report.attempts} attempts"
    if report.degraded:
        text += f", without {told(report.degraded)}"
    return text + (f", after {told(report.errors)}" if report.errors else "")


TELL: tuple[tuple[type | types.UnionType, Callable[[Any], str]], ...] = (
    (str, harmless),
    (float, lambda number: f"{number:.3f}".rstrip("0").rstrip(".")),
    (bytes, lambda data: f"{len(data) / 1000:.1f} kB"),
    (tuple | list | frozenset, lambda items: ", ".join(map(told, items))),
    (Asset, produced),
    (Report, made),
)
"""How values of a type are told; everything else as Python writes it."""
TELLERS: dict[type, Callable[[Any], str]] = {}
"""The same for every exact type that was met."""
