"""Every event that can be said, with awkward values, and bytes that were one once."""

import random
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from msgspec import inspect

from bus.wire import Marks, encode, pack_events, pack_frame
from schemas import EVENTS, Event, topic_of

TEXTS = ("", "a", "Grüße", "\0", "🦊" * 9, "x" * 40, "story:1099511627777", "../..", " \n", "nan", "\ud7ff\ufffd")
INTEGERS = (0, 1, -1, 31, 127, 128, 255, 65_536, 1 << 40, (1 << 63) - 1, -(1 << 63), (1 << 64) - 1)
FLOATS = (0.0, -0.0, 1.5, 1e308, -1e-308, float("inf"), float("-inf"), float("nan"))
BYTES = (b"", b"\0", b"\xff\x00" * 20, bytes(300), b"\xc1")
BOMBS = (
    b"\xdd\xff\xff\xff\xff",
    b"\xdf\xff\xff\xff\xff",
    b"\xdb\xff\xff\xff\xff",
    b"\xc6\xff\xff\xff\xff",
    b"\x91" * 2_000,
)
"""Lengths that nobody has, and what goes deep."""
SEQ = (1 << 40) + 1


def awkward(kind: inspect.Type, dice: random.Random) -> Any:
    """Return a value of a type, most likely an awkward one."""
    plain: dict[type, Callable[[], Any]] = {
        inspect.StrType: lambda: dice.choice(TEXTS),
        inspect.IntType: lambda: dice.choice(INTEGERS),
        inspect.FloatType: lambda: dice.choice(FLOATS),
        inspect.BoolType: lambda: dice.random() < 0.5,
        inspect.BytesType: lambda: dice.choice(BYTES),
        inspect.NoneType: lambda: None,
    }
    if type(kind) in plain:
        return plain[type(kind)]()
    if isinstance(kind, inspect.LiteralType):
        return dice.choice(kind.values)
    if isinstance(kind, inspect.UnionType):
        return awkward(dice.choice(kind.types), dice)
    if isinstance(kind, inspect.DictType):
        return {awkward(kind.key_type, dice): awkward(kind.value_type, dice) for _ in range(dice.randrange(4))}
    if isinstance(kind, inspect.StructType):
        return struct(kind, dice)
    return several(kind, dice)


def several(kind: inspect.Type, dice: random.Random) -> Any:
    """Return some values of the type that a sequence or a set is made of."""
    if isinstance(kind, inspect.TupleType):
        return tuple(awkward(item, dice) for item in kind.item_types)
    assert isinstance(kind, inspect.CollectionType), kind
    items = [awkward(kind.item_type, dice) for _ in range(dice.randrange(4))]
    makers = {
        inspect.ListType: list,
        inspect.VarTupleType: tuple,
        inspect.SetType: set,
        inspect.FrozenSetType: frozenset,
    }
    return makers[type(kind)](items)


def struct(kind: inspect.StructType, dice: random.Random) -> Any:
    """Return a structure; some of what may be left out is."""
    fields = [field for field in kind.fields if field.required or dice.random() < 0.7]
    return kind.cls(**{field.name: awkward(field.type, dice) for field in fields})


def event(kind: type[Event], dice: random.Random) -> Event:
    """Return an event of a kind, as it would be on its way."""
    described = inspect.type_info(kind)
    assert isinstance(described, inspect.StructType)
    return msgspec.structs.replace(struct(described, dice), id=f"a:{SEQ}", source="a")  # type: ignore[no-any-return]


def frame(kind: type[Event], dice: random.Random) -> bytes:
    """Return a frame of events of a kind."""
    topic = topic_of(kind)
    events = pack_events([encode(event(kind, dice)) for _ in range(dice.choice((1, 1, 2, 3)))])
    before = {dice.choice(list(EVENTS)): SEQ - 1 for _ in range(dice.randrange(3))}
    marks = dice.choice((None, Marks(unrecorded=True), Marks(blob=dice.choice(("preview", "pcm", "id", "x")))))
    return pack_frame(topic, "a", SEQ, dice.randrange(300), before, events, marks)


def mutated(good: list[bytes], dice: random.Random) -> Iterator[bytes]:
    """Yield damaged pieces, for ever."""
    while True:
        piece = dice.choice(good)
        for _ in range(dice.choice((1, 1, 1, 2, 4))):
            piece = wounded(piece, dice.choice(good), dice)
        yield piece


def wounded(piece: bytes, other: bytes, dice: random.Random) -> bytes:
    """Return a piece with one kind of damage."""
    at, length = dice.randrange(len(piece) + 1), dice.choice((1, 1, 2, 8))
    begin, rest = piece[:at], piece[at:]
    return dice.choice(
        (
            begin + dice.randbytes(length) + rest[length:],
            begin + bytes(byte ^ 1 << dice.randrange(8) for byte in rest[:1]) + rest[1:],
            begin,
            begin + rest[length:],
            begin + dice.choice(BOMBS) + rest,
            begin + piece[: dice.randrange(len(piece) + 1)] + rest,
            begin + other[dice.randrange(len(other)) :],
        )
    )
