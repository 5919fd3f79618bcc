"""What must be true of a backend: what runs the checks, and those that hold for all backends.

A check is an async function whose docstring says in one line what must be true. It gets an open backend, and raises
Broken, with the reason, where that is not so. `@SUITE.check("SEEDS")` adds it to the suite of a role; one that names a
capability is made of the backends that claim it. What no check names is no capability.
"""

import math
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any, Literal, NamedTuple, TypeVar

import anyio
import msgspec
import psutil

from services.actor.backend import BackendConfig, build
from services.actor.errors import Invalid, Refused, Transient, Unsupported
from services.actor.near import near
from services.actor.secrets import hide

PATIENCE = 300.0
"""Seconds that a check may take; some load a model."""
GRACE = 5.0
"""Seconds in which cancelled work stops."""
AT_ONCE = 0.5
"""Seconds that doing nothing may take on a busy machine."""
NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")
PLAIN, OTHER = "a fox in the snow", "the moon over a quiet harbour"
LONG = "a fox ran through the snow and " * 323
"""Ten thousand characters, and a few."""
STRANGE = ("", "🦊 🎪 👩‍👩‍👧", "ثعلب في الثلج", "<b>%s</b> {0} \x00\x1b[31m\\ '\"--")
"""Words that visitors, or other people's models, come up with."""

Function = Callable[[Any], Awaitable[None]]
F = TypeVar("F", bound=Function)
State = Literal["begun", "ok", "failed", "not claimed"]


class Broken(Exception):
    """Raised by a check when a backend does not do what it has to; the message says how."""


def require(truth: bool, otherwise: str) -> None:
    """Raise Broken unless something is true."""
    if not truth:
        raise Broken(otherwise)


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How a check came out, or that it has begun."""

    check: str
    says: str
    """What must be true."""
    state: State
    why: str = ""
    seconds: float = 0.0


class Check(NamedTuple):
    """One thing that must be true."""

    function: Function
    claim: str = ""
    """The capability that it is about; empty for what every backend has to do."""

    def outcome(self, state: State, why: str = "", seconds: float = 0.0) -> Outcome:
        """Return how it came out."""
        name = getattr(self.function, "__name__", "").replace("_", " ")
        says = (self.function.__doc__ or "").strip().split("\n")[0]
        return Outcome(check=name, says=says, state=state, why=hide(why), seconds=round(seconds, 3))


class Suite:
    """What must be true of the backends of one role."""

    def __init__(
        self,
        ask: Callable[[Any, str], Awaitable[None]],
        *,
        wrong: tuple[Callable[[Any], Awaitable[object]], ...] = (),
        fitted: Callable[[BackendConfig], BackendConfig] = lambda config: config,
        long: str = LONG,
    ) -> None:
        """`ask` has a backend do one job with some words, and raises Broken when what comes of it is no good.

        `wrong` are jobs that no backend could make sense of; `fitted` adds to the settings what the service would;
        `long` are words that may be too many for it.
        """
        self.ask, self.wrong, self.fitted, self.long = ask, wrong, fitted, long
        self.checks: list[Check] = []

    def check(self, claim: str = "") -> Callable[[F], F]:
        """Add a function to the checks."""

        def add(function: F) -> F:
            self.checks.append(Check(function, claim))
            return function

        return add

    @property
    def capabilities(self) -> frozenset[str]:
        """Every capability of the role."""
        return frozenset(check.claim for check in self.checks if check.claim)


class Bench(NamedTuple):
    """What the checks of every backend get: the suite of its role, its settings, and itself when it is open."""

    suite: Suite
    config: BackendConfig
    backend: Any = None

    async def ask(self, words: str = PLAIN) -> None:
        """Have it do one job."""
        await self.suite.ask(self.backend, words)


async def constructing_does_nothing(bench: Bench) -> None:
    """Its constructor takes its settings and does nothing: it waits for nothing, and leaves nothing behind."""
    build(bench.config)  # its module is imported now, and may do what it likes
    before, begun = traces(), time.perf_counter()
    built = build(bench.config)
    require(time.perf_counter() - begun < AT_ONCE, "its constructor takes its time; that belongs into `__aenter__`")
    left = [what for what, number in traces().items() if number > before[what]]
    require(not left, f"{type(built).__name__}() leaves {' and '.join(left)} behind; that belongs into `__aenter__`")


def traces() -> dict[str, int]:
    """Return how much of what outlives a call this process has."""
    process = psutil.Process()
    return {"threads": process.num_threads(), "files": process.num_fds(), "processes": len(process.children())}


async def opens_and_closes(bench: Bench) -> None:
    """It opens on this machine, and closes."""
    async with build(bench.config):
        pass


async def opens_again(_: Bench) -> None:
    """It opens again after it was closed."""


async def name_and_capabilities_are_known_words(bench: Bench) -> None:
    """Its name is a short word in small letters, and its capabilities are those that its role has."""
    name, claimed, known = bench.backend.name, bench.backend.capabilities, bench.suite.capabilities
    require(isinstance(name, str) and bool(NAME.fullmatch(name)), f"it is called {name!r}")
    require(isinstance(claimed, frozenset), f"its capabilities are a {type(claimed).__name__}, not a frozenset")
    strange = [f"{word!r}{near(str(word), known)}" for word in sorted(claimed - known)]
    require(not strange, f"claims {', '.join(strange)}; there is {', '.join(sorted(known)) or 'nothing to claim'}")


async def strange_words_are_borne(bench: Bench) -> None:
    """It does something with any words, or declines them by name: Invalid, Refused or Unsupported."""
    for words in (*STRANGE, bench.suite.long):
        short = f"{words[:24]!r}" + ("…" if len(words) > 24 else "")
        try:
            await bench.ask(words)
        except (Invalid, Refused, Unsupported):
            continue
        except Transient as error:
            require(words is bench.suite.long, f"{short}: {error}")
        except Exception as error:
            raise Broken(f"{short}: {told(error)}") from error


async def wrong_wishes_are_invalid(bench: Bench) -> None:
    """It raises Invalid for what nobody could make sense of, so that no other backend is asked in vain."""
    for number, wrong in enumerate(bench.suite.wrong, 1):
        try:
            await wrong(bench.backend)
        except Invalid:
            continue
        except Exception as error:
            raise Broken(f"wrong wish {number}: raises {told(error)}") from error
        raise Broken(f"wrong wish {number}: was granted")


async def two_at_a_time(bench: Bench) -> None:
    """It does two jobs at the same time."""
    async with anyio.create_task_group() as group:
        group.start_soon(bench.ask, PLAIN)
        group.start_soon(bench.ask, OTHER)


async def cancelling_stops_it(bench: Bench) -> None:
    """Work that is not wanted any more stops within seconds of being cancelled, and the next is done."""
    begun = time.monotonic()
    await bench.ask()
    usual = time.monotonic() - begun
    async with anyio.create_task_group() as group:
        group.start_soon(bench.ask)
        await anyio.sleep(usual / 3)
        cancelled = time.monotonic()
        group.cancel_scope.cancel()
    late = time.monotonic() - cancelled
    require(late < GRACE, f"goes on for {late:.1f} s after it was cancelled")
    await bench.ask()


ALWAYS = (
    name_and_capabilities_are_known_words,
    two_at_a_time,
    cancelling_stops_it,
    strange_words_are_borne,
    wrong_wishes_are_invalid,
)
"""What is checked of every open backend."""


class Trial:
    """One backend being tried."""

    def __init__(self, suite: Suite, config: BackendConfig, tell: Callable[[Outcome], None]) -> None:
        """`tell` hears of each check twice: when it begins, and how it came out."""
        self.suite, self.config, self.tell = suite, suite.fitted(config), tell

    async def run(self, skip: frozenset[str] = frozenset()) -> None:
        """Make every check that can be made, but for those named in `skip`."""
        bench, again = Bench(self.suite, self.config), Check(opens_again)
        await self.make(Check(constructing_does_nothing), bench, skip)
        if not await self.make(Check(opens_and_closes), bench, skip):
            return
        try:
            with anyio.fail_after(PATIENCE) as scope:
                async with build(self.config) as backend:
                    scope.deadline = math.inf
                    await self.make(again, bench, skip)
                    for function in ALWAYS if self.suite.wrong else ALWAYS[:-1]:
                        await self.make(Check(function), bench._replace(backend=backend), skip)
                    for check in self.suite.checks:
                        await self.make(check, backend, skip)
        except Exception as error:  # noqa: BLE001 - whatever a backend does, the verdict is pronounced
            self.tell(again.outcome("failed", told(error)))

    async def make(self, check: Check, subject: Any, skip: frozenset[str]) -> bool:
        """Make one check; return whether it did not fail."""
        begun, why = time.monotonic(), ""
        state: State = "ok"
        if check.outcome("begun").check in skip:
            return True
        if check.claim and check.claim not in subject.capabilities:
            self.tell(check.outcome("not claimed", check.claim))
            return True
        self.tell(check.outcome("begun"))
        try:
            with anyio.fail_after(PATIENCE):
                await check.function(subject)
        except Exception as error:  # noqa: BLE001 - that is what a check is for
            state, why = "failed", told(error)
        self.tell(check.outcome(state, why, time.monotonic() - begun))
        return state == "ok"


def told(error: BaseException) -> str:
    """Return an error in words; of several at once the first."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, Broken):
        return str(error)
    if isinstance(error, TimeoutError):
        return "is not done in time"
    return f"{type(error).__name__}: {error}"
