"""The usual way for an event loop: zmq.asyncio, with the same sentences encoded by msgspec."""

import time

import anyio
import msgspec
import zmq.asyncio

from benchmarks.bus.board import HEARS, PORT, READY, STEP, TOTAL, Board, Credit
from benchmarks.bus.kinds import TEXT, TURN, Shown
from benchmarks.bus.ours import VISIT, Heard, played
from benchmarks.bus.raw import LINGER_MS, OVER, PIPE, PROBE, open_board
from benchmarks.bus.stage import Orders, Result


@played
async def pour(orders: Orders) -> Result:
    """Send a turn's sentences, and so on."""
    board = open_board(orders)
    credit = Credit(board, orders.readers, orders.window)
    with zmq.asyncio.Context() as context, context.socket(zmq.PUB) as socket:
        socket.setsockopt(zmq.SNDHWM, PIPE)
        socket.setsockopt(zmq.LINGER, LINGER_MS)
        board.slots[PORT] = socket.bind_to_random_port("tcp://127.0.0.1")
        while not board.all_are(HEARS, orders.readers):
            await socket.send(PROBE)
            await anyio.sleep(0.001)
        sent, begin, used = 0, time.monotonic(), time.process_time()
        while time.monotonic() - begin < orders.seconds:
            await credit.grant(sent + TURN)
            for number in range(sent + 1, sent + TURN + 1):
                await socket.send(msgspec.msgpack.encode(sentence(number)))
            sent += TURN
        result = Result(events=sent, seconds=time.monotonic() - begin, processor=time.process_time() - used)
        board.slots[TOTAL] = sent
        await socket.send(OVER)
    return result


@played
async def drain(orders: Orders) -> Result:
    """Receive until it is over."""
    board, heard, count = open_board(orders), Heard(), 0
    decoder = msgspec.msgpack.Decoder(Shown)
    with zmq.asyncio.Context() as context, context.socket(zmq.SUB) as socket:
        socket.setsockopt(zmq.RCVHWM, PIPE)
        socket.setsockopt(zmq.SUBSCRIBE, b"")
        socket.connect(f"tcp://127.0.0.1:{board.wait(PORT)}")
        message = await socket.recv()
        board.slots[READY + orders.reader] = HEARS
        while message != OVER:
            if message != PROBE:
                count += 1
                note(board, orders.reader, heard, count, decoder.decode(message).number)
            message = await socket.recv()
    return heard.result(board.slots[TOTAL], 0)


def sentence(number: int) -> Shown:
    """Return a sentence, stamped as the bus stamps its events."""
    return Shown(
        id=f"teller~{number}",
        time=time.time(),
        clock=time.monotonic(),
        source="teller",
        number=number,
        text=TEXT,
        visit=VISIT,
    )


def note(board: Board, reader: int, heard: Heard, count: int, number: int) -> None:
    """Say from time to time how far it is."""
    if count % STEP == 0:
        heard.step(count, number)
        board.note(reader, number)
