"""How many events a second: the live lane to one listener and to five, the log lane, and the neighbours."""

from functools import partial
from importlib.util import find_spec
from shutil import which

import msgspec

from benchmarks.bus.measures import Measure, Row, Rows, compared, missing, per_second, rounds, single
from benchmarks.bus.stage import Orders, Result, stage

NATS = "NATS + nats-py, no persistence, 1→1"
ZMQ = "zmq.asyncio + msgspec, 1→1"


def live(quick: bool) -> Rows:
    """Compare the live lane with one listener."""
    return live_lane(1, quick, ((0.75, 0.9), (1.5, 2.3)))


def live5(quick: bool) -> Rows:
    """Compare the live lane with five listeners."""
    return live_lane(5, quick, ((0.75, 0.9), (1.3, 1.5)))


def live_lane(readers: int, quick: bool, promises: tuple[tuple[float, float], tuple[float, float]]) -> Rows:
    """Compare one event per frame, and events that share frames."""
    orders = Orders(readers=readers, seconds=0.4 if quick else 1.0)
    shared = msgspec.structs.replace(orders, coalesced=True)
    cases = {"one event per frame": partial(run, "ours", orders), "coalesced": partial(run, "ours", shared)}
    found = rounds(partial(run, "raw", orders), cases, 1 if quick else 5)
    return {
        f"live 1→{readers}, {name}": compared(found[name], per_second, promise, at_least=True)
        for name, promise in zip(cases, promises, strict=True)
    }


def dropped(quick: bool) -> Rows:
    """Say what share of the live lane is dropped when nothing holds the sender back."""
    rows = {}
    for coalesced in (False, True):
        orders = Orders(seconds=0.3 if quick else 1.0, window=0, coalesced=coalesced)
        shares = []
        for _ in range(1 if quick else 5):
            sender, (reader,) = play("ours", orders)
            shares.append(100 * reader.lost / sender.events)
        what = "coalesced" if coalesced else "one event per frame"
        rows[f"live 1→1 without credit, {what}: dropped"] = single(shares, "%", None)
    return rows


def log(quick: bool) -> Rows:
    """Compare the log lane, for long enough to see that it holds out. Only the outbox holds the sender back."""
    orders = Orders(seconds=1.5 if quick else 10.0, window=0, log=True, coalesced=True)
    raw = Orders(seconds=0.4 if quick else 2.0)
    behind: list[float] = []
    repairs: list[float] = []

    def sustained() -> Measure:
        sender, (reader,) = play("ours", orders)
        behind.append(max(0.0, reader.until - sender.until))
        repairs.append(reader.repairs)
        return measure(sender, [reader])

    found = rounds(partial(run, "raw", raw), {"log": sustained}, 1 if quick else 3)["log"]
    row = compared(found, per_second, (0.5, 0.9), at_least=True)
    note = f"{row.note}; the journal was read on {max(repairs):.0f} times"
    return {
        f"log 1→1, bursts of 256 for {orders.seconds:g} s": msgspec.structs.replace(row, note=note),
        "log 1→1, from the last event posted to the last one heard": single(behind, "s", (1.0, 0.25)),
        "log 1→1, lost or doubled": single([float(found.lost)], "events", (0.0, 0.0)),
    }


def neighbours(quick: bool) -> Rows:
    """Compare what others offer for an event loop."""
    orders = Orders(seconds=0.4 if quick else 1.0)
    cases = {ZMQ: partial(run, "neighbours", orders)}
    nats = which("nats-server") is not None and find_spec("nats") is not None
    if nats:
        cases[NATS] = partial(run, "nats_peer", orders)
    found = rounds(partial(run, "raw", orders), cases, 1 if quick else 3)
    rows: dict[str, Row] = {name: compared(series, per_second, None, at_least=True) for name, series in found.items()}
    return rows if nats else rows | {NATS: missing("nats-server and nats-py")}


def run(kind: str, orders: Orders) -> Measure:
    """Let one process send to some others; return the rate of the slowest."""
    return measure(*play(kind, orders))


def measure(sender: Result, readers: list[Result]) -> Measure:
    """Return what sender and readers found, as one measurement."""
    rate = min(reader.events / reader.seconds if reader.seconds else 0.0 for reader in readers)
    processor = sender.processor / sender.events
    processor += sum(reader.processor / reader.events for reader in readers if reader.events > 0)
    together = sender.events / sender.frames if sender.frames else 0.0
    return Measure(rate, processor, sum(reader.lost for reader in readers), together)


def play(kind: str, orders: Orders) -> tuple[Result, list[Result]]:
    """Let one process send to some others; return what they found."""
    with stage() as on:
        players = [
            on.play(f"{kind}:drain", msgspec.structs.replace(orders, reader=number)) for number in range(orders.readers)
        ]
        sender = on.play(f"{kind}:pour", orders)
        return sender.result(), [player.result() for player in players]
