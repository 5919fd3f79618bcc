"""What a participant says: which kinds it may, and how much it has."""

from collections.abc import Callable, Collection
from typing import NamedTuple

import msgspec

from bus.errors import Undeclared
from bus.wire import address, tag_of
from schemas import Event

Declared = Collection[type[Event]] | None
"""The kinds of event that a participant says or hears; None for any."""


class Role(NamedTuple):
    """What a participant may say and hear, and whether it is somebody's hand."""

    says: Declared = None
    hears: Declared = None
    hand: str = ""
    """Who speaks, and with what: every event says so. Empty for a service."""


class Said:
    """What this participant has said of one kind."""

    __slots__ = (
        *("blobs", "bytes", "check", "dropped", "events", "first"),
        *("frames", "gathered", "head", "kind", "packed", "topic"),
    )

    def __init__(self, kind: type[Event], source: str) -> None:
        self.kind = kind
        self.topic = tag_of(kind)
        self.check = msgspec.msgpack.Decoder(kind).decode
        """Raises `msgspec.ValidationError` for an encoded event that could not be read."""
        self.blobs = tuple(field.name for field in msgspec.structs.fields(kind) if field.type is bytes)
        """Its fields that may be large."""
        self.gathered: list[Event] = []
        """Live events of this loop turn."""
        self.first = 0
        """Number of the first of these."""
        self.packed = 0
        """Live events that were put into frames."""
        self.events = self.frames = self.bytes = self.dropped = 0
        self.head = address(self.topic, source)
        """How all its frames begin."""

    def count(self, events: int, size: int) -> None:
        """Count a frame that leaves."""
        self.events += events
        self.bytes += size
        self.frames += 1


class Speech:
    """Everything that a participant has said, by kind."""

    def __init__(self, name: str, role: Role) -> None:
        self.name = name
        self.hand = role.hand
        self.on_new: Callable[[type[Event]], None]
        self._declared = role.says
        self._said: dict[type[Event], Said] = {}
        self.find = self._said.get
        """Return what was said of a kind, or None."""

    def begin(self, kind: type[Event]) -> Said:
        """Return the counts of a kind that is said for the first time; raise `Undeclared` when it may not be."""
        if self._declared is not None and kind not in self._declared:
            raise Undeclared(f"`{self.name}` does not say `{tag_of(kind)}`: it is not among what it declared")
        said = self._said[kind] = Said(kind, self.name)
        self.on_new(kind)
        return said

    @property
    def dropped(self) -> int:
        """Live events that never left, because newer ones came before there was time."""
        return sum(said.dropped for said in self._said.values())
