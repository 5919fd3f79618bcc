"""Participants of different versions understand each other as far as they can."""

import anyio
import msgspec
import pytest

from bus import history
from bus.history import Query
from bus.wire import Heads, encode, pack_events, pack_frame, unpack_frame, unpack_heads
from schemas import Event, ImageProgress, StoryBeat
from tests.bus.mesh import Mesh, nothing_more, take
from tests.bus.scripts import script

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("version", ["newer", "older"])
async def test_another_version_is_understood_in_both_directions(mesh: Mesh, version: str) -> None:
    async with mesh.open("display") as display, display.subscribe(StoryBeat, ImageProgress) as events:
        async with script("skewed.py", mesh.run, mesh.journals, version) as story:
            assert await story.line() == "ready"
            mine = await display.publish(StoryBeat(number=7, text="Once", visit="v1"))
            assert await story.line() == "7 Once v1"
            heard = await take(events, 4)
            story.process.kill()
            await story.end()
        assert heard[0] == mine
        assert [(beat.number, beat.text, beat.source) for beat in heard[1:] if isinstance(beat, StoryBeat)] == [
            (number, "From another time", "story") for number in (1, 2, 3)
        ]
        assert await nothing_more(events)
        report = display.reports["bus"]()
        assert (report["bad_frames"], report["lost"], report["undeclared"]) == (0, 0, 0)
        assert await display.history(source="story") == heard[1:]


async def test_what_was_missed_of_another_version_is_read_in_its_journal(mesh: Mesh) -> None:
    async with mesh.open("image") as image, script("skewed.py", mesh.run, mesh.journals, "newer") as story:
        assert await story.line() == "ready"
        await image.publish(StoryBeat(number=1, text="Once"))
        await story.line()
        with anyio.fail_after(30):
            while len(history.read(mesh.journals, Query(source="story"))) < 3:
                await anyio.sleep(0.01)
        story.process.kill()
        await story.end()
        found = await image.history(topics=["story.beat"], source="story")
        assert [beat.number for beat in found if isinstance(beat, StoryBeat)] == [1, 2, 3]


class Bare(Event, tag="story.beat", frozen=True, kw_only=True):
    """A beat that lacks what a beat has to have."""

    number: int


def test_what_may_be_left_out_has_its_default_and_what_may_not_is_garbage() -> None:
    frame = unpack_frame(StoryBeat, framed(StoryBeat(number=1, text="x", id="a:1")))
    assert frame.events[0].visit == ""
    with pytest.raises(msgspec.ValidationError):
        unpack_frame(StoryBeat, framed(Bare(number=1, id="a:1")))


def test_what_stands_behind_the_last_known_element_is_passed_over() -> None:
    assert unpack_heads(encode(["a", 1, {"x": 5}, ["x"], "more", {}])) == Heads("a", 1, {"x": 5}, ["x"])
    assert unpack_heads(encode(["a", 1, {}])) == Heads("a", 1, {})
    marked = framed(StoryBeat(number=1, text="x", id="a:1"))[:-1] + encode({"colour": 3, "unrecorded": True})
    assert unpack_frame(StoryBeat, marked).marks.unrecorded


def framed(event: Event) -> bytes:
    """Return a frame of one event."""
    return pack_frame("story.beat", "a", 1, 0, {}, pack_events([encode(event)]))
