"""Requests survive whatever happens to the service that answers them, and each is answered once."""

import random
import time

import anyio
import anyio.to_thread
import msgspec
import pytest

from bus.journal.journal import Batch, Journal
from bus.parcel import Parcel
from bus.wire import encode
from schemas import Cancelled, ImageReady, ImageRequest, Reply, topic_of
from tests.actor.lives import Lives, until

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("kills", [5, pytest.param(100, marks=pytest.mark.trial)])
async def test_every_request_is_answered_once_however_often_the_service_is_killed(kills: int) -> None:
    lives, dice = Lives(), random.Random(kills)
    asked: list[str] = []
    for _ in range(kills):
        with lives.life(concurrent=2) as process:
            asked += [each.id for each in await lives.ask(*(ImageRequest(scene="fox") for _ in range(8)))]
            await anyio.sleep(dice.uniform(0.2, 0.7))
            process.kill()
            await anyio.to_thread.run_sync(process.wait)
    with lives.life():
        await anyio.to_thread.run_sync(until, lambda: len(lives.counts()) == len(asked))
    assert lives.counts() == dict.fromkeys(asked, 1)


async def test_what_expires_while_the_service_is_dead_is_answered_once_and_so_is_what_was_in_hand() -> None:
    lives = Lives()
    waiting = [ImageRequest(scene=f"wait {name}", within=2.0) for name in ("one", "two")]
    (first,) = await lives.ask(ImageRequest(scene="fox"))
    with lives.life() as process:
        await anyio.to_thread.run_sync(until, lambda: lives.reply(first))
        late = await lives.ask(*waiting)
        await anyio.to_thread.run_sync(until, (lives.folder / "one.begun").exists)
        process.kill()
        await anyio.to_thread.run_sync(process.wait)
    while time.monotonic() < late[-1].clock + 2.0:
        await anyio.sleep(0.05)
    (fresh,) = await lives.ask(ImageRequest(scene="fox"))
    for _ in range(2):
        with lives.life() as process:
            await anyio.to_thread.run_sync(until, lambda: lives.reply(fresh))
            process.terminate()
            await anyio.to_thread.run_sync(process.wait)
        assert lives.counts() == dict.fromkeys((each.id for each in (first, *late, fresh)), 1)
    assert [reason(lives.reply(each)) for each in late] == ["expired", "expired"]
    assert isinstance(lives.reply(fresh), ImageReady)
    assert lives.attempts() == {}


async def test_what_was_asked_before_the_machine_was_started_anew_is_expired() -> None:
    lives = Lives()
    asked = journaled(lives, ImageRequest(scene="fox", within=3600, clock=time.monotonic() + 500_000))
    (fresh,) = await lives.ask(ImageRequest(scene="fox"))
    for _ in range(2):
        with lives.life():
            await anyio.to_thread.run_sync(until, lambda: lives.reply(fresh))
    assert lives.counts() == {asked.id: 1, fresh.id: 1}
    assert reason(lives.reply(asked)) == "expired"


@pytest.mark.parametrize("name", ["", "story", "story:", "story:²", "story:99999999999999999999999", "\0:-1"])
async def test_a_request_under_an_impossible_name_breaks_nothing(name: str) -> None:
    lives = Lives()
    journaled(lives, ImageRequest(scene="fox", clock=time.monotonic()), name)
    (fresh,) = await lives.ask(ImageRequest(scene="fox"))
    with lives.life() as process:
        await anyio.to_thread.run_sync(until, lambda: lives.reply(fresh))
        process.terminate()
        assert await anyio.to_thread.run_sync(process.wait) == 0


def journaled(lives: Lives, request: ImageRequest, name: str | None = None) -> ImageRequest:
    """Write a request into a journal as no bus of ours would: at another time, or under a name of its own."""
    journal = Journal(lives.journals, "story", 0)
    number = (journal.start << 40) + 1
    name = f"story:{number}" if name is None else name
    stamped = msgspec.structs.replace(request, id=name, source="story", time=time.time())
    data = encode(stamped)
    kind = type(request)
    journal.record([Batch(parcels=[Parcel(kind, topic_of(kind), number, [data], len(data), time=stamped.time)])])
    journal.close()
    return stamped


def reason(reply: Reply | None) -> str:
    """Return why a request was dropped, or nothing."""
    return reply.reason if isinstance(reply, Cancelled) else ""
