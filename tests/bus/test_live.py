"""The live lane: the newest counts, what is dropped is counted, and nobody is held up."""

import time

import pytest

from schemas import ImageProgress, MicChunk, SpeechPartial, Status, StoryBeat
from tests.bus.mesh import Mesh, nothing_more, take

pytestmark = pytest.mark.anyio


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


async def test_after_a_stall_only_what_is_fresh_is_handed_on(mesh: Mesh) -> None:
    async with (
        mesh.open("display") as display,
        display.subscribe(ImageProgress) as steps,
        mesh.player("image", "stream", "20000") as image,
    ):
        await image.line()
        await take(steps)
        time.sleep(1.5)  # noqa: ASYNC251 -- the stall is what is tried here
        woken = time.monotonic()
        (step,) = await take(steps)
        assert step.clock > woken - 0.25
        assert steps.dropped["image.progress"] > 100


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
