"""What ends a process: a thread that ignores its cancellation, and a loop that stands still."""

import subprocess
import sys
import threading

import anyio
import anyio.from_thread
import pytest

from services.actor.threads import in_thread

WEDGED = """
import time, anyio
from services.actor import threads
threads.GRACE = 0.2
async def main():
    with anyio.move_on_after(0.1):
        await threads.in_thread(time.sleep, 60)
anyio.run(main)
"""
STUCK = """
import time, anyio
from services.actor.watchdog import Watchdog
async def main():
    async with anyio.create_task_group() as group:
        group.start_soon(Watchdog(limit=0.5).run)
        await anyio.sleep(0.1)
        time.sleep(60)
anyio.run(main)
"""


@pytest.mark.parametrize(("program", "said"), [(WEDGED, "thread.wedged"), (STUCK, "loop.stuck")])
def test_a_hung_process_ends_itself_and_shows_where_it_hung(program: str, said: str) -> None:
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False)
    assert result.returncode == 70
    assert said in result.stdout + result.stderr
    assert "Thread 0x" in result.stderr


@pytest.mark.anyio
async def test_a_cancelled_thread_stops_between_two_steps() -> None:
    steps, going = [], threading.Event()

    def work() -> None:
        while True:
            anyio.from_thread.check_cancelled()
            steps.append(1)
            going.set()

    async with anyio.create_task_group() as group:
        group.start_soon(in_thread, work)
        await in_thread(going.wait)
        group.cancel_scope.cancel()
    count = len(steps)
    await anyio.sleep(0.05)
    assert len(steps) == count


@pytest.mark.anyio
async def test_work_that_is_cancelled_before_it_got_a_thread_is_not_waited_for() -> None:
    begun: list[bool] = []
    with anyio.CancelScope() as scope:
        scope.cancel()
        await in_thread(begun.append, True)
    assert scope.cancelled_caught
    assert not begun
