"""What is done to services on purpose: killed, or stopped for a while."""

import os
import signal
from contextlib import suppress

import anyio
from anyio.abc import TaskStatus

from services.console.installation import Installation
from services.console.rehearsal.done import Missed


def process_of(installation: Installation, service: str) -> int:
    """Return the process id of a service. Raise Missed when it does not run."""
    pid = installation.participants().get(service, 0)
    if not pid:
        raise Missed(f"{service} does not run")
    return pid


async def kill(installation: Installation, service: str) -> None:
    """End a service without giving it time for anything; return when it is gone."""
    pid = process_of(installation, service)
    os.kill(pid, signal.SIGKILL)
    while installation.participants().get(service) == pid:  # noqa: ASYNC110 - nobody tells when a process is gone
        await anyio.sleep(0.01)


async def stall(pid: int, seconds: float, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
    """Stop a process for some seconds; it goes on in any case, also when this is cancelled."""
    os.kill(pid, signal.SIGSTOP)
    try:
        task_status.started()
        await anyio.sleep(seconds)
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
