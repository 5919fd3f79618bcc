"""The live lane: the newest counts, what is dropped is counted, and nobody is held up."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from schemas import ImageProgress, MicChunk, SpeechPartial, Status, StoryBeat
from tests.bus.mesh import Mesh, Player, nothing_more, take
from tests.bus.scripts import script

pytestmark = pytest.mark.anyio

STALL_SECONDS = 3.0
FRESH_SECONDS = 0.5
"""Ten times what a subscription that keeps one event allows."""


async def test_only_the_newest_waits_and_the_others_are_counted(mesh: Mesh) -> None:
    async with mesh.open("image") as image, image.subscribe(ImageProgress, Status) as events:
        for step in range(1, 11):
            await image.publish(ImageProgress(step=step, of=10))
        await image.publish(Status(state="ready"))
        newest, status = await take(events, 2)
        assert isinstance(newest, ImageProgress)
        assert newest.step == 10
        assert isinstance(status, Status)
        assert events.dropped == {"image.progress": 9}
        assert await nothing_more(events)


async def test_a_subscription_keeps_as_many_as_it_says(mesh: Mesh) -> None:
    async with mesh.open("mic") as mic, mesh.open("asr") as asr, asr.subscribe(MicChunk, keep=100) as chunks:
        for at in range(50):
            mic.post(MicChunk(mic="door", pcm=bytes(3_200), at=at))
        assert [chunk.at for chunk in await take(chunks, 50)] == list(range(50))
        assert chunks.dropped == {}


async def test_live_events_do_not_push_out_those_of_the_log(mesh: Mesh) -> None:
    async with mesh.open("image") as image, image.subscribe(ImageProgress, StoryBeat) as events:
        for number in range(1, 101):
            await image.publish(StoryBeat(number=number, text="x"))
            await image.publish(ImageProgress(step=number, of=100))
        heard = await take(events, 101)
        assert [event.number for event in heard if isinstance(event, StoryBeat)] == list(range(1, 101))
        assert [event.step for event in heard if isinstance(event, ImageProgress)] == [100]


@pytest.mark.parametrize(
    ("rate", "size", "burst", "pause"),
    [
        (50, 100, 1.0, 0.0),  # the pipe has room for all that comes meanwhile
        (50, 60_000, 1.0, 0.0),
        (20_000, 0, 1.0, 0.0),
        (20_000, 0, 0.002, 0.2),  # and again it has
    ],
)
async def test_after_a_stall_the_first_event_is_as_fresh_as_can_be(
    mesh: Mesh, rate: float, size: int, burst: float, pause: float
) -> None:
    async with (
        mesh.open("display") as display,
        display.subscribe(ImageProgress) as steps,
        streamer(mesh, "live", rate, size, burst, pause) as image,
    ):
        handed = await take(steps)
        time.sleep(STALL_SECONDS)  # noqa: ASYNC251 -- the stall is what is tried here
        woken = time.monotonic()
        handed += await take(steps)
        assert handed[-1].clock > woken - pause - 1 / rate - FRESH_SECONDS
        handed += await take(steps, 5)
        (mesh.run.parent / "hush").touch()
        count = int(await image.line())
        while handed[-1].step < count:
            handed += await take(steps)
        assert [step.step for step in handed] == sorted({step.step for step in handed})
        dropped = steps.dropped.get("image.progress", 0)
        assert dropped + len(handed) == count - handed[0].step + 1
        assert display.reports["topic image.progress"]()["dropped"] == dropped
        assert dropped > STALL_SECONDS / 2 / (1 / rate + pause)


async def test_ten_seconds_of_sound_outlive_a_stall(mesh: Mesh) -> None:
    async with (
        mesh.open("asr") as asr,
        asr.subscribe(ImageProgress, keep=200) as chunks,
        streamer(mesh, "live", 20, 3_200, 1.0, 0.0) as mic,
    ):
        heard = await take(chunks)
        time.sleep(STALL_SECONDS)  # noqa: ASYNC251 -- the stall is what is tried here
        heard += await take(chunks, 50)
        (mesh.run.parent / "hush").touch()
        count = int(await mic.line())
        heard += await take(chunks, count - heard[-1].step)
        assert [chunk.step for chunk in heard] == list(range(heard[0].step, count + 1))
        assert chunks.dropped == {}


@asynccontextmanager
async def streamer(mesh: Mesh, lane: str, *figures: float) -> AsyncIterator[Player]:
    """Start a process that posts events at a rate."""
    words = [str(mesh.run), str(mesh.journals), "image", lane, *map(str, figures)]
    async with script("streamer.py", *words) as player:
        assert await player.line() == "ready"
        (mesh.run.parent / "go").touch()
        yield player


async def test_the_last_live_event_before_a_silence_outlives_a_stall(mesh: Mesh) -> None:
    async with mesh.open("asr") as asr, mesh.open("display") as display, display.subscribe(SpeechPartial) as partials:
        for revision in range(1, 11):
            await asr.publish(SpeechPartial(text="a fox", revision=revision))
        time.sleep(0.3)  # noqa: ASYNC251 -- the stall is what is tried here
        assert [partial.revision for partial in await take(partials)] == [10]


async def test_live_events_never_reach_a_journal(mesh: Mesh) -> None:
    async with mesh.open("mic") as mic:
        await mic.publish(MicChunk(mic="door", pcm=b"secret" * 100))
        await mic.publish(StoryBeat(number=1, text="x"))
        assert [type(event) for event in await mic.history()] == [StoryBeat]
    assert not [path for path in mesh.journals.iterdir() if b"secret" in path.read_bytes()]


async def test_a_burst_that_no_pipe_has_room_for_waits_for_its_readers(mesh: Mesh) -> None:
    """Two hundred frames in one turn, where a pipe holds 32 at each end."""
    async with (
        mesh.open("image") as image,
        mesh.open("display") as display,
        display.subscribe(ImageProgress, keep=200) as steps,
    ):
        for step in range(200):
            image.post(ImageProgress(step=step, of=200, preview=bytes(100_000)))
        assert [step.step for step in await take(steps, 200)] == list(range(200))
        assert steps.dropped == {}
