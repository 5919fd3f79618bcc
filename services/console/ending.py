"""Bringing an installation down, whatever state it is in."""

import fcntl
import os
import signal
from pathlib import Path

import anyio
import anyio.to_thread
import click

from services.catalogue import service_names
from services.console.installation import Installation
from services.console.refusal import Refusal
from services.console.supervision import Supervision

ORDERLY = 20.0
"""Seconds to end in good order; supervisord kills a program that takes more than ten."""


async def bring_down(installation: Installation) -> bool:
    """Stop supervisord with all that it started, and what an earlier one left. Return whether anything ran."""
    supervision = Supervision.of(installation)
    pid = supervision.pid()
    services = running_services(installation)
    if pid:
        click.echo(f"Stopping {installation.name} …")
        await anyio.to_thread.run_sync(tell, supervision, pid)
    for lock, orphan in {} if pid else services.items():
        click.echo(f"  {lock.stem}, pid {orphan}, had no supervisord any more; it is told to end")
        os.kill(orphan, signal.SIGTERM)
    await ended({supervision.lock: pid, **services})
    if pid or services:
        click.echo(f"{installation.name} is down")
    return bool(pid or services)


def tell(supervision: Supervision, pid: int) -> None:
    """Tell supervisord to end. Without it, its programs end by themselves."""
    try:
        supervision.stop()
    except Refusal:
        click.echo(f"  supervisord, pid {pid}, does not answer and is killed")
        os.kill(pid, signal.SIGKILL)


def running_services(installation: Installation) -> dict[Path, int]:
    """Return the lock and the process id of every service that runs."""
    known = service_names()
    return {installation.lock_of(name): pid for name, pid in installation.participants().items() if name in known}


async def ended(processes: dict[Path, int]) -> None:
    """Return when all processes have ended. Each holds a lock until then; one that holds it for too long is killed."""
    with anyio.move_on_after(ORDERLY):
        for lock in processes:
            await anyio.to_thread.run_sync(take, lock, 0, abandon_on_cancel=True)
    for lock, pid in processes.items():
        try:
            take(lock, fcntl.LOCK_NB)
        except BlockingIOError:
            click.echo(f"  {lock.stem}, pid {pid}, did not end and is killed")
            os.kill(pid, signal.SIGKILL)


def take(lock: Path, how: int) -> None:
    """Take a lock for a moment; wait for it, or with LOCK_NB raise BlockingIOError when somebody holds it."""
    if lock.exists():
        with lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | how)
