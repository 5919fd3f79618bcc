"""Large events on the live lane. The listener touches every page of them."""

import time

import anyio.lowlevel

from benchmarks.bus.board import DONE, TOTAL, Board, Credit
from benchmarks.bus.kinds import Picture
from benchmarks.bus.ours import Heard, hear, joined, played
from benchmarks.bus.play import say
from benchmarks.bus.raw import open_board
from benchmarks.bus.stage import Orders, Result
from bus import Subscription

SIZE = 1_500_000
AT_ONCE = 8
"""Pictures that may be on their way."""
PAGE = 4_096
PIXELS = bytes(range(250)) * (SIZE // 250)


@played
async def pour(orders: Orders) -> Result:
    """Post one picture in each turn of the loop."""
    board = open_board(orders)
    credit = Credit(board, orders.readers, orders.window)
    async with joined(orders, "teller") as bus:
        say("ready")
        sent, begin, used = 0, time.monotonic(), time.process_time()
        while time.monotonic() - begin < orders.seconds:
            sent += 1
            await credit.grant(sent)
            bus.post(Picture(number=sent, pixels=PIXELS))
            await anyio.lowlevel.checkpoint()
        result = Result(events=sent, seconds=time.monotonic() - begin, processor=time.process_time() - used)
        board.slots[TOTAL] = sent
        await board.until_all_are(DONE, orders.readers)
    return result


@played
async def drain(orders: Orders) -> Result:
    """Look at all pictures until it is over."""
    return await hear(orders, [Picture], look)


async def look(events: Subscription[Picture], board: Board, reader: int, heard: Heard) -> None:
    """Look at each picture."""
    count = 0
    async for picture in events:
        count += 1
        touch(picture.pixels)
        heard.step(count, picture.number)
        board.note(reader, picture.number)


def touch(pixels: bytes) -> None:
    """Read a byte of every page, and see that it ends as it should."""
    if len(pixels) != SIZE or len(pixels[::PAGE]) < SIZE // PAGE or pixels[-1] != PIXELS[-1]:
        raise SystemExit("a picture is damaged")
