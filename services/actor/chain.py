"""The backends of a service in order of preference, tried until one succeeds. Written once for all services."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Generic, TypeVar

import anyio
import msgspec
import structlog

from bus import Bus
from schemas import FailureClass, Report, Request
from services.actor.backend import Backends
from services.actor.errors import BackendError, Invalid, NoBackend, Unavailable, Unsupported
from services.actor.link import Link, elapsed
from services.actor.secrets import hide

R = TypeVar("R", bound=Request)
T = TypeVar("T")

log = structlog.get_logger()

Fields = Mapping[str, tuple[str, ...]]
"""Which fields of a request make use of a capability."""


class Chain:
    """Calls the first backend that can, falls back to the next, and says how it went."""

    def __init__(self, configs: Backends, fields: Fields, digest: str = "") -> None:
        self.links = [Link(tier, config) for tier, config in enumerate(configs)]
        self.fields = fields
        self.digest = digest

    async def call(self, request: R, verb: Callable[[Any, R], Awaitable[T]]) -> tuple[T, Report]:
        """Return what the first able backend makes of `request`, and how it came about.

        Raise Invalid when the request itself is wrong, NoBackend when every backend was tried or passed over.
        """
        started, counted = time.monotonic(), Counted(verb)
        errors: list[str] = []
        failure: FailureClass = "unavailable"
        for link in self.links:
            if link is self.links[-1]:
                await link.tried.wait()  # nothing comes after it: while it is loading, late is better than not at all
            try:
                fitted, degraded = self._fit(request, link)
                result = await link.call(partial(counted, fitted))
            except Invalid:
                raise
            except BackendError as error:
                failure = error.failure
                errors.append(self._failed(link, error))
            except Exception as error:  # noqa: BLE001 - a backend with a bug must not end the show; the next one is asked
                failure = "internal"
                errors.append(self._failed(link, error))
            else:
                return result, Report(
                    backend=link.name,
                    model=link.model,
                    version=link.version,
                    config=self.digest,
                    tier=link.tier,
                    attempts=counted.calls,
                    errors=tuple(errors),
                    degraded=degraded,
                    seconds=elapsed(started),
                )
        raise NoBackend(tuple(errors), failure)

    def _fit(self, request: R, link: Link) -> tuple[R, tuple[str, ...]]:
        """Return the request without what the backend cannot do, and the names of that. Raise Unsupported."""
        if link.backend is None:
            raise Unavailable(link.message)
        able = link.backend.capabilities
        if not request.requires <= able:
            raise Unsupported(f"lacks {', '.join(sorted(request.requires - able))}")
        degraded = set(request.prefers - able)
        unused: dict[str, Any] = {}
        for capability, names in self.fields.items():
            used = {} if capability in able else used_fields(request, names)
            if used:
                degraded.add(capability)
                unused |= used
        return msgspec.structs.replace(request, **unused) if unused else request, tuple(sorted(degraded))

    def _failed(self, link: Link, error: Exception) -> str:
        """Note that a backend did not deliver; return one line of the reply's list of errors."""
        said = hide(str(error))
        if not isinstance(error, Unavailable | Unsupported):
            log.warning("backend.failed", backend=link.name, error=said, exc_info=not isinstance(error, BackendError))
            link.failed()
        return f"{link.name}: {type(error).__name__}: {said}"

    def report(self) -> dict[str, str | int | float | list[str]]:
        """Return the state of every backend, for `status`."""
        down = all(link.state != "up" for link in self.links)
        message = "; ".join(f"{link.name} {link.message}" for link in self.links) if down else ""
        models = [f"{link.model} {link.version}".strip() for link in self.links]
        return {"message": message, "backends": [link.report() for link in self.links], "models": models}


class Counted(Generic[R, T]):
    """A verb that knows how often it was called, also when it failed."""

    def __init__(self, verb: Callable[[Any, R], Awaitable[T]]) -> None:
        self.verb = verb
        self.calls = 0

    async def __call__(self, request: R, backend: Any) -> T:
        self.calls += 1
        return await self.verb(backend, request)


def used_fields(request: Request, names: tuple[str, ...]) -> dict[str, Any]:
    """Return those of the named fields that the request has set, with the defaults that they can be put back to."""
    return {
        field.name: field.default
        for field in msgspec.structs.fields(request)
        if field.name in names and getattr(request, field.name) != field.default
    }


@asynccontextmanager
async def open_chain(
    configs: Backends,
    *,
    bus: Bus | None = None,
    section: str = "chain",
    fields: Fields | None = None,
    digest: str = "",
) -> AsyncIterator[Chain]:
    """Yield a chain as soon as one of its backends is up, or all have been tried; the others go on loading.

    `digest` names the settings that the backends come from, for the reports.
    """
    chain = Chain(configs, fields or {}, digest)
    if bus is not None:
        bus.reports[section] = chain.report
    async with anyio.create_task_group() as group:
        for link in chain.links:
            group.start_soon(link.live)
        await first_up(chain.links)
        yield chain
        group.cancel_scope.cancel()


async def first_up(links: list[Link]) -> None:
    """Return when one backend is up, or every one has been tried once."""
    async with anyio.create_task_group() as group:

        async def wait(link: Link) -> None:
            await link.tried.wait()
            if link.state == "up":
                group.cancel_scope.cancel()

        for link in links:
            group.start_soon(wait, link)
