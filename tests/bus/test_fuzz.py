"""Whatever bytes arrive: they are decoded, or refused in the one way that everybody expects."""

import random
import zlib
from collections.abc import Callable, Iterator
from itertools import islice

import pytest

from bus.journal import salvage
from bus.journal.journal import Journal
from bus.journal.rows import unpack_row
from bus.journals import Journals
from bus.mesh.lane import Lane
from bus.mesh.peers import Peers
from bus.mesh.routes import Routes
from bus.mesh.subscription import MeshSubscription, Shared, Tally
from bus.names import LANES, Place
from bus.wire import END, GARBAGE, HEADS, HELLO, KINDS, Heads, pack_heads, unpack_frame, unpack_heads
from schemas import EVENTS, Event
from tests.bus import corpus
from tests.bus.mesh import Mesh

pytestmark = pytest.mark.anyio

SHORT, LONG = 20_000, 1_000_000


class DeadEnd(Lane):
    """A lane that leads nowhere."""

    def __init__(self) -> None: ...

    def send(self, data: bytes) -> None: ...

    def rest(self) -> bytes:
        return b"rest"

    def subscribe(self, prefix: bytes) -> None: ...

    def connect(self, place: Place) -> None: ...

    def disconnect(self, place: Place) -> None: ...


def survive(pieces: Iterator[bytes], count: int, *readers: Callable[[bytes], object]) -> int:
    """Let readers read pieces; return how often they could. Nothing but garbage may be an error."""
    read = 0
    for piece in islice(pieces, count):
        for reader in readers:
            try:
                reader(piece)
            except GARBAGE:
                continue
            read += 1
    return read


def fuzz_frames(count: int) -> None:
    """Damage frames of all events, and read them as frames, as rows and as what is salvaged."""
    dice = random.Random(count)
    each = count // len(EVENTS)
    for kind in EVENTS.values():
        good = [corpus.frame(kind, dice) for _ in range(50)]
        assert all(unpack_frame(kind, one).events for one in good if b"\xcf\xff\xff\xff" not in one)
        read = survive(
            corpus.mutated(good, dice),
            each,
            lambda piece: unpack_frame(kind, piece),  # noqa: B023 -- used at once
            lambda piece: unpack_row(zlib.crc32(piece), piece, KINDS),
            lambda piece: salvage.columns_of(zlib.crc32(piece), piece),
        )
        assert read > each


def fuzz_control(count: int, mesh: Mesh) -> None:
    """Damage what participants say of themselves, and read it as the news, as an answer and as a hello."""
    dice = random.Random(count)
    heads = Heads("a", 3, dict.fromkeys(EVENTS, 1 << 41), list(EVENTS))
    token = HELLO + b"a.3.0" + END
    place = Place(mesh.run, "a", 3)
    peers = Peers(place, {lane: DeadEnd() for lane in LANES}, lambda: heads)
    peers.on_heads, peers.on_gone = lambda *_: None, lambda _: None
    good = [pack_heads(HEADS, heads), pack_heads(token, heads), HELLO + b"b.1.7" + END, token]
    survive(
        corpus.mutated(good, dice),
        count,
        lambda piece: unpack_heads(piece[len(HEADS) :]),
        lambda piece: peers.answered("log", HELLO + piece),
        lambda piece: peers.answered("live", piece),
        lambda piece: peers.subscribed("log", b"\1" + piece),
        lambda piece: peers.subscribed("log", b"\0" + piece),
    )
    assert peers.bad > count // 2
    assert peers.names == []


def fuzz_subscription(count: int, mesh: Mesh) -> None:
    """Damage frames of all events, and let a subscription take them."""
    dice = random.Random(count)
    Journal(mesh.journals, "a", 0).close()
    lanes: dict[str, Lane] = {lane: DeadEnd() for lane in LANES}
    tally = Tally()
    routes = Routes(lanes, lambda *_: None, tally)
    routes.on_spoiled = lambda *_: None
    shared = Shared(Journals(mesh.journals), tally, routes.says)
    subscription: MeshSubscription[Event] = MeshSubscription(dict(EVENTS), 1, shared)
    routes.add(subscription)
    good = [corpus.frame(kind, dice) for kind in EVENTS.values() for _ in range(20)]
    assert survive(corpus.mutated(good, dice), count, routes.take, routes.take_live) == 2 * count
    assert tally.bad > 0
    assert len(subscription.inbox) > 0


def test_no_damage_to_a_frame_raises_anything_unexpected() -> None:
    fuzz_frames(SHORT)


async def test_no_damage_to_a_hello_raises_anything(mesh: Mesh) -> None:
    fuzz_control(SHORT, mesh)


async def test_no_damaged_frame_stops_a_subscription(mesh: Mesh) -> None:
    fuzz_subscription(SHORT, mesh)


@pytest.mark.trial
async def test_a_million_damaged_messages_raise_nothing_unexpected(mesh: Mesh) -> None:
    fuzz_frames(LONG)
    fuzz_control(LONG // 5, mesh)
    fuzz_subscription(LONG // 5, mesh)
