"""Many at once: those who live for a moment, those who come and go, those who all speak, and those who stand still."""

import random
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager

import anyio
import pytest

from bus import Bus, Subscription
from schemas import Event, ImageReady, ImageRequest, SpeechFinal, StoryBeat, because
from tests.bus.ledger import all_recorded, by_source, check_piece, lines, lost, note, notes, recorded, same, talk
from tests.bus.mesh import Mesh, Player, picture, take

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def two_listeners(mesh: Mesh) -> AsyncIterator[tuple[Bus, list[str], Player]]:
    """Yield a bus, what it hears, and a process that notes what it hears as `away`."""
    heard: list[str] = []
    async with (
        mesh.player("away", "hear", str(notes(mesh, "away"))) as away,
        mesh.open("display") as display,
        display.subscribe(StoryBeat, SpeechFinal) as events,
        anyio.create_task_group() as tasks,
    ):
        assert await away.line() == "ready"
        tasks.start_soon(note, events, heard)
        yield display, heard, away
        tasks.cancel_scope.cancel()


async def both_heard_all(mesh: Mesh, heard: list[str]) -> None:
    """Raise unless two listeners heard everything that is recorded."""
    said = recorded(mesh)
    await same(lambda: heard, said)
    await same(lambda: lines(notes(mesh, "away")), said)


@pytest.mark.parametrize("rounds", [2, pytest.param(12, marks=pytest.mark.trial)])
async def test_processes_that_live_for_one_sentence_are_heard(mesh: Mesh, rounds: int) -> None:
    """Half of them are hands, half have names; the names of one round are taken again in the next."""
    async with two_listeners(mesh) as (display, heard, _):
        for _ in range(rounds):
            async with anyio.create_task_group() as crowd:
                for number in range(6):
                    crowd.start_soon(come_and_go, mesh, f"once-{number}", "tell", "1")
                    crowd.start_soon(come_and_go, mesh, "hand", "one thing")
        assert sum(len(ids) for ids in recorded(mesh).values()) == 12 * rounds
        await both_heard_all(mesh, heard)
        assert lost(display) == 0


async def come_and_go(mesh: Mesh, *words: str) -> None:
    """Start a process that ends by itself."""
    async with mesh.player(*words) as player:
        assert await player.end() == 0


@pytest.mark.parametrize("rounds", [3, pytest.param(40, marks=pytest.mark.trial)])
async def test_those_who_come_and_go_by_the_dozen_disturb_nobody_and_miss_nothing(mesh: Mesh, rounds: int) -> None:
    guests = notes(mesh, "guests")
    guests.mkdir()
    said: list[str] = []
    async with two_listeners(mesh) as (display, heard, _), mesh.open("story") as story:
        async with anyio.create_task_group() as talking:
            talking.start_soon(talk, story, said)
            async with anyio.create_task_group() as crowd:
                for house in range(3):
                    crowd.start_soon(come_and_go, mesh, f"house-{house}", "party", str(guests), "4", str(rounds))
            talking.cancel_scope.cancel()
        await all_recorded(story)
        everything = recorded(mesh)
        assert everything["story"] == said
        await both_heard_all(mesh, heard)
        assert lost(display) == 0
    stays = sorted(guests.iterdir())
    assert len(stays) == 12 * rounds
    for stay in stays:
        for source, ids in by_source(lines(stay)).items():
            check_piece(ids, everything[source])


@pytest.mark.parametrize(
    ("processes", "voices", "count"), [(4, 5, 500), pytest.param(20, 1, 5_000, marks=pytest.mark.trial)]
)
async def test_twenty_at_once_are_heard_by_all_in_the_order_of_each(
    mesh: Mesh, processes: int, voices: int, count: int
) -> None:
    async with two_listeners(mesh) as (display, heard, _):
        async with anyio.create_task_group() as choir:
            for number in range(processes):
                choir.start_soon(come_and_go, mesh, f"voice-{number}", "choir", str(voices), str(count))
        said = recorded(mesh)
        assert [len(ids) for ids in said.values()] == [count] * 20
        await both_heard_all(mesh, heard)
        assert lost(display) == 0


@contextmanager
def stopped(*players: Player) -> Iterator[None]:
    """Stop processes for a while."""
    for player in players:
        player.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for player in players:
            player.process.send_signal(signal.SIGCONT)


async def test_beside_stopped_peers_everything_goes_the_way_it_goes_without_them(mesh: Mesh) -> None:
    """Compare what is heard and how often anything had to be recovered: one listens and one speaks when it stops."""
    alone = await exchange(mesh)
    async with (
        mesh.player("away", "hear", str(notes(mesh, "away"))) as away,
        mesh.player("mic", "pour") as mic,
    ):
        await away.line()
        await mic.line()
        with stopped(away, mic):
            assert await exchange(mesh) == alone


async def test_a_stopped_process_keeps_its_name(mesh: Mesh) -> None:
    async with mesh.player("story", "hold") as story:
        await story.line()
        with stopped(story):
            async with mesh.player("story", "hold") as other:
                assert await other.line() == f"`story` is running already, as process {story.process.pid}"
                assert await other.end() == 3


async def exchange(mesh: Mesh) -> tuple[list[tuple[str, str]], int]:
    """Join, ask and answer; return what was heard in which order, and how often it had to be recovered."""
    async with (
        mesh.open("story") as story,
        mesh.open("image") as image,
        story.subscribe(ImageRequest, ImageReady) as talks,
        image.subscribe(ImageRequest) as requests,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(paint, image, requests)
        heard: list[Event] = []
        for number in range(300):
            await story.publish(ImageRequest(scene=str(number)))
            heard += await take(talks, 2)
        tasks.cancel_scope.cancel()
        recoveries = [bus.reports["bus"]()["repairs"] for bus in (story, image)]
    return [(type(event).__name__, event.source) for event in heard], sum(int(str(one)) for one in recoveries)


async def paint(bus: Bus, requests: Subscription[ImageRequest]) -> None:
    """Answer everything, until cancelled."""
    async for request in requests:
        await bus.publish(because(request, picture()))


@pytest.mark.parametrize("stops", [10, pytest.param(100, marks=pytest.mark.trial)])
async def test_those_who_are_stopped_again_and_again_miss_nothing(mesh: Mesh, stops: int) -> None:
    dice = random.Random("stops")
    said: list[str] = []
    async with two_listeners(mesh) as (_, heard, away), mesh.open("story") as story, AsyncExitStack() as stack:
        mic = await stack.enter_async_context(mesh.player("mic", "weave", str(notes(mesh, "mic"))))
        await mic.line()
        async with anyio.create_task_group() as talking:
            talking.start_soon(talk, story, said)
            for _ in range(stops):
                with stopped(dice.choice([away, mic])):
                    await anyio.sleep(dice.random() * 0.2)
                await anyio.sleep(dice.random() * 0.1)
            talking.cancel_scope.cancel()
        mic.process.kill()
        await mic.end()
        await all_recorded(story)
        assert recorded(mesh)["story"] == said
        await both_heard_all(mesh, heard)
