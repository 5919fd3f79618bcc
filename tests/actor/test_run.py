"""A service in a process of its own: it joins, says how it is, and ends in good order."""

import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import anyio
import pytest
import zmq

from bus import open_bus
from bus.wire import HEADS
from schemas import Event, Hello, Status
from services.console import condition

pytestmark = pytest.mark.anyio

PROGRAM = """
import sys
from pathlib import Path
import anyio
from schemas import SpeechFinal, TurnStarted
from services.actor.config import Project, ServiceConfig
from services.actor.run import Failure, Service, run_service

async def serve(config, bus, *, task_status):
    bus.reports["lamp"] = lambda: {"message": "the lamp flickers", "watts": 5}
    if "fail" in sys.argv:
        raise Failure("there is no lamp")
    task_status.started()
    if "lie" in sys.argv:
        bus.post(TurnStarted(visit="v", turn=1))
    await anyio.sleep_forever()

folder = Path(sys.argv[1])
project = Project(name="p", folder=folder, assets=folder, journal=folder / "journal", run=folder / "run")
sys.exit(run_service("lamp", ServiceConfig(project=project), Service(serve, says=(SpeechFinal,), hears=())))
"""


def start(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    """Start the program."""
    command = [sys.executable, "-c", PROGRAM, str(folder), *arguments]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


async def test_it_joins_says_how_it_is_and_ends_on_a_signal() -> None:
    folder = Path(tempfile.mkdtemp(prefix="fs"))
    async with (
        open_bus("watcher", run=folder / "run", journals=folder / "journal") as bus,
        bus.subscribe(Hello, Status, keep=50) as events,
    ):
        process = start(folder)
        told: list[Event] = []
        with anyio.fail_after(30):
            async for event in events:
                told.append(event)
                if isinstance(event, Status) and event.state == "ready" and len(told) > 2:
                    process.send_signal(signal.SIGTERM)
                if isinstance(event, Status) and event.state == "stopping":
                    break
    assert await anyio.to_thread.run_sync(process.wait) == 0
    assert isinstance(told[0], Hello)
    assert told[0].pid == process.pid
    last = told[-1]
    assert isinstance(last, Status)
    assert (last.state, last.message, last.reports["lamp"]["watts"]) == ("stopping", "the lamp flickers", 5)
    assert process.stderr is not None
    assert "service.ready" in process.stderr.read()
    process.stderr.close()


async def test_garbage_on_the_bus_is_told_in_one_line() -> None:
    folder = Path(tempfile.mkdtemp(prefix="fs"))
    (folder / "run").mkdir(mode=0o700)
    with zmq.Context() as context, context.socket(zmq.XPUB) as log, context.socket(zmq.XPUB) as live:
        for lane, stranger in (("log", log), ("live", live)):
            stranger.setsockopt(zmq.LINGER, 0)
            stranger.bind(f"ipc://{folder}/run/stranger.1.{lane}")
        process = start(folder)
        async with (
            open_bus("watcher", run=folder / "run", journals=folder / "journal") as bus,
            bus.subscribe(Status) as events,
        ):
            with anyio.fail_after(30):
                async for status in events:
                    if status.reports["bus"]["bad_frames"]:
                        break
                    log.send(HEADS + b"garbage")
        process.send_signal(signal.SIGTERM)
        _, said = await anyio.to_thread.run_sync(process.communicate)
    assert process.returncode == 0
    assert len([line for line in said.splitlines() if "bus.unreadable_frames" in line]) == 1
    assert (
        condition.garbage(status) == f"{status.reports['bus']['bad_frames']} unreadable frames on the bus were dropped"
    )


@pytest.mark.parametrize(
    ("word", "reason"),
    [("fail", "there is no lamp"), ("lie", "`lamp` does not say `turn.started`: it is not among what it declared")],
)
def test_what_it_cannot_or_may_not_do_is_said_in_one_line(word: str, reason: str) -> None:
    process = start(Path(tempfile.mkdtemp(prefix="fs")), word)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 1
    assert len([line for line in said.splitlines() if reason in line]) == 1
    assert "Traceback" not in said
