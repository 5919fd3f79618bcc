"""Who may say what: it is declared, and whoever does not keep to it is not heard."""

import pytest
from msgspec.structs import replace

from bus import Undeclared, open_bus
from bus.wire import encode, pack_events, pack_frame
from schemas import SpeechFinal, SpeechPartial, StoryBeat, topic_of
from tests.bus.mesh import Mesh, nothing_more, take

pytestmark = pytest.mark.anyio


async def test_what_was_not_declared_fails_at_once_where_it_is_said_or_asked_for(mesh: Mesh) -> None:
    async with open_bus("story", run=mesh.run, journals=mesh.journals, says=[StoryBeat], hears=[SpeechFinal]) as story:
        with pytest.raises(Undeclared, match=r"`story` does not say `speech\.final`"):
            await story.publish(SpeechFinal(text="x"))
        with pytest.raises(Undeclared, match=r"`story` does not say `speech\.partial`"):
            story.post(SpeechPartial(text="x"))
        with pytest.raises(Undeclared, match=r"`story` does not hear `story\.beat`"):
            async with story.subscribe(SpeechFinal, StoryBeat):
                pass
        assert (await story.publish(StoryBeat(number=1, text="x"))).id
        async with story.subscribe(SpeechFinal):
            pass


@pytest.mark.parametrize("kind", [StoryBeat, SpeechPartial])
async def test_what_a_peer_did_not_declare_is_dropped_and_counted(
    mesh: Mesh, kind: type[StoryBeat] | type[SpeechPartial]
) -> None:
    """Frames in the name of somebody who declared other topics, sent by somebody who did not declare any."""
    async with (
        open_bus("story", run=mesh.run, journals=mesh.journals, says=[SpeechFinal]) as story,
        mesh.open("display") as display,
        mesh.open("stranger") as stranger,
        display.subscribe(StoryBeat, SpeechPartial, SpeechFinal, keep=9) as events,
    ):
        forged = StoryBeat(number=1, text="x") if kind is StoryBeat else SpeechPartial(text="x")
        forged = replace(forged, source="story", id=f"story:{2**50}")
        frame = pack_frame(topic_of(kind), "story", 2**50, 0, {}, pack_events([encode(forged)]))
        stranger._lanes[kind.lane].send(frame)  # type: ignore[attr-defined]
        sent = await stranger.publish(SpeechFinal(text="from somebody else"))
        assert await take(events) == [sent]
        assert await nothing_more(events)
        assert display.reports["bus"]()["undeclared"] == 1
        await story.publish(SpeechFinal(text="x"))


async def test_whoever_declares_nothing_may_say_anything_also_after_one_who_did(mesh: Mesh) -> None:
    async with mesh.open("display") as display, display.subscribe(StoryBeat) as beats:
        async with open_bus("story", run=mesh.run, journals=mesh.journals, says=[SpeechFinal]) as story:
            await story.publish(SpeechFinal(text="x"))
        async with mesh.open("story") as story:
            sent = await story.publish(StoryBeat(number=1, text="x"))
            assert await take(beats) == [sent]
