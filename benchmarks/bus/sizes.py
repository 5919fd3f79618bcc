"""What is large, what is not wanted, and what it costs to be there."""

import time
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from benchmarks.bus.measures import Rows, compared, missing, rounds, single
from benchmarks.bus.past import FIRST, FRESH, JOURNALS, QUESTIONS
from benchmarks.bus.pictures import AT_ONCE, SIZE
from benchmarks.bus.stage import Orders, stage
from benchmarks.bus.throughput import run
from benchmarks.processes import memory

BLOB = "1.5 MB on the live lane, against base64 JSON + pydantic"
RATE = 20_000


def blob(quick: bool) -> Rows:
    """Compare large frames with what a program does that has not thought about it."""
    if find_spec("pydantic") is None:
        return {BLOB: missing("pydantic")}
    orders = Orders(seconds=0.5 if quick else 2.0, window=AT_ONCE)
    found = rounds(partial(run, "inline", orders), {BLOB: partial(run, "pictures", orders)}, 1 if quick else 5)
    row = compared(found[BLOB], megabytes, (15.0, 20.0), at_least=True)
    return {BLOB: row}


def megabytes(frames: float) -> str:
    """Show a rate of large frames."""
    return f"{frames * SIZE / 1e6:.0f} MB/s"


def wanted(quick: bool) -> Rows:
    """Say what a listener pays for one of 200 topics while all of them are busy."""
    shares = []
    orders = Orders(seconds=2.0 if quick else 10.0)
    for _ in range(1 if quick else 3):
        with stage() as on:
            reader = on.play("topics:drain", orders)
            sender = on.play("topics:pour", orders).result()
            heard = reader.result()
        shares.append(100 * heard.processor / heard.seconds)
        rate = sender.events / sender.seconds
        note = f"{rate:,.0f}/s were sent, {heard.events / heard.seconds:,.0f}/s heard"
    return {"1 of 200 topics wanted at 20,000/s, subscriber": single(shares, "% of a core", (3.0, 2.5), note)}


def history(quick: bool) -> Rows:
    """Say how long it takes to get the first thousand answers to a question about a million events."""
    events = 40_000 if quick else 1_000_000
    with stage() as on:
        on.play("past:build", Orders(count=events)).result()
        found = on.play("past:look", Orders()).result()
    waits = [wait * 1e3 for wait in found.waits]
    words = ", ".join(f"{name} {wait:.3g}" for name, wait in zip(QUESTIONS, waits, strict=True))
    slowest = f"first {FIRST:,} of {events:,} events in {JOURNALS} journals, the slowest question"
    return {
        slowest: single([max(waits)], "ms", (50.0, 10.0), f"ms by {words}"),
        f"not found in the history when `publish` returned, of {FRESH}": single(
            [float(found.lost)], "events", (0.0, 0.0)
        ),
    }


def idle(quick: bool) -> Rows:
    """Say what a process is like that only listens: how soon it is there, and what it occupies."""
    starts, sizes = [], []
    for number in range(3 if quick else 10):
        with stage() as on:
            begin = time.monotonic()
            client = on.run("idle")
            starts.append((float(client.line()) - begin) * 1e3)
            client.line()
            if number < 3:
                time.sleep(1.0)
                sizes.append(memory([Path(f"/proc/{client.process.pid}")], "Rss"))
    return {
        "idle client, resident memory": single(sizes, "MB", (32.0, 27.0)),
        "start of a process to its running loop with sockets": single(starts, "ms", (180.0, 120.0)),
    }
