"""Another bus: a NATS server of its own for each measurement, and nats-py, with the same sentences."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import anyio
import anyio.lowlevel
import anyio.to_thread
import msgspec
import nats
from nats.aio.client import Client
from nats.aio.msg import Msg

from benchmarks.bus.board import DONE, HEARS, PORT, READY, TOTAL, Credit
from benchmarks.bus.kinds import TURN, Shown
from benchmarks.bus.neighbours import note, sentence
from benchmarks.bus.ours import Heard, played
from benchmarks.bus.raw import open_board
from benchmarks.bus.stage import Orders, Result

SUBJECT = "bench"
NO_LIMIT = -1


@contextmanager
def serving() -> Iterator[int]:
    """Run a server; yield its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    with subprocess.Popen(
        ["nats-server", "--addr", "127.0.0.1", "--port", str(port)], stderr=subprocess.DEVNULL
    ) as process:
        try:
            while not listening(port):
                time.sleep(0.02)
            yield port
        finally:
            process.kill()


async def connected(port: int) -> Client:
    """Return a connection."""
    return await nats.connect(f"nats://127.0.0.1:{port}", allow_reconnect=False)


def listening(port: int) -> bool:
    """Say whether somebody listens at a port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@played
async def pour(orders: Orders) -> Result:
    """Send a turn's sentences, and so on."""
    board = open_board(orders)
    credit = Credit(board, orders.readers, orders.window)
    with serving() as port:
        client = await connected(port)
        board.slots[PORT] = port
        await board.until_all_are(HEARS, orders.readers)
        sent, begin, used = 0, time.monotonic(), time.process_time()
        while time.monotonic() - begin < orders.seconds:
            await credit.grant(sent + TURN)
            for number in range(sent + 1, sent + TURN + 1):
                await client.publish(SUBJECT, msgspec.msgpack.encode(sentence(number)))
            sent += TURN
            await anyio.lowlevel.checkpoint()
        result = Result(events=sent, seconds=time.monotonic() - begin, processor=time.process_time() - used)
        board.slots[TOTAL] = sent
        await board.until_all_are(DONE, orders.readers)
        await client.close()
    return result


@played
async def drain(orders: Orders) -> Result:
    """Hear everything until it is over."""
    board, heard, count = open_board(orders), Heard(), 0
    decoder = msgspec.msgpack.Decoder(Shown)
    client = await connected(await anyio.to_thread.run_sync(board.wait, PORT))

    async def hear(message: Msg) -> None:
        nonlocal count
        count += 1
        note(board, orders.reader, heard, count, decoder.decode(message.data).number)

    await client.subscribe(SUBJECT, cb=hear, pending_msgs_limit=NO_LIMIT, pending_bytes_limit=NO_LIMIT)
    await client.flush()
    board.slots[READY + orders.reader] = HEARS
    await board.until(lambda: heard.all(board.slots[TOTAL]))
    board.slots[READY + orders.reader] = DONE
    await client.close()
    return heard.result(board.slots[TOTAL], 0)
