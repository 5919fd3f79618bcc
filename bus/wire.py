"""The frame: what travels in one piece, and what one row of a journal holds, byte for byte.

A frame is its topic, a NUL, a checksum of four bytes, and one msgpack document. The document's header is an array, so
that fields can be added at its end; the events are maps, so that a peer can ignore the fields that it does not know.
"""

import functools
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Generic, TypeVar

import msgspec

from schemas import EVENTS, Event, topic_of

START = 40
"""A number is the start of its source, shifted by this, plus a count."""
FRAME_EVENTS = 64
"""A frame holds no more events."""
END = b"\0"
"""Ends a topic, so that no topic matches a longer one."""
HEADS = b"\xfe" + END
"""Prefix of what a participant says of its newest numbers."""
HELLO = b"\xff"
"""Prefix of a hello. It sorts after every topic: whoever sees it holds all other subscriptions of its sender."""

ARRAY = b"\xdc"
"""Begins an array in msgpack; two bytes follow with its length."""

GARBAGE = (ValueError, RecursionError)
"""What decoding bytes from elsewhere can raise."""

Kinds = Mapping[str, type[Event]]
"""Event classes by their topics."""

HeldT = TypeVar("HeldT")


class Frame(msgspec.Struct, Generic[HeldT], array_like=True, frozen=True, gc=False):
    """Consecutive events of one source, topic, visit and cause."""

    source: str
    seq: int
    """Number of the first event; the others follow without a hole."""
    before: dict[str, int]
    """On the log lane: the newest number of this topic, and of every topic that has moved since, before this frame.
    On the live lane: how many events of this topic were sent before."""
    events: list[HeldT]

    @property
    def last(self) -> int:
        """Number of the last event."""
        return self.seq + len(self.events) - 1


class Packed(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A frame whose events are encoded already."""

    source: str
    seq: int
    before: dict[str, int]
    events: msgspec.Raw


class Heads(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A participant's newest number of each of its log topics."""

    source: str
    start: int
    newest: dict[str, int]


tag_of = functools.cache(topic_of)
"""The topic of an event class, quickly."""

_encoder = msgspec.msgpack.Encoder()
_events: dict[type[Event], msgspec.msgpack.Decoder[Event]] = {}
_heads = msgspec.msgpack.Decoder(Heads)
_frames: dict[type[Event], msgspec.msgpack.Decoder[Frame[Event]]] = {}


def seal(prefix: bytes, document: bytes) -> bytes:
    """Put a prefix and the checksum in front of a document."""
    return prefix + zlib.crc32(document).to_bytes(4, "big") + document


def unseal(body: bytes) -> bytes:
    """Return the document behind a checksum; raise `ValueError` when they do not belong together."""
    document = body[4:]
    if zlib.crc32(document) != int.from_bytes(body[:4], "big"):
        raise ValueError("damaged on the way")
    return document


def pack_event(event: Event) -> bytes:
    """Encode one event."""
    return _encoder.encode(event)


def check_event(event: Event, data: bytes) -> None:
    """Raise `msgspec.ValidationError` when an event, encoded, could not be read: a field is not what its kind says."""
    kind = type(event)
    decoder = _events.get(kind)
    if decoder is None:
        decoder = _events[kind] = msgspec.msgpack.Decoder(kind)
    decoder.decode(data)


def pack_frame(topic: str, source: str, seq: int, before: dict[str, int], events: Sequence[bytes]) -> bytes:
    """Encode a frame of encoded events."""
    packed = Packed(source, seq, before, msgspec.Raw(ARRAY + len(events).to_bytes(2, "big") + b"".join(events)))
    return seal(topic.encode() + END, _encoder.encode(packed))


def pack_heads(prefix: bytes, heads: Heads) -> bytes:
    """Encode a participant's newest numbers, as an announcement or as the answer to a hello."""
    return seal(prefix, _encoder.encode(heads))


def unpack_heads(body: bytes) -> Heads:
    """Decode what follows the prefix; raise one of `GARBAGE`."""
    return _heads.decode(unseal(body))


def unpack_frame(kind: type[Event], body: bytes) -> Frame[Event]:
    """Decode what follows the topic; raise one of `GARBAGE`."""
    decoder = _frames.get(kind)
    if decoder is None:
        decoder = _frames[kind] = msgspec.msgpack.Decoder(Frame[kind])  # type: ignore[valid-type]
    frame = decoder.decode(unseal(body))
    if not frame.events:
        raise ValueError("a frame without events")
    return frame


class Everything(Mapping[str, type[Event]]):
    """Every event class of this process by its topic, also those that a project defines."""

    def __init__(self) -> None:
        self._known: dict[str, type[Event]] = {}

    def __getitem__(self, topic: str) -> type[Event]:
        if topic not in self._known:
            self._known = {topic_of(kind): kind for kind in _descendants(Event)} | EVENTS
        return self._known[topic]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def _descendants(kind: type[Event]) -> list[type[Event]]:
    below = kind.__subclasses__()
    return below + [one for child in below for one in _descendants(child)]


KINDS: Kinds = Everything()


class Chain:
    """A source's newest number of each topic, oldest first: what every frame says of the frames before it.

    A subscriber of some topics that holds everything up to its position compares the numbers of its own topics with
    that one position: a higher one is a gap, wherever it lies, and is seen before anything is handed on out of order.
    """

    def __init__(self, newest: dict[str, int]) -> None:
        self.newest = dict(sorted(newest.items(), key=lambda item: item[1]))

    def before(self, topic: str) -> dict[str, int]:
        """Return the newest number of a topic and of every topic that has moved since."""
        previous = self.newest.get(topic, 0)
        found = {}
        for other, seq in reversed(self.newest.items()):
            if seq < previous:
                break
            found[other] = seq
        return found

    def move(self, topic: str, seq: int) -> None:
        """Note the newest number of a topic."""
        self.newest.pop(topic, None)
        self.newest[topic] = seq
