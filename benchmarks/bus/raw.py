"""The reference: blocking pyzmq, PUB to SUB over tcp, one frame of 300 bytes, and nothing but the bytes."""

import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path

import zmq

from benchmarks.bus.board import HEARS, PORT, READY, STEP, TOTAL, Board, Credit
from benchmarks.bus.kinds import TURN
from benchmarks.bus.stage import Orders, Result

STAMP = struct.Struct("<d")
REST = bytes(300 - STAMP.size)
PROBE, OVER = b"", b"over"
PIPE = 100_000
PERIOD = 0.001
LINGER_MS = 2_000

Socket = zmq.Socket[bytes]


def pour(orders: Orders) -> Result:
    """Send as fast as the credit allows."""
    board = open_board(orders)
    credit = Credit(board, orders.readers, orders.window)
    with bound(board, PORT) as socket:
        greet(board, socket, orders.readers)
        send, pack, clock, rest = socket.send, STAMP.pack, time.monotonic, REST
        sent, begin, used = 0, clock(), time.process_time()
        while clock() - begin < orders.seconds:
            credit.grant_blocking(sent + TURN)
            for _ in repeat(None, TURN):
                send(pack(clock()) + rest)
            sent += TURN
        result = Result(events=sent, seconds=clock() - begin, processor=time.process_time() - used)
        board.slots[TOTAL] = sent
        send(OVER)
    return result


def drain(orders: Orders) -> Result:
    """Receive until it is over."""
    board, reader = open_board(orders), orders.reader
    with connected(board, PORT) as socket:
        receive, clock = socket.recv, time.monotonic
        message = past_probes(board, socket, reader)
        count, begin, used = 0, clock(), time.process_time()
        end = begin
        while message != OVER:
            for _ in repeat(None, STEP - 1):
                receive()
            count += STEP
            board.note(reader, count)
            end = clock()
            message = receive()
        used = time.process_time() - used
    return Result(events=count, seconds=end - begin, processor=used, lost=board.slots[TOTAL] - count)


def pace(orders: Orders) -> Result:
    """Send a thousand a second, each with the time of its departure."""
    board = open_board(orders)
    with bound(board, PORT) as socket:
        greet(board, socket, orders.readers)
        begin = time.monotonic()
        for number in range(orders.count):
            time.sleep(max(0.0, begin + number * PERIOD - time.monotonic()))
            socket.send(STAMP.pack(time.monotonic()) + REST)
        socket.send(OVER)
    return Result(events=orders.count)


def note(orders: Orders) -> Result:
    """Note how long each message was on its way."""
    board = open_board(orders)
    waits: list[float] = []
    with connected(board, PORT) as socket:
        message = past_probes(board, socket, orders.reader)
        while message != OVER:
            waits.append(time.monotonic() - STAMP.unpack_from(message)[0])
            message = socket.recv()
    return Result(events=len(waits), waits=waits)


def ask(orders: Orders) -> Result:
    """Send, and wait until it comes back, again and again."""
    board = open_board(orders)
    waits: list[float] = []
    with bound(board, PORT) as out, connected(board, PORT + 1) as back:
        while not back.poll(5):
            out.send(PROBE)
        while back.poll(100):
            back.recv()
        begin = time.monotonic()
        for _ in range(orders.count):
            asked = time.monotonic()
            out.send(STAMP.pack(asked) + REST)
            back.recv()
            waits.append(time.monotonic() - asked)
        seconds = time.monotonic() - begin
        out.send(OVER)
    return Result(events=len(waits), seconds=seconds, waits=waits)


def echo(orders: Orders) -> Result:
    """Send back whatever comes."""
    board = open_board(orders)
    with bound(board, PORT + 1) as back, connected(board, PORT) as out:
        message = out.recv()
        while message != OVER:
            back.send(message)
            message = out.recv()
    return Result()


def open_board(orders: Orders) -> Board:
    """Return the board of a measurement."""
    return Board(Path(orders.folder), orders.bell, orders.window)


@contextmanager
def bound(board: Board, slot: int) -> Iterator[Socket]:
    """Yield a socket that sends, and say where it is."""
    with zmq.Context() as context, context.socket(zmq.PUB) as socket:
        socket.setsockopt(zmq.SNDHWM, PIPE)
        socket.setsockopt(zmq.LINGER, LINGER_MS)
        board.slots[slot] = socket.bind_to_random_port("tcp://127.0.0.1")
        yield socket


@contextmanager
def connected(board: Board, slot: int) -> Iterator[Socket]:
    """Yield a socket that receives everything."""
    with zmq.Context() as context, context.socket(zmq.SUB) as socket:
        socket.setsockopt(zmq.RCVHWM, PIPE)
        socket.setsockopt(zmq.SUBSCRIBE, b"")
        socket.connect(f"tcp://127.0.0.1:{board.wait(slot)}")
        yield socket


def greet(board: Board, socket: Socket, readers: int) -> None:
    """Send until all readers hear it."""
    while not board.all_are(HEARS, readers):
        socket.send(PROBE)
        time.sleep(0.001)


def past_probes(board: Board, socket: Socket, reader: int) -> bytes:
    """Say that this reader hears the sender, and return the first message that counts."""
    message = socket.recv()
    board.slots[READY + reader] = HEARS
    while message == PROBE:
        message = socket.recv()
    return message
