"""How long one event takes: to be recorded, to arrive, and to be answered."""

import statistics
from functools import partial

import msgspec

from benchmarks.bus.measures import (
    Measure,
    Row,
    Rows,
    Series,
    compared,
    microseconds,
    per_second,
    quantile,
    rounds,
    single,
)
from benchmarks.bus.stage import Orders, Result, stage

WARM_UP = 0.1
"""The share of a run that does not count."""
AT_ONCE = 64


def oneway(quick: bool) -> Rows:
    """Compare the way of an event at a thousand a second."""
    orders = Orders(count=500 if quick else 1_500)
    log = msgspec.structs.replace(orders, log=True)
    cases = {"live": partial(one_way, "ways", orders), "log": partial(one_way, "ways", log)}
    found = rounds(partial(one_way, "raw", orders), cases, 1 if quick else 5)
    return {
        "one way at 1,000/s, live, p50": compared(found["live"], microseconds, (1.25, 1.05), at_least=False),
        "one way at 1,000/s, log (recorded, then sent), p50": compared(
            found["log"], microseconds, (2.2, 1.6), at_least=False
        ),
    }


def one_way(kind: str, orders: Orders) -> Measure:
    """Return how long the median event was on its way."""
    with stage() as on:
        reader = on.play(f"{kind}:note", orders)
        on.play(f"{kind}:pace", orders)
        result = reader.result()
    return Measure(middle(result), lost=result.lost)


def publish(quick: bool) -> Rows:
    """Say how long `await publish` takes, one at a time, while somebody listens."""
    medians, tails = [], []
    for _ in range(1 if quick else 3):
        with stage() as on:
            on.play("ways:hear", Orders(log=True))
            waits = on.play("ways:publish", Orders(count=2_000 if quick else 20_000)).result().waits
        medians.append(quantile(waits, 0.5) * 1e3)
        tails.append(quantile(waits, 0.999) * 1e3)
    return {
        "`await publish`, log, one at a time, p50": single(medians, "ms", (0.3, 0.15)),
        "`await publish`, log, one at a time, p99.9": single(tails, "ms", (10.0, 5.0)),
    }


def reply(quick: bool) -> Rows:
    """Compare question and answer with a round trip."""
    orders = Orders(count=500 if quick else 3_000)
    log = msgspec.structs.replace(orders, log=True)
    many = Orders(count=2_000 if quick else 20_000, window=AT_ONCE, log=True)
    trips: list[Result] = []

    def raw() -> Measure:
        trips.append(asked("raw:echo", "raw:ask", orders))
        return Measure(middle(trips[-1]))

    def at_once() -> Measure:
        result = asked("ways:answer", "ways:ask_many", many)
        return Measure(result.events / result.seconds)

    cases = {
        "live": lambda: Measure(middle(asked("ways:answer", "ways:ask", orders))),
        "log": lambda: Measure(middle(asked("ways:answer", "ways:ask", log))),
        "many": at_once,
    }
    found = rounds(raw, cases, 1 if quick else 5)
    return {
        "request → reply, live, p50": compared(found["live"], microseconds, (1.6, 1.3), at_least=False),
        "request → reply, log, p50": compared(found["log"], microseconds, (3.0, 2.0), at_least=False),
        f"request → reply, log, {AT_ONCE} in flight": in_flight(found["many"], trips),
    }


def in_flight(series: Series, trips: list[Result]) -> Row:
    """Compare a rate of answers with that of raw round trips, one after the other, before and after each."""
    rates = [trip.events / trip.seconds for trip in trips]
    beside = Series()
    for number, ours in enumerate(series.ours):
        place = 3 * number + 2
        beside.add(ours, Measure(rates[place]), Measure(rates[place + 1]))
    return compared(beside, per_second, (4.0, 8.0), at_least=True)


def asked(answerer: str, asker: str, orders: Orders) -> Result:
    """Let one process ask another."""
    with stage() as on:
        on.play(answerer, orders)
        return on.play(asker, orders).result()


def middle(result: Result) -> float:
    """Return the median wait, the beginning left out."""
    return statistics.median(result.waits[int(len(result.waits) * WARM_UP) :])
