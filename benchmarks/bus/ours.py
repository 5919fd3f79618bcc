"""The bus, used as any service uses it: one that tells, and those that listen."""

import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel

from benchmarks.bus.board import DONE, READY, STEP, TOTAL, Board, Credit
from benchmarks.bus.kinds import SAME, TEXT, TURN, VISITS, Shown, Told
from benchmarks.bus.play import say
from benchmarks.bus.raw import open_board
from benchmarks.bus.stage import Orders, Result
from bus import Bus, Full, Subscription, open_bus
from bus.api import EventT

KEEP = 100_000
"""More than is ever on its way: nothing is dropped for having been read late."""
SILENCE = 2.0
"""Seconds without news after which the rest does not come any more."""

Part = Callable[[Orders], Coroutine[Any, Any, Result]]


def played(part: Part) -> Callable[[Orders], Result]:
    """Make a part one that runs an event loop of its own."""

    @wraps(part)
    def play(orders: Orders) -> Result:
        return anyio.run(part, orders)

    return play


@asynccontextmanager
async def joined(orders: Orders, name: str) -> AsyncIterator[Bus]:
    """Join the mesh of a measurement."""
    folder = Path(orders.folder)
    async with open_bus(name, run=folder / "run", journals=folder / "journal") as bus:
        yield bus


@played
async def pour(orders: Orders) -> Result:
    """Post a turn's events, let the loop go round, and so on."""
    board = open_board(orders)
    credit = Credit(board, orders.readers, orders.window)
    async with joined(orders, "teller") as bus:
        say("ready")
        post_turn = post_log if orders.log else post_live
        visits = SAME if orders.coalesced else VISITS
        sent, begin, used = 0, time.monotonic(), time.process_time()
        while time.monotonic() - begin < orders.seconds:
            await credit.grant(sent + TURN)
            await post_turn(bus, sent, visits)
            sent += TURN
            await anyio.lowlevel.checkpoint()
        until = time.monotonic()
        result = Result(events=sent, seconds=until - begin, processor=time.process_time() - used, until=until)
        board.slots[TOTAL] = sent
        await board.until_all_are(DONE, orders.readers)
    return result


async def post_live(bus: Bus, sent: int, visits: tuple[str, ...]) -> None:
    """Post one turn's events on the live lane."""
    post = bus.post
    for number, visit in enumerate(visits, sent + 1):
        post(Shown(number=number, text=TEXT, visit=visit))


async def post_log(bus: Bus, sent: int, visits: tuple[str, ...]) -> None:
    """Post one turn's events on the log lane, and wait where there is no room."""
    post = bus.post
    for number, visit in enumerate(visits, sent + 1):
        event = Told(number=number, text=TEXT, visit=visit)
        try:
            post(event)
        except Full:
            await bus.publish(event)


class Heard:
    """How far a reader is."""

    def __init__(self) -> None:
        self.count = 0
        self.first = 0
        """How many had come when the clock was started."""
        self.begin = 0.0
        self.end = 0.0
        self.used = 0.0
        self.first_used = 0.0
        self.astray = 0
        """How often an event was not the one whose turn it was."""

    def step(self, count: int, number: int) -> None:
        """Note that so many events came, and the number of the newest. The first time starts the clock."""
        self.end, self.used = time.monotonic(), time.process_time()
        if not self.first:
            self.first, self.begin, self.first_used = count, self.end, self.used
        self.count = count
        self.astray += number != count

    def all(self, total: int) -> bool:
        """Say whether everything has come, or nothing for so long that nothing will."""
        return total > 0 and (self.count >= total or time.monotonic() - self.end > SILENCE)

    def result(self, total: int, repairs: int) -> Result:
        """Return what it comes to."""
        return Result(
            events=self.count - self.first,
            seconds=self.end - self.begin,
            processor=self.used - self.first_used,
            lost=abs(total - self.count) or self.astray,
            until=self.end,
            repairs=repairs,
        )


Listen = Callable[[Subscription[EventT], Board, int, Heard], Coroutine[Any, Any, None]]


async def hear(orders: Orders, kind: type[EventT], listen: Listen[EventT]) -> Result:
    """Hear everything of a kind until it is over."""
    board, heard = open_board(orders), Heard()
    async with (
        joined(orders, f"listener-{orders.reader}") as bus,
        bus.subscribe(kind, keep=KEEP) as events,
        anyio.create_task_group() as tasks,
    ):
        say("ready")
        tasks.start_soon(listen, events, board, orders.reader, heard)
        await board.until(lambda: heard.all(board.slots[TOTAL]))
        tasks.cancel_scope.cancel()
        repairs = int(str(bus.reports["bus"]()["repairs"]))
        board.slots[READY + orders.reader] = DONE
    return heard.result(board.slots[TOTAL], repairs)


@played
async def drain(orders: Orders) -> Result:
    """Hear all sentences until it is over."""
    return await hear(orders, Told, count) if orders.log else await hear(orders, Shown, count)


async def count(events: Subscription[Told] | Subscription[Shown], board: Board, reader: int, heard: Heard) -> None:
    """Count events, and say from time to time how far it is."""
    number = 0
    async for event in events:
        number += 1
        if number % STEP == 0:
            heard.step(number, event.number)
            board.note(reader, event.number)
