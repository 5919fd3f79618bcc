"""How an installation is: what supervisord knows of each process, and what each service says of itself."""

import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

import anyio
import msgspec

from schemas import RollCall, Status
from services.catalogue import service_names
from services.console.columns import times
from services.console.hand import on_bus
from services.console.installation import Installation
from services.console.supervision import Process, Supervision
from services.console.traffic import drops, number
from services.console.troubles import COUNTED

ROUND = 1.6
"""Seconds in which every healthy service says how it is: when it is asked, and each second anyway."""
TAIL = 4096
HARM = (
    *(each for each in COUNTED if each[0] != "bad_frames"),
    ("set_aside", "event", "set {} aside, see `fantascope bus --letters`"),
)
"""What to say of the counts of a service's bus, beside those of `garbage`."""


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """How one service is."""

    name: str
    process: str
    """supervisord's word for its state; empty where no supervisord runs."""
    pid: int = 0
    state: str = ""
    """Its own word for its state; empty where it says nothing."""
    uptime: float = 0.0
    waiting: int = 0
    in_hand: int = 0
    done: int = 0
    url: str = ""
    """Where its page is, if it has one."""
    message: str = ""
    """Its own words on what is wrong, or what there is to say about its silence."""
    unrecorded: str = ""
    """What there is to say about events that left without being recorded; empty while each is."""
    dropped: dict[str, int] = {}
    """By topic: live events that gave way to newer ones."""

    @property
    def ready(self) -> bool:
        """Whether it does its work."""
        return self.state == "ready"


async def conditions(installation: Installation) -> list[Condition]:
    """Return how every service is at this moment."""
    supervision = Supervision.of(installation)
    processes = supervision.processes()
    running = {name for name, process in processes.items() if process.statename == "RUNNING"}
    said = await listen(installation, running)
    names = sorted({*processes, *said})
    return [condition(supervision, name, processes.get(name), said.get(name)) for name in names]


async def listen(installation: Installation, running: Collection[str]) -> dict[str, Status]:
    """Return the newest word of every service; wait a round at most for those that run or answer on the bus."""
    said: dict[str, Status] = {}
    awaited = {*running, *installation.participants().keys() & set(service_names())}
    if not awaited:
        return said
    async with (
        on_bus(installation, "status") as bus,
        bus.subscribe(Status, keep=100) as events,
    ):
        bus.post(RollCall())
        with anyio.move_on_after(ROUND):
            async for status in events:
                said[status.source] = status
                if said.keys() >= awaited:
                    break
    return said


def condition(supervision: Supervision, name: str, process: Process | None, status: Status | None) -> Condition:
    """Return how a service is, from both sides."""
    if status is None:
        words = silence(supervision, name, process) if process else ""
        return Condition(
            name=name, process=process.statename if process else "", pid=process.pid if process else 0, message=words
        )
    loud = unrecorded(status)
    said = loud in status.message
    queues = [report for section, report in status.reports.items() if section.startswith("queue ")]
    return Condition(
        name=name,
        process=process.statename if process else "",
        pid=status.pid,
        state=status.state,
        uptime=status.uptime,
        waiting=total(queues, "waiting"),
        in_hand=total(queues, "in_hand"),
        done=total(queues, "done"),
        url=str(status.reports.get("page", {}).get("url", "")),
        message="; ".join(filter(None, (status.message, garbage(status), "" if said else loud, harm(status)))),
        unrecorded=loud,
        dropped=drops(status),
    )


def garbage(status: Status) -> str:
    """Return what there is to say about frames on the bus that a service could not read."""
    frames = status.reports.get("bus", {}).get("bad_frames", 0)
    return f"{frames} unreadable frames on the bus were dropped" if frames else ""


def harm(status: Status) -> str:
    """Return what else a service's bus has counted that should never be."""
    counts = [(words, what, number(status, "bus", key)) for key, what, words in HARM]
    return "; ".join(words.format(times(count, what)) for words, what, count in counts if count)


def unrecorded(status: Status) -> str:
    """Return what there is to say about events that a service's journal does not hold yet."""
    events = number(status, "bus", "unrecorded")
    words = str(status.reports.get("bus", {}).get("message", ""))
    return words or (f"{times(events, 'event')} left without being recorded" if events else "")


def total(queues: list[dict[str, Any]], key: str) -> int:
    """Return the sum of a number over a service's queues."""
    return sum(int(queue.get(key, 0)) for queue in queues)


def silence(supervision: Supervision, name: str, process: Process) -> str:
    """Return why a service says nothing: it does not run, or has nothing to say yet."""
    words = last_words(supervision.log_of(name)) or process.spawnerr
    state = f"says nothing {max(0, int(time.time()) - process.start)} s after its start" if process.pid else "has ended"
    return f"{state}; its last words: {words}" if words else state


def last_words(log: Path) -> str:
    """Return the last line of a log file."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - TAIL))
        lines = file.read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else ""
