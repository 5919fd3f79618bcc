"""An installation in a terminal of its own: one line for whatever matters, until Ctrl-C."""

import shutil
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio
import click

from schemas import (
    Cancelled,
    Event,
    Failed,
    Hello,
    SceneShown,
    SpeechFinal,
    Status,
    StoryBeat,
    VisitEnded,
    VisitStarted,
)
from services.console.hand import HEARS, on_bus
from services.console.installation import Installation
from services.console.lines import harmless, line_of

T = TypeVar("T")
MATTERS = (SpeechFinal, VisitStarted, VisitEnded, StoryBeat, SceneShown, Failed, Cancelled)
ROUTINE = ("superseded", "shutdown")
"""Reasons for which a request is dropped every day."""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def unless_interrupted(work: Callable[[], Awaitable[T]]) -> T | None:
    """Return what some work returns; None when Ctrl-C, a closed terminal or a service manager ends it before that."""
    result: list[T] = []
    try:
        async with anyio.create_task_group() as group:
            group.start_soon(cancel_on_signal, group.cancel_scope)
            result.append(await work())
            group.cancel_scope.cancel()
    except BaseExceptionGroup as errors:  # the work's own error, which knows nothing of a group
        if len(errors.exceptions) > 1:
            raise
        raise errors.exceptions[0] from None
    return result[0] if result else None


async def cancel_on_signal(scope: anyio.CancelScope) -> None:
    """Cancel a scope at the first signal to end."""
    with anyio.open_signal_receiver(*SIGNALS) as signals:
        async for _ in signals:
            scope.cancel()
            return


async def tell(installation: Installation) -> None:
    """Print one line for whatever matters, until cancelled."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    states: dict[str, str] = {}
    async with (
        on_bus(installation, "up") as bus,
        bus.subscribe(*MATTERS, *HEARS, keep=100) as events,
    ):
        async for event in events:
            if isinstance(event, Status):
                tell_change(states, event)
            elif isinstance(event, Hello):
                click.echo(harmless(f"{event.source} has started, pid {event.pid}, version {event.version}"))
            elif not routine(event):
                click.echo(line_of(event, width=width))


def routine(event: Event) -> bool:
    """Return whether an event tells an operator nothing new."""
    return isinstance(event, Cancelled) and event.reason in ROUTINE


def tell_change(states: dict[str, str], status: Status) -> None:
    """Print how a service is when that has changed."""
    state = f"is {status.state}" + (f": {status.message}" if status.message else "")
    if states.setdefault(status.source, "is ready") != state:
        states[status.source] = state
        click.echo(harmless(f"{status.source} {state}"))
