"""A queue answers every request exactly once, and drops what has become worthless."""

import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import anyio
import pytest

from bus import Bus, Subscription, open_bus
from schemas import (
    Asset,
    Cancel,
    Cancelled,
    Event,
    Failed,
    ImageReady,
    ImageRequest,
    Reply,
    TurnStarted,
    VisitEnded,
)
from services.actor.config import QueueConfig
from services.actor.errors import Refused
from services.actor.queue import answering

pytestmark = pytest.mark.anyio

Handler = Callable[[ImageRequest], Awaitable[Reply]]
PICTURE = Asset(path="a.jpg", media_type="image/jpeg", sha256="0", size=1)


async def at_once(request: ImageRequest) -> Reply:
    """Answer any request but one with a picture of that name."""
    if request.scene == "refused":
        raise Refused("not this")
    return ImageReady(asset=PICTURE, alt=request.scene)


class Slow:
    """A handler that goes on when the test says so."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.go = anyio.Event()
        self.busy = anyio.Event()

    async def __call__(self, request: ImageRequest) -> Reply:
        self.begun.append(request.scene)
        self.busy.set()
        await self.go.wait()
        return ImageReady(asset=PICTURE, alt=request.scene)


@pytest.fixture
def folder() -> Path:
    """Return a folder with a short path, for sockets and journals."""
    return Path(tempfile.mkdtemp(prefix="fs"))


@asynccontextmanager
async def answered(
    folder: Path, handler: Handler, concurrent: int = 1
) -> AsyncIterator[tuple[Bus, Subscription[Event]]]:
    """Yield an asker's bus and the replies that it hears, while `handler` answers."""
    async with (
        open_bus("asker", run=folder / "run", journals=folder / "journal") as asker,
        asker.subscribe(ImageReady, Failed, Cancelled) as replies,
        open_bus("image", run=folder / "run", journals=folder / "journal") as bus,
        anyio.create_task_group() as group,
    ):
        with anyio.fail_after(20):
            await group.start(partial(answering, bus, ImageRequest, handler, QueueConfig(max_concurrent=concurrent)))
            yield asker, replies
        group.cancel_scope.cancel()


async def following(replies: Subscription[Event], count: int) -> dict[str, Event]:
    """Return the next replies by the request that they answer."""
    found: dict[str, Event] = {}
    async for reply in replies:
        assert reply.cause not in found
        found[reply.cause] = reply
        if len(found) == count:
            break
    return found


async def test_a_request_is_answered_in_its_visit_and_turn(folder: Path) -> None:
    async with answered(folder, at_once) as (asker, replies):
        request = await asker.publish(ImageRequest(scene="a fox", visit="v", turn=2))
        reply = (await following(replies, 1))[request.id]
        assert isinstance(reply, ImageReady)
        assert (reply.alt, reply.visit, reply.turn) == ("a fox", "v", 2)


async def test_a_refusal_is_answered_failed_and_the_next_is_served(folder: Path) -> None:
    async with answered(folder, at_once) as (asker, replies):
        bad = await asker.publish(ImageRequest(scene="refused"))
        good = await asker.publish(ImageRequest(scene="a fox"))
        found = await following(replies, 2)
        failed = found[bad.id]
        assert isinstance(failed, Failed)
        assert (failed.error, failed.message, failed.request) == ("refused", "not this", "image.request")
        assert isinstance(found[good.id], ImageReady)


async def test_a_new_turn_drops_what_waits_and_stops_what_is_in_hand(folder: Path) -> None:
    slow = Slow()
    async with answered(folder, slow) as (asker, replies):
        old = [await asker.publish(ImageRequest(scene=f"{n}", visit="v", turn=1)) for n in range(3)]
        other = await asker.publish(ImageRequest(scene="other", visit="w", turn=1))
        await slow.busy.wait()
        await asker.publish(TurnStarted(visit="v", turn=2))
        found = await following(replies, 3)
        assert {request.id for request in old} == set(found)
        assert {reply.reason for reply in found.values() if isinstance(reply, Cancelled)} == {"superseded"}
        slow.go.set()
        assert isinstance((await following(replies, 1))[other.id], ImageReady)
        assert slow.begun == ["0", "other"]


async def test_work_of_a_visit_that_has_ended_is_dropped(folder: Path) -> None:
    slow = Slow()
    async with answered(folder, slow) as (asker, replies):
        request = await asker.publish(ImageRequest(scene="a fox", visit="v", turn=1))
        await slow.busy.wait()
        await asker.publish(VisitEnded(visit="v", turn=1))
        late = await asker.publish(ImageRequest(scene="an owl", visit="v", turn=1))
        found = await following(replies, 2)
        assert [type(found[one.id]) for one in (request, late)] == [Cancelled, Cancelled]


@pytest.mark.parametrize("whole_visit", [False, True])
async def test_a_cancel_stops_one_request_or_a_visit(folder: Path, whole_visit: bool) -> None:
    slow = Slow()
    async with answered(folder, slow) as (asker, replies):
        request = await asker.publish(ImageRequest(scene="a fox", visit="v", turn=1))
        await slow.busy.wait()
        await asker.publish(Cancel(visit="v") if whole_visit else Cancel(request=request.id))
        reply = (await following(replies, 1))[request.id]
        assert isinstance(reply, Cancelled)
        assert reply.reason == "cancelled"


async def test_a_handler_that_takes_too_long_is_stopped_and_the_next_is_served(folder: Path) -> None:
    slow = Slow()
    async with answered(folder, slow) as (asker, replies):
        late = await asker.publish(ImageRequest(scene="late", within=0.2))
        found = await following(replies, 1)
        assert found[late.id].reason == "expired"  # type: ignore[attr-defined]
        slow.go.set()
        request = await asker.publish(ImageRequest(scene="next"))
        assert isinstance((await following(replies, 1))[request.id], ImageReady)


async def test_several_are_in_hand_at_once(folder: Path) -> None:
    slow = Slow()
    async with answered(folder, slow, 3) as (asker, replies):
        for n in range(5):
            await asker.publish(ImageRequest(scene=f"{n}"))
        while len(slow.begun) < 3:
            await anyio.sleep(0.01)
        await anyio.sleep(0.05)
        assert len(slow.begun) == 3
        slow.go.set()
        assert len(await following(replies, 5)) == 5


async def test_what_was_asked_while_the_service_was_away_is_answered_once(folder: Path) -> None:
    async with open_bus("story", run=folder / "run", journals=folder / "journal") as story:
        asked = [await story.publish(ImageRequest(scene=f"{n}")) for n in range(3)]
    async with answered(folder, at_once) as (_, replies):
        assert set(await following(replies, 3)) == {request.id for request in asked}
    async with answered(folder, at_once) as (asker, replies):
        fresh = await asker.publish(ImageRequest(scene="fresh"))
        assert list(await following(replies, 1)) == [fresh.id]
