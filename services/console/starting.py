"""Waiting until everything that was started is ready, and saying so as it happens."""

import time
from collections.abc import Iterable

import anyio
import click
import msgspec

from schemas import Status
from services.console.condition import last_words
from services.console.hand import on_bus
from services.console.installation import Installation
from services.console.lines import harmless
from services.console.supervision import Process, Supervision

LOOK = 1.0
"""Seconds between two looks at the processes."""


class Start:
    """Which of the started programs have become ready, and which have trouble."""

    def __init__(self, supervision: Supervision, names: Iterable[str]) -> None:
        self.supervision = supervision
        self.waiting = set(names)
        self.width = max(map(len, self.waiting), default=0)
        self.began = time.monotonic()
        self.pids: dict[str, int] = {}
        self.said: dict[str, str] = {}

    def say(self, name: str, text: str) -> None:
        """Print one line on one service."""
        click.echo(f"  {name:{self.width}}  {harmless(text)}")

    def say_once(self, name: str, text: str) -> None:
        """Print one line on one service unless it is the one before: a program may fail in the same way all night."""
        if self.said.get(name) != text:
            self.said[name] = text
            self.say(name, text)

    def note(self, status: Status) -> None:
        """Take in a service's own word."""
        if status.state == "ready" and status.source in self.waiting:
            self.waiting.discard(status.source)
            self.say(status.source, f"ready after {time.monotonic() - self.began:.1f} s  {status.message}".rstrip())
            note_page(self.supervision, status)

    def look(self, processes: dict[str, Process]) -> None:
        """Take in what supervisord says: a program that has another process id was started anew."""
        for name, process in processes.items():
            before = self.pids.get(name, process.pid)
            if process.pid:
                self.pids[name] = process.pid
            if name in self.waiting and process.pid != before:
                self.say_once(name, f"ended, is started again: {self.reason(name, process)}")

    def reason(self, name: str, process: Process) -> str:
        """Return why a program has ended, as far as it is known."""
        return last_words(self.supervision.log_of(name)) or process.spawnerr or "it left no word"


def note_page(supervision: Supervision, status: Status) -> None:
    """Leave word of where the page is, when the service that has it says so."""
    url, about = status.reports.get("page", {}).get("url"), supervision.about()
    if isinstance(url, str) and about:
        supervision.note(msgspec.structs.replace(about, address=url))


async def all_ready(installation: Installation, within: float) -> bool:
    """Return whether every program has become ready in time."""
    supervision = Supervision.of(installation)
    start = Start(supervision, supervision.processes())
    async with (
        on_bus(installation, "up") as bus,
        bus.subscribe(Status, keep=100) as events,
        anyio.create_task_group() as group,
    ):
        group.start_soon(keep_looking, start)
        with anyio.move_on_after(within):
            async for status in events:
                start.note(status)
                if not start.waiting:
                    break
        group.cancel_scope.cancel()
    for name in sorted(start.waiting):
        process = supervision.processes()[name]
        start.say(name, f"not ready after {within:.0f} s, is tried on: {start.reason(name, process)}")
    return not start.waiting


async def keep_looking(start: Start) -> None:
    """Look at the processes again and again, until cancelled."""
    while True:
        start.look(await anyio.to_thread.run_sync(start.supervision.processes))
        await anyio.sleep(LOOK)
