"""Bytes from somebody who means harm, or whose memory does, are counted and stop nobody."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

import anyio
import pytest
import zmq

from bus import Bus, history
from bus.journal.letters import KEPT
from bus.mesh.spoiled import BURST
from bus.wire import END, HEADS, HELLO, encode, pack_events, pack_frame, prefix_of
from schemas import ImageProgress, StoryBeat, topic_of
from tests.bus.mesh import PATIENCE, Mesh, nothing_more, take

pytestmark = pytest.mark.anyio

PREFIX = prefix_of("story.beat")


@contextmanager
def stranger(mesh: Mesh, lane: str = "log") -> Iterator["zmq.Socket[bytes]"]:
    """Yield a socket in the run directory that can send anything on a lane."""
    mesh.run.mkdir(mode=0o700, exist_ok=True)
    with zmq.Context() as context, context.socket(zmq.XPUB) as log, context.socket(zmq.XPUB) as live:
        lanes = {"live": live, "log": log}
        for name, one in lanes.items():
            one.setsockopt(zmq.LINGER, 0)
            one.bind(f"ipc://{mesh.run}/stranger.1.{name}")
        yield lanes[lane]


def framed(event: StoryBeat | ImageProgress, source: str, seq: int = 5) -> bytes:
    """Return a frame of one event."""
    return pack_frame(topic_of(type(event)), source, seq, 0, {}, pack_events([encode(event)]))


def garbage(dice: random.Random) -> Iterator[bytes]:
    """Yield what begins like something, and is nothing."""
    frame = framed(StoryBeat(id="stranger:5", source="stranger", number=1, text="Once upon", visit="v1"), "stranger")
    while True:
        yield frame[: dice.randrange(len(PREFIX), len(frame))]
        yield PREFIX + dice.randbytes(dice.randrange(100))
        yield PREFIX + b"\x91" * 5_000
        yield HEADS + dice.randbytes(20)
        yield HELLO + b"image.1.0" + END + dice.randbytes(20)
        yield frame


async def asked(out: "zmq.Socket[bytes]", topic: str) -> None:
    """Return when somebody has asked a stranger for a topic."""
    with anyio.fail_after(PATIENCE):
        while not out.poll(0) or out.recv() != b"\1" + prefix_of(topic):
            await anyio.sleep(0.01)


async def bad(bus: Bus, count: int) -> None:
    """Return when so many messages were bad."""
    with anyio.fail_after(PATIENCE):
        while bus.reports["bus"]()["bad_frames"] != count:
            await anyio.sleep(0.01)


async def test_garbage_from_a_stranger_is_counted_and_harmless(mesh: Mesh) -> None:
    with stranger(mesh) as out:
        async with mesh.open("story") as story, mesh.open("image") as image, image.subscribe(StoryBeat) as beats:
            await asked(out, "story.beat")
            pieces = garbage(random.Random(3))
            for _ in range(600):
                out.send(next(pieces))
            sent = [await story.publish(StoryBeat(number=1, text="Still here"))]
            await bad(image, 600)
            sent.append(await story.publish(StoryBeat(number=2, text="Still here")))
            assert await take(beats, 2) == sent
            assert await nothing_more(beats)
            assert image.reports["bus"]()["lost"] == 0


async def test_live_garbage_and_strangers_are_counted_and_harmless(mesh: Mesh) -> None:
    with stranger(mesh, "live") as out:
        async with mesh.open("image") as image, mesh.open("ui") as ui, ui.subscribe(ImageProgress) as steps:
            await asked(out, "image.progress")
            frame = framed(ImageProgress(id="stranger~5", source="stranger", step=1, of=2), "stranger")
            behind = pack_frame("image.progress", "image", 1, 0, {}, b"\xdc\x00\x00")
            for piece in (frame, frame[:-3], behind, prefix_of("image.progress")):
                out.send(piece)
            out.send_multipart([frame, b"a second part", b"a third"])
            await bad(ui, 5)
            sent = await image.publish(ImageProgress(step=1, of=2, preview=bytes(100_000)))
            assert await take(steps) == [sent]


async def test_a_number_that_no_journal_has_room_for_is_garbage(mesh: Mesh) -> None:
    with stranger(mesh) as out:
        async with mesh.open("story") as story, mesh.open("image") as image, image.subscribe(StoryBeat) as beats:
            await asked(out, "story.beat")
            event = StoryBeat(id="story:5", source="story", number=1, text="x")
            for seq in (1 << 62, (1 << 64) - 1):
                out.send(framed(event, "story", seq))
                out.send(HEADS + encode(["story", 1, {"story.beat": seq}]))
            out.send(HEADS + encode(["story", 1, {"story.beat": -1}]))
            await bad(image, 5)
            sent = await story.publish(StoryBeat(number=1, text="Still here"))
            assert await take(beats) == [sent]


async def test_what_cannot_be_decoded_is_kept_as_a_letter_and_a_flood_only_counted(mesh: Mesh) -> None:
    with stranger(mesh) as out:
        async with mesh.open("image") as image, image.subscribe(StoryBeat, ImageProgress):
            await asked(out, "story.beat")
            spoiled = [PREFIX + bytes([number]) for number in range(100)]
            for piece in [PREFIX + bytes(100_000), *spoiled]:
                out.send(piece)
            await bad(image, 101)
    long, *letters = history.letters(mesh.journals, "image")
    assert (long.topic, long.size, long.body) == ("story.beat", 100_000 + len(PREFIX), b"")
    assert [one.body for one in letters] == spoiled[: BURST - 1]
    assert {one.reason for one in letters} == {"could not be decoded"}
    assert len(letters) < KEPT


async def test_what_is_live_leaves_no_letter(mesh: Mesh) -> None:
    with stranger(mesh, "live") as out:
        async with mesh.open("ui") as ui, ui.subscribe(ImageProgress):
            await asked(out, "image.progress")
            out.send(prefix_of("image.progress") + b"secret")
            await bad(ui, 1)
    assert history.letters(mesh.journals, "ui") == []


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
                b"a" * 200,
                b"image.1." + b"9" * 50,
            )
            for hello in hellos:
                ear.setsockopt(zmq.SUBSCRIBE, HELLO + hello + END)
            await anyio.to_thread.run_sync(ear.recv)
        sent = await story.publish(StoryBeat(number=1, text="x"))
        assert await take(beats) == [sent]
        assert story.reports["bus"]()["participants"] == ["image"]
        assert await nothing_more(beats)
