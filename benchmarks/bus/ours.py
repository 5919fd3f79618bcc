"""The bus, used as any service uses it: one that tells, and those that listen."""

import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import msgspec

from benchmarks.bus.board import DONE, READY, STEP, TOTAL, Board, Credit
from benchmarks.bus.kinds import ALONE, TEXT, TOGETHER, TURN, Shown, Told
from benchmarks.bus.play import say
from benchmarks.bus.raw import open_board
from benchmarks.bus.stage import Orders, Result
from bus import Bus, Full, Subscription, open_bus
from bus.api import EventT

KEEP = 100_000
"""More than is ever on its way: nothing is dropped for having been read late."""
VISIT = "visit-1"
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
        kinds = TOGETHER if orders.coalesced else ALONE
        sent, begin, used = 0, time.monotonic(), time.process_time()
        while time.monotonic() - begin < orders.seconds:
            await credit.grant(sent + TURN)
            if orders.log:
                await post_log(bus, sent)
            else:
                post_live(bus, sent, kinds)
            sent += TURN
            await anyio.lowlevel.checkpoint()
        until = time.monotonic()
        result = Result(events=sent, seconds=until - begin, processor=time.process_time() - used, until=until)
        board.slots[TOTAL] = sent
        result = msgspec.structs.replace(result, frames=frames(bus))
        await board.until_all_are(DONE, orders.readers)
    return result


def frames(bus: Bus) -> int:
    """Return how many frames a participant has sent."""
    return sum(int(str(report().get("frames", 0))) for name, report in bus.reports.items() if name.startswith("topic "))


def post_live(bus: Bus, sent: int, kinds: list[type[Shown]]) -> None:
    """Post one turn's events on the live lane."""
    post = bus.post
    for number, kind in enumerate(kinds, sent + 1):
        post(kind(number=number, text=TEXT, visit=VISIT))


async def post_log(bus: Bus, sent: int) -> None:
    """Post one turn's events on the log lane, and wait where there is no room."""
    post = bus.post
    for number in range(sent + 1, sent + TURN + 1):
        event = Told(number=number, text=TEXT, visit=VISIT)
        try:
            post(event)
        except Full:
            await bus.room()
            post(event)


class Heard:
    """How far a reader is."""

    def __init__(self) -> None:
        self.count = 0
        self.first = 0
        """How many had come when the clock was started."""
        self.begin = 0.0
        self.end = 0.0
        self.used = 0.0
        """Seconds of a core until the clock was started."""
        self.astray = 0
        """How often an event was not the one whose turn it was."""

    def step(self, count: int, number: int) -> None:
        """Note that so many events came, and the number of the newest. The first time starts the clock."""
        self.end = time.monotonic()
        if not self.first:
            self.first, self.begin, self.used = count, self.end, time.process_time()
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
            processor=time.process_time() - self.used,
            lost=abs(total - self.count) or self.astray,
            until=self.end,
            repairs=repairs,
        )


Listen = Callable[[Subscription[EventT], Board, int, Heard], Coroutine[Any, Any, None]]


async def hear(orders: Orders, kinds: Sequence[type[EventT]], listen: Listen[EventT]) -> Result:
    """Hear everything of some kinds until it is over."""
    board, heard = open_board(orders), Heard()
    async with (
        joined(orders, f"listener-{orders.reader}") as bus,
        bus.subscribe(*kinds, keep=KEEP) as events,
        anyio.create_task_group() as tasks,
    ):
        say("ready")
        tasks.start_soon(listen, events, board, orders.reader, heard)
        await board.until(lambda: heard.all(board.slots[TOTAL]))
        result = heard.result(board.slots[TOTAL], int(str(bus.reports["bus"]()["repairs"])))
        tasks.cancel_scope.cancel()
        board.slots[READY + orders.reader] = DONE
    return result


@played
async def drain(orders: Orders) -> Result:
    """Hear all sentences until it is over."""
    if orders.log:
        return await hear(orders, [Told], count)
    return await hear(orders, [Shown] if orders.coalesced else ALONE, count)


async def count(events: Subscription[Told] | Subscription[Shown], board: Board, reader: int, heard: Heard) -> None:
    """Count events, and say from time to time how far it is."""
    number = 0
    async for event in events:
        number += 1
        if number % STEP == 0:
            heard.step(number, event.number)
            board.note(reader, event.number)
