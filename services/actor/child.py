"""A child process that answers one question at a time.

For code that may crash the process it runs in, or that holds Python's lock while it works: a child that dies is
replaced at the next question, one whose answer is no longer wanted is killed, and none outlives its parent. The other
side is `services.actor.answering`.
"""

import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import anyio
import structlog
from anyio.abc import Process, TaskGroup
from anyio.streams.buffered import BufferedByteReceiveStream

from services.actor.answering import ANSWER, HEAD, IMPOSSIBLE, WRONG
from services.actor.errors import Invalid, Transient, Unavailable

HOUSE = Path(__file__).parents[2]
LOADING = 120.0
"""Seconds that a child has to become ready."""

log = structlog.get_logger()


class Child:
    """The parent's side: the process runs while this is entered. Questions wait for each other."""

    def __init__(self, module: str, *, nice: int = 0, patience: float = 60.0, idle: float = 0.0) -> None:
        """`module` calls `answer_questions` when it is run; one that is silent for `patience` seconds is replaced.

        With `idle` the child is there only while it is needed: from a question until `idle` seconds after the last one.
        """
        self.module, self.nice, self.patience, self.idle = module, nice, patience, idle
        self.asked = 0.0
        self.group: TaskGroup | None = None
        self.process: Process | None = None
        self.answers: BufferedByteReceiveStream | None = None
        self.turn = anyio.Lock()

    async def __aenter__(self) -> Self:
        if self.idle:
            self.group = await anyio.create_task_group().__aenter__()
            self.group.start_soon(self._end_when_idle)
            return self
        try:
            await self._start()
        except Transient as error:
            raise Unavailable(str(error)) from error
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.group is not None:
            self.group.cancel_scope.cancel()
            await self.group.__aexit__(kind, error, trace)
        await self.end()

    async def ask(self, question: bytes) -> bytes:
        """Return the child's answer. Raise Transient when it died over it, Invalid when it found the question wrong."""
        async with self.turn:
            if self.process is None:
                await self._start()
            try:
                await self._send(question)
                return await self._answer(self.patience)
            except Invalid:
                raise
            except BaseException:
                await self.end()  # what it would answer now belongs to nobody
                raise
            finally:
                self.asked = time.monotonic()

    async def end(self) -> None:
        """Kill the process, if there is one, and wait until it is gone."""
        process, self.process, self.answers = self.process, None, None
        if process is None:
            return
        with anyio.CancelScope(shield=True):
            with suppress(ProcessLookupError):
                process.kill()
            await process.aclose()

    async def _end_when_idle(self) -> None:
        while True:
            await anyio.sleep(self.idle / 4)
            async with self.turn:
                if self.process is not None and time.monotonic() - self.asked > self.idle:
                    await self.end()

    async def _start(self) -> None:
        command = [sys.executable, "-m", self.module, str(self.nice)]
        self.process = await anyio.open_process(command, stdin=subprocess.PIPE, stderr=None, cwd=HOUSE)
        try:
            if self.process.stdout is not None:
                self.answers = BufferedByteReceiveStream(self.process.stdout)
            await self._answer(LOADING)
        except BaseException:
            await self.end()
            raise

    async def _send(self, question: bytes) -> None:
        if self.process is None or self.process.stdin is None:
            raise Transient(f"{self.module} is not running")
        try:
            await self.process.stdin.send(HEAD.pack(ANSWER, len(question)) + question)
        except (anyio.BrokenResourceError, anyio.ClosedResourceError) as error:
            raise Transient(await self._cause_of_death()) from error

    async def _answer(self, patience: float) -> bytes:
        if self.answers is None:
            raise Transient(f"{self.module} is not running")
        try:
            with anyio.fail_after(patience):
                kind, length = HEAD.unpack(await self.answers.receive_exactly(HEAD.size))
                body = await self.answers.receive_exactly(length) if length else b""
        except TimeoutError as error:
            log.warning("child.silent", module=self.module, seconds=patience)
            raise Transient(f"{self.module} said nothing for {patience:.0f} s") from error
        except (anyio.IncompleteRead, anyio.BrokenResourceError, anyio.ClosedResourceError) as error:
            raise Transient(await self._cause_of_death()) from error
        if kind == WRONG:
            raise Invalid(body.decode())
        if kind == IMPOSSIBLE:
            raise Unavailable(body.decode())
        return body

    async def _cause_of_death(self) -> str:
        code = await self.process.wait() if self.process else None
        log.warning("child.died", module=self.module, code=code)
        return f"{self.module} ended with code {code}"
