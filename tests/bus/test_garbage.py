"""Bytes from somebody who means harm, or whose disk does, are counted and stop nobody."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

import anyio
import pytest
import zmq

from bus.wire import END, GARBAGE, HEADS, HELLO, pack_event, pack_frame, seal, unpack_frame
from schemas import ImageProgress, StoryBeat
from tests.bus.mesh import Mesh, nothing_more, take

pytestmark = pytest.mark.anyio


@contextmanager
def stranger(mesh: Mesh) -> Iterator["zmq.Socket[bytes]"]:
    """Yield a socket in the run directory that can send anything."""
    mesh.run.mkdir(mode=0o700, exist_ok=True)
    with zmq.Context() as context, context.socket(zmq.XPUB) as log, context.socket(zmq.PUB) as live:
        for lane, one in (("live", live), ("log", log)):
            one.setsockopt(zmq.LINGER, 0)
            one.bind(f"ipc://{mesh.run}/stranger.1.{lane}")
        yield log


def garbage(dice: random.Random) -> Iterator[bytes]:
    """Yield what looks like a frame, and is none."""
    event = pack_event(StoryBeat(id="story:5", source="story", number=1, text="Once upon a time", visit="v1"))
    frame = pack_frame("story.beat", "story", 5, {}, [event])
    while True:
        damaged = bytearray(frame)
        for _ in range(dice.randint(1, 8)):
            damaged[dice.randrange(11, len(frame))] ^= dice.randrange(1, 256)
        yield bytes(damaged)
        yield frame[: dice.randrange(11, len(frame))]
        yield b"story.beat" + END + dice.randbytes(dice.randrange(100))
        yield b"story.beat" + END + b"\x91" * 5_000
        yield HEADS + dice.randbytes(20)
        yield HELLO + b"image.1.0" + END + dice.randbytes(20)


async def test_garbage_from_a_stranger_is_counted_and_harmless(mesh: Mesh) -> None:
    with stranger(mesh) as out:
        async with mesh.open("story") as story, mesh.open("image") as image, image.subscribe(StoryBeat) as beats:
            pieces = garbage(random.Random(3))
            for _ in range(600):
                out.send(next(pieces))
            sent = [await story.publish(StoryBeat(number=1, text="Still here"))]
            with anyio.fail_after(30):
                while image.reports["bus"]()["bad_frames"] != 600:
                    await anyio.sleep(0.01)
            sent.append(await story.publish(StoryBeat(number=2, text="Still here")))
            assert await take(beats, 2) == sent
            assert await nothing_more(beats)


async def test_a_stranger_who_says_hello_is_harmless(mesh: Mesh) -> None:
    async with mesh.open("story") as story, mesh.open("image") as image, image.subscribe(StoryBeat) as beats:
        with zmq.Context() as context, context.socket(zmq.SUB) as ear:
            ear.connect(f"ipc://{next(mesh.run.glob('story.*.log'))}")
            hellos = (
                b"image.99.0",
                b"ghost.1.0",
                b"../../x.1.0",
                b"story.1.0",
                b"\xff",
                b"a" * 1_000,
                b"image.1." + b"9" * 50,
            )
            for hello in hellos:
                ear.setsockopt(zmq.SUBSCRIBE, HELLO + hello + END)
            await anyio.to_thread.run_sync(ear.recv)
        sent = await story.publish(StoryBeat(number=1, text="x"))
        assert await take(beats) == [sent]
        assert story.reports["bus"]()["participants"] == ["image"]
        assert await nothing_more(beats)


def test_no_damage_to_a_frame_raises_anything_unexpected() -> None:
    """Behind a checksum that fits, too."""
    dice = random.Random(5)
    for kind, event in (
        (StoryBeat, StoryBeat(id="a:7", source="a", number=1, text="Grüße", visit="v1")),
        (ImageProgress, ImageProgress(id="a~7", source="a", step=1, of=2, preview=b"\xff\x00" * 20)),
    ):
        body = pack_frame("x", "a", 7, {"x": 6, "y": 5}, [pack_event(event)] * 3)[6:]
        for _ in range(20_000):
            damaged = bytearray(body)
            for _ in range(dice.randint(1, 4)):
                damaged[dice.randrange(len(body))] = dice.randrange(256)
            try:
                frame = unpack_frame(kind, seal(b"", bytes(damaged)))
            except GARBAGE:
                continue
            assert frame.events
    with pytest.raises(GARBAGE):
        unpack_frame(StoryBeat, seal(b"", b"\x94\xa1a\x01\x80\x91\x81\xa1z" + b"\x91" * 100_000))
