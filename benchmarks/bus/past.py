"""Asking for what was said, in journals that hold a lot."""

import statistics
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from benchmarks.bus import journals
from benchmarks.bus.kinds import TEXT, Told
from benchmarks.bus.ours import joined, played
from benchmarks.bus.play import say
from benchmarks.bus.stage import Orders, Result
from bus import Bus
from schemas import Event, topic_of

JOURNALS = 8
FIRST = 1_000
TIMES = 5
FRESH = 100
QUESTIONS = ("topic", "source", "visit", "cause", "time", "time and topic", "the newest")

Question = Callable[[], Awaitable[list[Event]]]


def build(orders: Orders) -> Result:
    """Write the journals."""
    say("ready")
    begin = time.monotonic()
    journals.build(Path(orders.folder) / "journal", JOURNALS, orders.count)
    return Result(events=orders.count, seconds=time.monotonic() - begin)


@played
async def look(orders: Orders) -> Result:
    """Return the median time of each question, and how many events were not found right after being published."""
    async with joined(orders, "reader") as bus:
        say("ready")
        questions = await about(bus)
        waits = [await asked(question) for question in questions]
        missed = 0
        for number in range(FRESH):
            told = await bus.publish(Told(number=number, text=TEXT, visit=f"fresh-{number}"))
            missed += await bus.history(visit=told.visit) != [told]
    return Result(events=len(waits), waits=waits, lost=missed)


async def about(bus: Bus) -> list[Question]:
    """Return the questions, in their order, about something that is there."""
    newest = await bus.history(limit=FIRST, newest=True)
    (oldest,) = await bus.history(limit=1)
    one = next(event for event in newest if event.cause)
    since, topic = (oldest.time + one.time) / 2, topic_of(type(one))
    return [
        partial(bus.history, topics=(topic,), limit=FIRST),
        partial(bus.history, source=one.source, limit=FIRST),
        partial(bus.history, visit=one.visit, limit=FIRST),
        partial(bus.history, cause=one.cause, limit=FIRST),
        partial(bus.history, since=since, limit=FIRST),
        partial(bus.history, since=since, topics=(topic,), limit=FIRST),
        partial(bus.history, newest=True, limit=FIRST),
    ]


async def asked(question: Question) -> float:
    """Return the median time that a question takes."""
    waits = []
    for _ in range(TIMES):
        begin = time.monotonic()
        if not await question():
            raise SystemExit("a question without an answer")
        waits.append(time.monotonic() - begin)
    return statistics.median(waits)
