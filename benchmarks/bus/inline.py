"""A picture as text in a JSON document, checked by pydantic at both ends, over blocking pyzmq."""

import base64
import time
from typing import Any

import pydantic

from benchmarks.bus.board import PORT, TOTAL, Credit
from benchmarks.bus.pictures import PIXELS, touch
from benchmarks.bus.raw import OVER, bound, connected, greet, open_board, past_probes
from benchmarks.bus.stage import Orders, Result

Inline: Any = pydantic.create_model("Inline", id=(str, ...), source=(str, ...), time=(float, ...), pixels=(str, ...))


def pour(orders: Orders) -> Result:
    """Send as fast as the credit allows."""
    board = open_board(orders)
    credit = Credit(board, orders.readers, orders.window)
    with bound(board, PORT) as socket:
        greet(board, socket, orders.readers)
        sent, begin, used = 0, time.monotonic(), time.process_time()
        while time.monotonic() - begin < orders.seconds:
            sent += 1
            credit.grant_blocking(sent)
            text = base64.b64encode(PIXELS).decode()
            picture = Inline(id=f"teller:{sent}", source="teller", time=time.time(), pixels=text)
            socket.send(picture.model_dump_json().encode())
        result = Result(events=sent, seconds=time.monotonic() - begin, processor=time.process_time() - used)
        board.slots[TOTAL] = sent
        socket.send(OVER)
    return result


def drain(orders: Orders) -> Result:
    """Receive until it is over."""
    board = open_board(orders)
    count, begin, used = 0, 0.0, 0.0
    with connected(board, PORT) as socket:
        message = past_probes(board, socket, orders.reader)
        while message != OVER:
            touch(base64.b64decode(Inline.model_validate_json(message).pixels))
            count += 1
            if count == 1:
                begin, used = time.monotonic(), time.process_time()
            board.note(orders.reader, count)
            end = time.monotonic()
            message = socket.recv()
    used = time.process_time() - used
    return Result(events=count - 1, seconds=end - begin, processor=used, lost=board.slots[TOTAL] - count)
