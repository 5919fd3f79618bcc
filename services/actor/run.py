"""Turns a coroutine into a process: signals, log, bus, status and watchdog around `serve`."""

import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Coroutine
from functools import partial
from importlib.metadata import version
from typing import Any, Literal, NamedTuple

import anyio
import anyio.to_thread
import structlog
from anyio.abc import TaskStatus

from bus import Bus, BusError, Declared, Keep, open_bus, sweep
from schemas import Event, Forget, Forgotten, Hello, RollCall, Status
from services.actor.config import Project, ServiceConfig
from services.actor.forgetting import forget_when_asked
from services.actor.secrets import hide
from services.actor.watchdog import Watchdog

Serve = Callable[..., Coroutine[Any, Any, None]]
"""`serve(config, bus, *, task_status)`."""
SAYS: tuple[type[Event], ...] = (Hello, Status, Forgotten)
"""What every service says, beside its own."""
HEARS: tuple[type[Event], ...] = (RollCall, Forget)
"""What every service hears, beside its own."""
OFTEN = 0.02
"""Seconds between two answers to those who cannot wait."""
SWEEP_AFTER_SECONDS = 60.0
SWEEP_EVERY_SECONDS = 3_600.0

log = structlog.get_logger()


class Service(NamedTuple):
    """What runs, and the kinds of event that it may say and hear: what else it tries to is refused at once."""

    serve: Serve
    says: Declared = None
    """None for any."""
    hears: Declared = None
    """None for any."""


class Failure(Exception):
    """Raised by a service that cannot run as it is set up; its message is the one line that an operator needs."""


def run_service(name: str, config: ServiceConfig, service: Service) -> int:
    """Run a service until a signal ends it. Return the process's exit code; what it cannot handle, it raises."""
    configure_log(name, config.project)
    reasons: list[str] = []
    try:
        anyio.run(partial(live, name, config, service))
    except* (BusError, Failure) as errors:
        reasons = [str(error) for error in leaves(errors)]
    for reason in reasons:
        log.error("service.cannot_run", reason=reason)
    return 1 if reasons else 0


async def live(name: str, config: ServiceConfig, service: Service) -> None:
    """Be the service: on the bus, watched, saying how it is, until cancelled."""
    project = config.project
    says = None if service.says is None else (*service.says, *SAYS)
    hears = None if service.hears is None else (*service.hears, *HEARS)
    keep = Keep(days=project.keep_days, megabytes=project.keep_megabytes)
    async with open_bus(name, run=project.run, journals=project.journal, says=says, hears=hears, keep=keep) as bus:
        life = Life(bus, config.digest)
        bus.post(Hello(pid=os.getpid(), version=version("fantascope"), language=project.language))
        async with anyio.create_task_group() as group:
            group.start_soon(stop_on_signal, group.cancel_scope, life)
            group.start_soon(life.watchdog.run)
            group.start_soon(life.tell)
            group.start_soon(life.answer)
            group.start_soon(forget_when_asked, bus)
            group.start_soon(forget_for_the_absent, project, keep)
            await group.start(partial(ready_then_serve, life, config, service.serve))


async def forget_for_the_absent(project: Project, keep: Keep) -> None:
    """Let the journals of hands, and of services that are gone, forget as the others do, until cancelled."""
    await anyio.sleep(SWEEP_AFTER_SECONDS)
    while True:
        await anyio.to_thread.run_sync(sweep, project.run, project.journal, keep)
        await anyio.sleep(SWEEP_EVERY_SECONDS)


async def ready_then_serve(
    life: "Life", config: ServiceConfig, serve: Serve, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED
) -> None:
    """Run `serve`; from when it says that it has started, the service is ready."""
    async with anyio.create_task_group() as group:
        await group.start(partial(serve, config, life.bus))
        life.become("ready")
        log.info("service.ready", seconds=round(time.monotonic() - life.born, 2))
        task_status.started()


class Life:
    """What a process says of itself, every second and at each change."""

    def __init__(self, bus: Bus, config: str = "") -> None:
        """`config`: short hash of the settings that it runs on."""
        self.bus = bus
        self.config = config
        self.born = time.monotonic()
        self.state: Literal["starting", "ready", "stopping"] = "starting"
        self.watchdog = Watchdog()
        self.garbage = 0
        """Unreadable frames that the log has told of."""

    def become(self, state: Literal["starting", "ready", "stopping"]) -> None:
        """Change the state and say so at once."""
        self.state = state
        self.bus.post(self.status())

    async def tell(self) -> None:
        """Post a status every second until cancelled."""
        while True:
            self.bus.post(self.status())
            await anyio.sleep(1.0)

    async def answer(self) -> None:
        """Post a status whenever somebody cannot wait for the next one, until cancelled."""
        async with self.bus.subscribe(RollCall) as calls:
            async for _ in calls:
                self.bus.post(self.status())
                await anyio.sleep(OFTEN)

    def status(self) -> Status:
        """Return how the process is now."""
        reports: dict[str, Any] = {section: report() for section, report in self.bus.reports.items()}
        self.tell_of_garbage(int(reports.get("bus", {}).get("bad_frames", 0)))
        messages = [str(report["message"]) for report in reports.values() if report.get("message")]
        return Status(
            state=self.state,
            message="; ".join(messages),
            pid=os.getpid(),
            config=self.config,
            uptime=round(time.monotonic() - self.born, 1),
            loop_lag=round(self.watchdog.lag(), 3),
            reports=reports,
        )

    def tell_of_garbage(self, frames: int) -> None:
        """Warn of unreadable frames, each time that they have doubled: a flood of them must not become one of lines."""
        if frames >= max(1, 2 * self.garbage):
            self.garbage = frames
            log.warning("bus.unreadable_frames", count=frames, consequence="each is dropped; nothing else is affected")


async def stop_on_signal(scope: anyio.CancelScope, life: Life) -> None:
    """Cancel the service at the first SIGTERM or SIGINT."""
    with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
        async for number in signals:
            log.info("service.stopping", signal=number.name)
            life.become("stopping")
            scope.cancel()
            return


def configure_log(name: str, project: Project) -> None:
    """Write one line per happening to stderr: time, level, event, facts."""
    level = logging.getLevelNamesMapping()[project.log.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=False),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "service", "event"]),
            lambda _, __, line: hide(str(line)),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=name)


def leaves(errors: BaseExceptionGroup[Any]) -> list[BaseException]:
    """Return the single errors in a group of groups."""
    found: list[BaseException] = []
    for error in errors.exceptions:
        found.extend(leaves(error) if isinstance(error, BaseExceptionGroup) else [error])
    return found
