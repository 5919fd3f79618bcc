"""Children answer, are replaced when they die or hang, and leave nobody behind."""

import subprocess
import sys
import time
from pathlib import Path

import anyio
import pytest

from services.actor.child import Child
from services.actor.errors import Invalid, Transient, Unavailable

pytestmark = pytest.mark.anyio

CLERK = "tests.actor.clerk"


async def asked(child: Child, question: bytes) -> tuple[int, bytes]:
    """Return which process answered, and what."""
    pid, _, answer = (await child.ask(question)).partition(b" ")
    return int(pid), answer


def lives(pid: int) -> bool:
    """Return whether there is such a process."""
    return Path(f"/proc/{pid}").exists()


async def test_a_child_answers_one_question_after_the_other() -> None:
    async with Child(CLERK) as child:
        answers: list[tuple[int, bytes]] = []

        async def ask(question: bytes) -> None:
            answers.append(await asked(child, question))

        async with anyio.create_task_group() as group:
            for question in (b"", b"one", b"x" * 200_000):
                group.start_soon(ask, question)
    assert {answer for _, answer in answers} == {b"", b"one", b"x" * 200_000}
    assert len({pid for pid, _ in answers}) == 1


async def test_a_wrong_question_costs_nothing() -> None:
    async with Child(CLERK) as child:
        before, _ = await asked(child, b"a")
        with pytest.raises(Invalid, match="that is no question"):
            await child.ask(b"what?")
        assert await asked(child, b"b") == (before, b"b")


async def test_a_child_that_dies_is_replaced() -> None:
    async with Child(CLERK) as child:
        before, _ = await asked(child, b"a")
        with pytest.raises(Transient, match="ended with code 3"):
            await child.ask(b"die")
        after, answer = await asked(child, b"b")
    assert after != before
    assert answer == b"b"


async def test_a_child_that_hangs_is_replaced() -> None:
    async with Child(CLERK, patience=0.2) as child:
        with pytest.raises(Transient, match="said nothing"):
            await child.ask(b"hang")
        assert (await asked(child, b"b"))[1] == b"b"


async def test_a_child_whose_answer_is_not_wanted_any_more_is_ended() -> None:
    async with Child(CLERK) as child:
        before, _ = await asked(child, b"a")
        with anyio.move_on_after(0.05):
            await child.ask(b"hang")
        assert not lives(before)
        assert (await asked(child, b"b"))[1] == b"b"


async def test_a_child_that_cannot_work_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLERK", "unable")
    with pytest.raises(Unavailable, match="there is no ink"):
        async with Child(CLERK):
            pass


async def test_a_program_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="ended with code 1"):
        async with Child("tests.actor.nobody"):
            pass


async def test_a_child_that_is_not_needed_ends_and_comes_back() -> None:
    async with Child(CLERK, idle=0.2) as child:
        before, _ = await asked(child, b"a")
        with anyio.fail_after(10):
            while lives(before):
                await anyio.sleep(0.05)
        after, _ = await asked(child, b"b")
    assert before != after


def test_no_child_outlives_its_parent() -> None:
    program = (
        "import anyio, os\nfrom services.actor.child import Child\n"
        "async def main():\n    async with Child('tests.actor.clerk') as child:\n"
        "        print((await child.ask(b'')).decode(), flush=True)\n        await anyio.sleep(60)\n"
        "anyio.run(main)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
    until = time.monotonic() + 10
    while lives(child) and time.monotonic() < until:
        time.sleep(0.02)
    assert not lives(child)
