"""Many topics on the live lane, of which a listener wants one."""

import time

import anyio

from benchmarks.bus.board import DONE, TOTAL, Board
from benchmarks.bus.kinds import MANY, TEXT, TOPICS, Shown
from benchmarks.bus.ours import Heard, hear, joined, played
from benchmarks.bus.play import say
from benchmarks.bus.raw import open_board
from benchmarks.bus.stage import Orders, Result
from bus import Subscription

RATE = 20_000
WANTED = 7


@played
async def pour(orders: Orders) -> Result:
    """Post on all topics in turn."""
    board = open_board(orders)
    async with joined(orders, "teller") as bus:
        say("ready")
        sent, begin = 0, time.monotonic()
        while time.monotonic() - begin < orders.seconds:
            due = int((time.monotonic() - begin) * RATE)
            for number in range(sent, due):
                bus.post(MANY[number % TOPICS](number=number // TOPICS + 1, text=TEXT))
            sent = max(sent, due)
            await anyio.sleep(0.001)
        seconds = time.monotonic() - begin
        board.slots[TOTAL] = (sent - 1 - WANTED) // TOPICS + 1
        await board.until_all_are(DONE, 1)
    return Result(events=sent, seconds=seconds)


@played
async def drain(orders: Orders) -> Result:
    """Hear one of the topics until it is over."""
    return await hear(orders, [MANY[WANTED]], count)


async def count(events: Subscription[Shown], board: Board, reader: int, heard: Heard) -> None:
    """Count every event."""
    number = 0
    async for event in events:
        number += 1
        heard.step(number, event.number)
        board.note(reader, number)
