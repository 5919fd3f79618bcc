"""Heavy work on worker threads, and what happens when it does not stop."""

import asyncio
import contextlib
import faulthandler
import os
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

import anyio
import anyio.to_thread
import structlog

T = TypeVar("T")

log = structlog.get_logger()

GRACE = 5.0
"""Seconds that a cancelled thread has to notice it."""
WEDGED = 70
"""Exit code of a process that ended itself because a part of it hung."""


async def in_thread(function: Callable[..., T], *args: object) -> T:
    """Run `function` on a worker thread and return what it returns.

    When cancelled it waits for the function, which should call `anyio.from_thread.check_cancelled()` between steps.
    One that has not returned `GRACE` seconds later is wedged: the process ends, and supervisord starts a clean one.
    """
    loop = asyncio.get_running_loop()
    finished = anyio.Event()
    begun = threading.Event()

    def run() -> T:
        begun.set()
        try:
            return function(*args)
        finally:
            with contextlib.suppress(RuntimeError):  # the loop is gone when the process is ending
                loop.call_soon_threadsafe(finished.set)

    try:
        return await anyio.to_thread.run_sync(run, abandon_on_cancel=True)
    except anyio.get_cancelled_exc_class():
        if not begun.is_set():  # it was still waiting for a thread, and will not get one any more
            raise
        with anyio.move_on_after(GRACE, shield=True) as patience:
            await finished.wait()
        if patience.cancelled_caught:
            end_process("thread.wedged", function=getattr(function, "__qualname__", str(function)))
        raise


def end_process(event: str, **facts: object) -> None:
    """Write all stacks to stderr and end the process at once, so that it is replaced."""
    log.critical(event, **facts)
    faulthandler.dump_traceback(file=sys.__stderr__ or 2, all_threads=True)
    os._exit(WEDGED)
