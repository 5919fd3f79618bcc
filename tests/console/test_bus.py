"""`send`, `watch` and `trace` on a real bus."""

import json
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import anyio
import anyio.to_thread
import pytest
from anyio.streams.buffered import BufferedByteReceiveStream

from bus import Bus, open_bus
from schemas import (
    Asset,
    ImageReady,
    ImageRequest,
    SceneShown,
    SpeechFinal,
    SpeechPartial,
    StoryBeat,
    TurnStarted,
    because,
)
from services.console.ids import short
from tests.console.hand import COMMAND, Hand

pytestmark = pytest.mark.anyio
FOX = ["speech.final", "turn.started", "story.beat", "image.request", "image.ready", "scene.shown"]


@pytest.fixture
async def bus(hand: Hand) -> AsyncIterator[Bus]:
    """Yield a participant of the installation's bus."""
    async with open_bus("witness", run=hand.installation.run, journals=hand.installation.journals) as bus:
        yield bus


async def run(hand: Hand, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command while the test's own bus lives on."""
    return await anyio.to_thread.run_sync(partial(hand, *arguments))


async def tell(bus: Bus) -> SceneShown:
    """Publish everything from words to a picture on the wall; return the last."""
    words = await bus.publish(SpeechFinal(text="a fox"))
    turn = await bus.publish(TurnStarted(visit="v1", turn=1, cause=words.id, text="a fox"))
    beat = await bus.publish(because(turn, StoryBeat(number=1, text="A fox ran.")))
    request = await bus.publish(because(beat, ImageRequest(scene="a fox at dusk")))
    asset = Asset(path="fox.jpg", media_type="image/jpeg", sha256="0", size=1)
    ready = await bus.publish(because(request, ImageReady(asset=asset)))
    return await bus.publish(because(ready, SceneShown(path="fox.jpg")))


@asynccontextmanager
async def watching(hand: Hand, *arguments: str) -> AsyncIterator[BufferedByteReceiveStream]:
    """Yield what a running `fantascope watch` prints."""
    async with await anyio.open_process([COMMAND, "watch", *arguments], env=hand.environment, stderr=None) as process:
        assert process.stdout is not None
        yield BufferedByteReceiveStream(process.stdout)
        process.terminate()


async def keep_saying(bus: Bus, text: str) -> None:
    """Say something again and again: nobody tells when the other process has begun to listen."""
    while True:
        await bus.publish(SpeechFinal(text=text))
        bus.post(SpeechPartial(text=text))
        await anyio.sleep(0.05)


async def test_what_is_sent_by_hand_is_heard(hand: Hand, bus: Bus) -> None:
    async with bus.subscribe(SpeechFinal) as heard:
        done = await run(hand, "send", "speech.final", "text=a fox who collects shadows")
        event = await anext(aiter(heard))
    assert done.stdout.strip() == event.id
    assert (event.text, event.source) == ("a fox who collects shadows", "hand-1")


async def test_sending_says_when_nobody_listens(hand: Hand) -> None:
    done = await run(hand, "send", "speech.final", "text=hello", "--json")
    assert json.loads(done.stdout)["text"] == "hello"
    assert done.stderr.startswith("nobody else is on the bus")
    assert (await run(hand, "trace", "speech.final")).stdout.rstrip().endswith("hello")


async def test_watching_shows_what_is_said(hand: Hand, bus: Bus) -> None:
    async with watching(hand, "speech") as printed, anyio.create_task_group() as tasks:
        tasks.start_soon(keep_saying, bus, "a fox")
        lines = [(await printed.receive_until(b"\n", 1000)).decode().split() for _ in range(20)]
        tasks.cancel_scope.cancel()
    assert {line[2] for line in lines} == {"speech.final", "speech.partial"}
    assert all(line[3:] == ["-", "a", "fox"] for line in lines)


async def test_watching_gives_programs_whole_events(hand: Hand, bus: Bus) -> None:
    async with watching(hand, "*.final", "--json") as printed, anyio.create_task_group() as tasks:
        tasks.start_soon(keep_saying, bus, "\x1b[2J")
        event = json.loads(await printed.receive_until(b"\n", 1000))
        tasks.cancel_scope.cancel()
    assert event["topic"] == "speech.final"
    assert event["text"] == "\x1b[2J"


async def test_a_picture_is_traced_back_to_the_words(hand: Hand) -> None:
    async with open_bus("story", run=hand.installation.run, journals=hand.installation.journals) as bus:
        shown = await tell(bus)
    for wanted in (shown.id, short(shown.id), "scene.shown"):
        lines = (await run(hand, "trace", wanted)).stdout.splitlines()
        assert [line.split()[2] for line in lines] == FOX
    assert lines[0].endswith("a fox")
    whole = (await run(hand, "trace", "scene.shown", "--json")).stdout.splitlines()
    assert [json.loads(line)["topic"] for line in whole] == FOX


async def test_a_trace_of_nothing_says_why(hand: Hand) -> None:
    assert hand.refused("trace", "story:1.1")[0].startswith("no event 'story:1.1' is in the journals")
    assert "live events are in no journal" in hand.refused("trace", "image~4")[0]
    assert hand.refused("trace", "scene.shown")[0].startswith("no scene.shown is in the journals")


async def test_a_broken_trail_is_named(hand: Hand, bus: Bus) -> None:
    await bus.publish(SpeechFinal(text="x", cause="gone:5"))
    done = await run(hand, "trace", "speech.final")
    assert "caused by gone:5, which is in no journal any more" in done.stderr
