"""One backend of a chain: loading, up, resting, and back."""

import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal, TypeVar

import anyio
import structlog
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from services.actor.backend import BackendConfig, build, tag_of
from services.actor.errors import Transient, Unavailable
from services.actor.secrets import hide

T = TypeVar("T")

log = structlog.get_logger()

TRIES = 3
"""Calls made to one backend before the next is asked, when it fails with Transient."""
FAILURES = 3
"""Requests in a row that a backend may fail before it rests."""
REST = 20.0
"""Seconds that a failing backend is left alone; then it is opened anew in the background."""
BACKOFF = wait_random_exponential(multiplier=0.2, max=3.0)

State = Literal["loading", "up", "resting", "unavailable"]


class Link:
    """Holds a backend open for as long as it works, and opens it anew after a rest."""

    def __init__(self, tier: int, config: BackendConfig) -> None:
        self.tier, self.config = tier, config
        self.name = tag_of(type(config))
        self.model = self.version = ""
        self.state: State = "loading"
        self.message = "is loading"
        self.backend: Any = None
        self.failures = 0
        self.users = 0
        self.tried = anyio.Event()
        self.worn = anyio.Event()
        self.released = anyio.Event()

    async def live(self) -> None:
        """Open the backend, wait until it is worn out, rest, and begin again; until cancelled."""
        while True:
            try:
                async with build(self.config) as backend:
                    self._up(backend)
                    await self.worn.wait()
                    self._down("resting", f"rests {REST:.0f} s after {FAILURES} failures")
                    await self.released.wait()
            except Unavailable as error:
                self._down("unavailable", str(error))
            except Exception as error:  # noqa: BLE001 - whatever keeps a backend from opening, the others go on without it
                self._down("unavailable", f"failed to open: {type(error).__name__}: {error}")
            self.tried.set()
            await anyio.sleep(REST)

    def _up(self, backend: Any) -> None:
        self.backend, self.state, self.message, self.failures = backend, "up", "", 0
        self.name = backend.name
        self.model, self.version = getattr(backend, "model", ""), getattr(backend, "version", "")
        self.worn = anyio.Event()
        self.released = anyio.Event()
        self.released.set()
        self.tried.set()
        log.info("backend.up", backend=self.name)

    def _down(self, state: State, message: str) -> None:
        message = hide(message)
        if (state, message) != (self.state, self.message):
            log.warning("backend.down", backend=self.name, state=state, message=message)
        self.backend, self.state, self.message = None, state, message

    async def call(self, verb: Callable[[Any], Awaitable[T]]) -> T:
        """Return what the verb makes of the backend.

        Raise Unavailable when the backend is not up, else whatever the last call raised.
        """
        backend = self.backend
        if backend is None:
            raise Unavailable(self.message)
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(Transient), stop=stop_after_attempt(TRIES), wait=pause, reraise=True
        )

        async def once() -> T:
            return await verb(backend)

        with self.held():
            result: T = await retrying(once)
        self.failures = 0
        return result

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep the backend open while it is used, also when it has been found worn out meanwhile."""
        self.users += 1
        self.released = anyio.Event()
        try:
            yield
        finally:
            self.users -= 1
            if not self.users:
                self.released.set()

    def failed(self) -> None:
        """Count a failed request; after too many in a row the backend rests."""
        self.failures += 1
        if self.failures >= FAILURES:
            self.worn.set()

    def report(self) -> str:
        """Return the state in a few words."""
        return f"{self.name}: {self.state}" + (f" ({self.message})" if self.message and self.state != "loading" else "")


def pause(state: RetryCallState) -> float:
    """Return the seconds before the next try: what the other side asked for, or a growing random time."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, Transient) else 0.0
    return max(asked, BACKOFF(state))


def elapsed(since: float) -> float:
    """Return the seconds since a monotonic time, to the millisecond."""
    return round(time.monotonic() - since, 3)
