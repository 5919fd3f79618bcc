"""One event on one line, for a person at a terminal."""

import time
import types
from collections.abc import Callable
from typing import Any

import click
import msgspec

from schemas import Asset, Event, Reply, Report, Request, topic_of
from services.console.ids import short

HEAD = {*Event.__struct_fields__, *Request.__struct_fields__}
SPEAKING = ("text", "scene", "message", "alt")
"""Fields whose content says it all; they need no name before them."""
TWICE = ("sentences", "marks")
"""Fields that say again, piece by piece, what another one says."""
COLOURS = {"speech": "green", "story": "cyan", "scene": "bright_white", "failed": "red", "cancelled": "yellow"}
QUIET = ("hello", "status", "image.progress", "mic.chunk")


def line_of(event: Event, *, width: int = 0) -> str:
    """Return time, id, topic, visit and content of an event, in columns; cut to `width` characters unless that is 0."""
    topic = topic_of(type(event))
    clock = time.strftime("%H:%M:%S", time.localtime(event.time)) + f".{int(event.time % 1 * 1000):03d}"
    place = f"{event.visit}/{event.turn}" if event.visit else "-"
    head = f"{clock}  {short(event.id):14}  {topic:17}  {place:22}  "
    text = words_of(event)
    if width and len(head) + len(text) > width:
        text = text[: max(0, width - len(head) - 1)] + "…"
    return style(topic, head) + text


def style(topic: str, text: str) -> str:
    """Return the text in the colour of its conversation; click takes colours away where there is no terminal."""
    if topic in QUIET:
        return click.style(text, dim=True)
    return click.style(text, fg=COLOURS.get(topic, COLOURS.get(topic.partition(".")[0], "blue")))


def words_of(event: Event) -> str:
    """Return what an event says besides where it belongs, its defaults left out."""
    words = []
    for field in msgspec.structs.fields(type(event)):
        value = getattr(event, field.name)
        twice = field.name in TWICE and "text" in event.__struct_fields__
        if twice or field.name in HEAD or value == field.default or value in ((), {}):
            continue
        text = told(value)
        words.append(text if field.name in SPEAKING or isinstance(value, Asset | Report) else f"{field.name}={text}")
    if isinstance(event, Reply):
        words.append(f"for {short(event.cause)}")
    return "  ".join(word for word in words if word)


def told(value: Any) -> str:
    """Return a value in a few words."""
    for kind, words in TELL:
        if isinstance(value, kind):
            return words(value)
    return harmless(str(value))


def harmless(text: str) -> str:
    """Return a text that a terminal only prints: what visitors say may hold anything, escape sequences included."""
    return "".join(sign if sign.isprintable() else "·" for sign in text)


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
