"""The chain falls back, retries, drops what is only preferred, rests what fails, and says so."""

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, Self

import anyio
import anyio.lowlevel
import pytest

from schemas import ImageRequest
from services.actor import link
from services.actor.backend import BackendConfig, Backends
from services.actor.chain import open_chain
from services.actor.errors import BackendError, Invalid, NoBackend, Refused, Transient, Unavailable

pytestmark = pytest.mark.anyio

Paint = Callable[[ImageRequest], Awaitable[str]]


class FirstConfig(BackendConfig, tag="first", frozen=True):
    """Settings of the preferred double."""

    factory: ClassVar[str] = "tests.actor.test_chain:Double"


class LastConfig(BackendConfig, tag="last", frozen=True):
    """Settings of the double of last resort."""

    factory: ClassVar[str] = "tests.actor.test_chain:Plain"


class MissingConfig(BackendConfig, tag="missing", frozen=True):
    """Settings of a backend whose package is not installed."""

    factory: ClassVar[str] = "package_that_is_not_there.backend:Backend"


class Double:
    """Fails as the test says."""

    name = "first"
    capabilities = frozenset({"SEEDS"})
    errors: ClassVar[list[Exception]] = []
    opened: ClassVar[int] = 0

    def __init__(self, config: BackendConfig) -> None:
        self.config = config

    async def __aenter__(self) -> Self:
        type(self).opened += 1
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def paint(self, request: ImageRequest) -> str:
        if self.errors:
            raise self.errors.pop(0)
        return f"{self.name} {request.seed}"


class Plain(Double):
    """Never fails and can do nothing special."""

    name = "last"
    capabilities = frozenset()
    errors: ClassVar[list[Exception]] = []


class LateConfig(BackendConfig, tag="late", frozen=True):
    """Settings of a last resort that opens after the preferred backend."""

    factory: ClassVar[str] = "tests.actor.test_chain:Late"


class Late(Plain):
    """Takes a moment to open."""

    name = "late"

    async def __aenter__(self) -> Self:
        await anyio.sleep(0.1)
        return self


BOTH = Backends((FirstConfig(), LastConfig()))
FIELDS = {"SEEDS": ("seed",)}


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin each test with doubles that do not fail, and without long pauses."""
    Double.errors = []
    Double.opened = 0
    monkeypatch.setattr(link, "BACKOFF", lambda _: 0.0)
    monkeypatch.setattr(link, "REST", 0.05)


async def ask(errors: list[Exception], request: ImageRequest, backends: Backends = BOTH) -> Any:
    """Return what a chain makes of the request when its first backend raises these errors."""
    Double.errors = errors
    async with open_chain(backends, fields=FIELDS) as chain:
        try:
            return await chain.call(request, lambda backend, wish: backend.paint(wish))
        except BackendError as error:
            return error


FOX = ImageRequest(scene="a fox", seed=7)


async def test_the_preferred_backend_answers() -> None:
    result, report = await ask([], FOX)
    assert (result, report.backend, report.tier, report.attempts, report.errors) == ("first 7", "first", 0, 1, ())


async def test_what_is_transient_is_tried_again() -> None:
    result, report = await ask([Transient("busy", retry_after=0.01)], FOX)
    assert (result, report.attempts) == ("first 7", 2)


@pytest.mark.parametrize("error", [Refused("no"), Unavailable("no key"), ValueError("a bug")])
async def test_the_next_backend_takes_over(error: Exception) -> None:
    result, report = await ask([error], FOX)
    assert (result, report.backend, report.tier, report.attempts) == ("last None", "last", 1, 2)
    assert report.errors == (f"first: {type(error).__name__}: {error}",)
    assert report.degraded == ("SEEDS",)


async def test_a_last_resort_that_is_still_loading_is_waited_for() -> None:
    result, report = await ask([Refused("no")], FOX, Backends((FirstConfig(), LateConfig())))
    assert (result, report.backend) == ("late None", "late")


async def test_what_is_required_is_not_dropped() -> None:
    strict = ImageRequest(scene="a fox", seed=7, requires=frozenset({"SEEDS"}))
    error = await ask([Refused("no")], strict)
    assert isinstance(error, NoBackend)
    assert error.errors == ("first: Refused: no", "last: Unsupported: lacks SEEDS")
    assert error.failure == "unsupported"


async def test_a_wrong_request_is_not_passed_on() -> None:
    assert isinstance(await ask([Invalid("no scene")], FOX), Invalid)


async def test_a_package_that_is_missing_is_named() -> None:
    _, report = await ask([], FOX, Backends((MissingConfig(), LastConfig())))
    needed = "missing needs the package 'package_that_is_not_there', which is not installed"
    assert report.errors == (f"missing: Unavailable: {needed}",)


async def test_a_backend_that_keeps_failing_rests_and_comes_back() -> None:
    async with open_chain(BOTH, fields=FIELDS) as chain:

        async def ask_once() -> str:
            _, report = await chain.call(FOX, lambda backend, wish: backend.paint(wish))
            return report.backend

        Double.errors = [ValueError("a bug")] * 3
        assert [await ask_once() for _ in range(3)] == ["last"] * 3
        await anyio.lowlevel.checkpoint()
        assert (await ask_once(), chain.links[0].state) == ("last", "resting")
        with anyio.fail_after(5):
            while chain.links[0].state != "up":
                await anyio.sleep(0.01)
        assert (await ask_once(), Double.opened) == ("first", 2)
