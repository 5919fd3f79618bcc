"""The frame: what travels in one piece, and what one row of a journal holds, byte for byte.

A frame is one msgpack array, and its topic comes first, so that its first bytes are what a subscription asks for: the
length that stands before the topic keeps it from matching a longer one. The events are maps, so that a peer can ignore
the fields that it does not know; so are the marks at the end, where more can be added.
"""

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Generic, TypeVar

import msgspec

from schemas import EVENTS, Event, topic_of

START = 40
"""A number is the start of its source, shifted by this, plus a count."""
FRAME_EVENTS = 64
"""A frame holds no more events."""
END = b"\0"
"""Ends what a control message is about."""
HEADS = b"\xfe" + END
"""Prefix of what a participant says of its newest numbers."""
HELLO = b"\xff"
"""Prefix of a hello. It sorts after every topic: whoever sees it holds all other subscriptions of its sender."""

TOPIC_BYTES = 31
FRAME = b"\x97"
"""Begins a frame, which is an array of seven."""
SHORT_TEXT = 0xA0
"""Begins a text of up to 31 bytes in msgpack, with its length added."""
NUMBER = b"\xcf"
ARRAY = b"\xdc"
"""Begins an array in msgpack; two bytes follow with its length."""
NO_MARKS = b"\x80"
NOTHING = b"\x80"

ANYTHING = ["*"]
"""What a participant says that did not declare its topics."""

GARBAGE = (ValueError, RecursionError)
"""What decoding bytes from elsewhere can raise."""

Kinds = Mapping[str, type[Event]]
"""Event classes by their topics."""

Number = Annotated[int, msgspec.Meta(ge=0, lt=1 << 62)]
"""A number that a journal has room for, whoever sent it."""
Few = Annotated[int, msgspec.Meta(ge=0, le=FRAME_EVENTS)]
"""A number of events of one frame."""

HeldT = TypeVar("HeldT")


class Marks(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What is special about a frame."""

    unrecorded: bool = False
    """True when it left before it was in the journal."""
    blob: str = ""
    """The field of its only event whose bytes follow as a second part of the message: nobody copies them on the way."""
    forgotten: Few = 0
    """In a journal: how many of its events were forgotten. Their numbers stay its own, so that nobody misses them."""
    time: float = 0.0
    """In a journal: when a frame was said of which all events were forgotten."""


class Frame(msgspec.Struct, Generic[HeldT], array_like=True, frozen=True, gc=False):
    """Consecutive events of one source, topic, visit and cause."""

    topic: str
    source: str
    seq: Number
    """Number of the first event; the others follow without a hole, unless some were forgotten."""
    sent: Number
    """On the live lane: how many events of this topic were sent before."""
    before: dict[str, Number]
    """On the log lane: the newest number of this topic, and of every topic that has moved since, before this frame."""
    events: list[HeldT]
    marks: Marks

    @property
    def last(self) -> int:
        """Number of the last event."""
        return self.seq + len(self.events) + self.marks.forgotten - 1


class Heads(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A participant's newest number of each of its log topics."""

    source: str
    start: Number
    newest: dict[str, Number]
    says: list[str] | None = None
    """The topics that it may publish, in its answers to a hello; None where that is not said."""


tag_of = functools.cache(topic_of)
"""The topic of an event class, quickly."""

encode = msgspec.msgpack.Encoder().encode
"""Encode an event, or anything else that travels."""
_heads = msgspec.msgpack.Decoder(Heads)
_frames: dict[type[Event], msgspec.msgpack.Decoder[Frame[Event]]] = {}


@functools.cache
def prefix_of(topic: str) -> bytes:
    """Return how every frame of a topic begins; raise `ValueError` when the topic is too long."""
    text = topic.encode()
    if not 0 < len(text) <= TOPIC_BYTES:
        raise ValueError(f"{topic!r} is no topic: it has to have 1 to {TOPIC_BYTES} bytes")
    return FRAME + bytes([SHORT_TEXT + len(text)]) + text


@functools.cache
def address(topic: str, source: str) -> bytes:
    """Return how every frame of a topic and a source begins, up to its number."""
    return prefix_of(topic) + encode(source) + NUMBER


def prefix_in(message: bytes) -> bytes:
    """Return the part of a message that may be the prefix of a topic."""
    return message[: message[1] - SHORT_TEXT + 2] if len(message) > 1 else message


def pack_events(events: Sequence[bytes]) -> bytes:
    """Make one array of encoded events."""
    return b"".join((ARRAY, len(events).to_bytes(2, "big"), *events))


def pack_frame(  # noqa: PLR0913, PLR0917 -- the elements of a frame, in their order
    topic: str, source: str, seq: int, sent: int, before: dict[str, int], events: bytes, marks: Marks | None = None
) -> bytes:
    """Encode a frame around an encoded array of events."""
    return assemble(address(topic, source), seq, encode(sent) + (encode(before) if before else NOTHING), events, marks)


def assemble(head: bytes, seq: int, middle: bytes, events: bytes, marks: Marks | None = None) -> bytes:
    """Put a frame together from what stands before its number, its number, what comes then, and its events."""
    return b"".join((head, seq.to_bytes(8, "big"), middle, events, encode(marks) if marks else NO_MARKS))


def pack_heads(prefix: bytes, heads: Heads) -> bytes:
    """Encode a participant's newest numbers, as an announcement or as the answer to a hello."""
    return prefix + encode(heads)


def unpack_heads(body: bytes) -> Heads:
    """Decode what follows the prefix; raise one of `GARBAGE`."""
    return _heads.decode(body)


def unpack_frame(kind: type[Event], message: bytes) -> Frame[Event]:
    """Decode a frame of events of a kind; raise one of `GARBAGE`."""
    frame = decoder_of(kind).decode(message)
    if not frame.events and not frame.marks.forgotten:
        raise ValueError("a frame without events")
    return frame


def decoder_of(kind: type[Event]) -> msgspec.msgpack.Decoder[Frame[Event]]:
    """Return what decodes frames of a kind."""
    decoder = _frames.get(kind)
    if decoder is None:
        decoder = _frames[kind] = msgspec.msgpack.Decoder(Frame[kind])  # type: ignore[valid-type]
    return decoder


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
