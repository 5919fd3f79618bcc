"""What breaks its service twice is answered `failed(poison)` and kept for people; everything else is served."""

import signal
from functools import partial

import anyio.to_thread
import pytest

from bus import history, open_bus
from bus.journal import letters
from schemas import Cancelled, Failed, ImageReady, ImageRequest, Status, TurnStarted
from tests.actor.lives import Lives, until

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(("scene", "code"), [("die", -signal.SIGKILL), ("bug", 1)])
async def test_a_request_that_breaks_its_service_twice_is_set_aside(scene: str, code: int) -> None:
    lives = Lives()
    before, poison, after = await lives.ask(*(ImageRequest(scene=each) for each in ("a fox", scene, "an owl")))
    for tries in (1, 2):
        with lives.life() as process:
            assert await anyio.to_thread.run_sync(process.wait) == code
        assert lives.attempts() == {poison.id: tries}
    with lives.life() as process:
        await anyio.to_thread.run_sync(until, lambda: lives.reply(after))
        process.terminate()
        assert await anyio.to_thread.run_sync(process.wait) == 0
    assert lives.counts() == {before.id: 1, poison.id: 1, after.id: 1}
    failed = lives.reply(poison)
    assert isinstance(failed, Failed)
    assert (failed.error, failed.request) == ("poison", "image.request")
    assert failed.message == "broke `image` 2 times and is not tried again"
    assert isinstance(lives.reply(before), ImageReady)
    with history.reading(lives.journals, "image") as base:
        (letter,) = letters.read(base)
    assert (letter.topic, letter.source, letter.reason) == ("image.request", "story", failed.message)
    assert lives.attempts() == {}


async def test_poison_is_shown_in_the_status() -> None:
    lives = Lives()
    await lives.ask(ImageRequest(scene="die"))
    async with (
        open_bus("watcher", run=lives.folder / "run", journals=lives.journals) as bus,
        bus.subscribe(Status) as events,
    ):
        for _ in range(2):
            with lives.life() as process:
                await anyio.to_thread.run_sync(process.wait)
        with lives.life(), anyio.fail_after(30):
            async for status in events:
                queue = status.reports.get("queue image.request", {})
                if queue.get("poison"):
                    break
    assert status.message == "1 image.request broke it 2 times: answered failed(poison)"


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
async def test_a_service_that_is_stopped_in_good_order_was_not_broken(end: signal.Signals) -> None:
    lives = Lives()
    (request,) = await lives.ask(ImageRequest(scene="wait go", within=600))
    for _ in range(3):
        with lives.life() as process:
            await anyio.to_thread.run_sync(until, (lives.folder / "go.begun").exists)
            process.send_signal(end)
            assert await anyio.to_thread.run_sync(process.wait) == 0
        (lives.folder / "go.begun").unlink()
        assert lives.attempts() == {}
    (lives.folder / "go").touch()
    with lives.life():
        await anyio.to_thread.run_sync(until, partial(lives.reply, request))
    assert isinstance(lives.reply(request), ImageReady)


async def test_what_is_superseded_or_expires_in_hand_was_not_broken() -> None:
    lives = Lives()
    async with lives.asker() as story:
        with lives.life():
            old = await story.publish(ImageRequest(scene="wait one", visit="v", turn=1))
            await anyio.to_thread.run_sync(until, (lives.folder / "one.begun").exists)
            assert lives.attempts() == {old.id: 1}
            await story.publish(TurnStarted(visit="v", turn=2))
            late = await story.publish(ImageRequest(scene="wait two", within=0.3))
            await anyio.to_thread.run_sync(until, partial(lives.reply, late))
            assert lives.attempts() == {}
    replies = [lives.reply(request) for request in (old, late)]
    assert [reply.reason for reply in replies if isinstance(reply, Cancelled)] == ["superseded", "expired"]


async def test_all_that_is_in_hand_when_the_process_dies_is_counted() -> None:
    lives = Lives()
    innocent, poison = await lives.ask(ImageRequest(scene="wait go", within=600), ImageRequest(scene="die"))
    with lives.life(concurrent=2) as process:
        await anyio.to_thread.run_sync(process.wait)
    assert lives.attempts() == {innocent.id: 1, poison.id: 1}
