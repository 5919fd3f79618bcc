"""A service's queue: takes requests from the bus and answers each of them exactly once."""

import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import anyio
import structlog
from anyio.abc import TaskStatus

from bus import TRIES, AlreadyAnswered, Bus, Report
from schemas import (
    Cancel,
    Cancelled,
    CancelReason,
    Event,
    Failed,
    Reply,
    Request,
    TurnStarted,
    VisitEnded,
    because,
    topic_of,
)
from services.actor.config import QueueConfig
from services.actor.errors import BackendError, NoBackend
from services.actor.secrets import hide
from services.actor.turns import Turns
from services.actor.waiting import Waiting, deadline

R = TypeVar("R", bound=Request)
Handler = Callable[[R], Awaitable[Reply]]

log = structlog.get_logger()

SAYS = (Failed, Cancelled)
"""What every queue says beside its results."""
HEARS = (Cancel, TurnStarted, VisitEnded)
"""What every queue hears beside its requests."""
SEEN = 1000
"""Ids of requests that are remembered, so that one which is both outstanding and heard is taken once."""


class Hand(Generic[R]):
    """A request that is being worked on, and why its work was stopped if it was."""

    def __init__(self, request: R) -> None:
        self.request = request
        self.scope = anyio.CancelScope()
        self.reason: CancelReason = "expired"

    def stop(self, reason: CancelReason) -> None:
        """Cancel the work."""
        self.reason = reason
        self.scope.cancel()


class Queue(Generic[R]):
    """The requests of one topic: waiting, in hand, and counted."""

    def __init__(self, bus: Bus, kind: type[R], handler: Handler[R], config: QueueConfig) -> None:
        self.bus, self.kind, self.handler, self.config = bus, kind, handler, config
        self.topic = topic_of(kind)
        self.waiting: Waiting[R] = Waiting(config.size)
        self.hands: dict[str, Hand[R]] = {}
        self.seen: dict[str, None] = {}
        self.turns = Turns()
        self.more = anyio.Event()
        self.counts = {"done": 0, "failed": 0, "cancelled": 0, "poison": 0}
        self.seconds = 0.0

    async def run(self, task_status: TaskStatus[None]) -> None:
        """Answer requests until cancelled, beginning with those that an earlier life left unanswered."""
        self.bus.reports[f"queue {self.topic}"] = self.stats
        async with self.bus.subscribe(self.kind, *HEARS) as events:
            self.turns = await Turns.read(self.bus)
            for request in await self.bus.outstanding(self.kind):
                await self.hear(request)
            async with anyio.create_task_group() as group:
                for _ in range(self.config.max_concurrent):
                    group.start_soon(self.work)
                task_status.started()
                async for event in events:
                    await self.hear(event)

    async def hear(self, event: Event) -> None:
        """Take in a request, or something that makes older requests worthless."""
        if self.turns.note(event):
            await self.stop_where(self.turns.stale, "superseded")
        if isinstance(event, Cancel):
            wanted = event
            await self.stop_where(lambda request: meant(wanted, request), "cancelled")
        elif isinstance(event, self.kind):
            await self.admit(event)

    async def admit(self, request: R) -> None:
        """Put a request in line, unless it was seen before or is worthless by now."""
        if request.id in self.seen:
            return
        self.seen[request.id] = None
        if len(self.seen) > SEEN:
            self.seen.pop(next(iter(self.seen)))
        if self.turns.stale(request):
            await self.cancelled(request, "superseded")
            return
        for hand in [*self.hands.values()]:
            if request.supersedes and hand.request.supersedes == request.supersedes:
                hand.stop("superseded")
        for dropped, reason in self.waiting.put(request):
            await self.cancelled(dropped, reason)
        self.more.set()

    async def stop_where(self, wanted: Callable[[R], bool], reason: CancelReason) -> None:
        """Drop what waits and stop what is in hand, where `wanted` says so."""
        for hand in [*self.hands.values()]:
            if wanted(hand.request):
                hand.stop(reason)
        for request in self.waiting.drop({waiting.id for waiting in self.waiting.requests if wanted(waiting)}):
            await self.cancelled(request, reason)

    async def work(self) -> None:
        """Take one request after the other, until cancelled."""
        while True:
            while not self.waiting.requests:
                if self.more.is_set():
                    self.more = anyio.Event()
                await self.more.wait()
            request, late = self.waiting.take(time.monotonic())
            for old, reason in late:
                await self.cancelled(old, reason)
            if request is not None:
                await self.answer(request)

    async def answer(self, request: R) -> None:
        """Work on one request and publish its terminal reply; what has broken the service twice is not tried again.

        What else is in hand when the process dies is counted, too: nobody can tell which of them it was.
        """
        hand = self.hands[request.id] = Hand(request)
        hand.scope.deadline = anyio.current_time() + deadline(request) - time.monotonic()
        try:
            async with self.bus.attempting(request) as tries:
                if tries <= TRIES:
                    await self.answer_in(hand)
                else:
                    await self.give_up(request)
        finally:
            self.hands.pop(request.id, None)

    async def answer_in(self, hand: Hand[R]) -> None:
        """Publish what comes of a request that is in hand, in time and while it is wanted."""
        started = time.monotonic()
        reply: Reply | None = None
        with hand.scope:
            reply = await self.attempt(hand.request)
        # Compared in the loop step in which it is published: a turn that came while the result was made still counts.
        if reply is None or self.turns.stale(hand.request):
            await self.cancelled(hand.request, "superseded" if reply else hand.reason)
        else:
            self.seconds += time.monotonic() - started
            await self.publish(hand.request, reply, "failed" if isinstance(reply, Failed) else "done")

    async def give_up(self, request: R) -> None:
        """Answer a request that broke the service, and keep it for people."""
        reason = f"broke `{self.bus.name}` {TRIES} times and is not tried again"
        log.error("request.poison", request=request.id, topic=self.topic, reason=reason)
        await self.publish(request, Failed(error="poison", message=reason, request=self.topic), "poison")
        await self.bus.set_aside(request, reason)

    async def attempt(self, request: R) -> Reply:
        """Return the handler's reply, or Failed when it raised a BackendError."""
        try:
            return await self.handler(request)
        except BackendError as error:
            errors = error.errors if isinstance(error, NoBackend) else ()
            said = hide(str(error))
            log.warning("request.failed", request=request.id, topic=self.topic, error=said)
            return Failed(error=error.failure, message=said, errors=errors, request=self.topic)

    async def cancelled(self, request: R, reason: CancelReason) -> None:
        """Answer a request that was dropped."""
        await self.publish(request, Cancelled(reason=reason, request=self.topic), "cancelled")

    async def publish(self, request: R, reply: Reply, count: str) -> None:
        """Publish a terminal reply, once."""
        self.counts[count] += 1
        try:
            await self.bus.publish(because(request, reply))
        except AlreadyAnswered:
            log.info("request.answered_before", request=request.id, topic=self.topic)

    def stats(self) -> Report:
        """Return the queue's numbers, for `status`."""
        done, poison = self.counts["done"], self.counts["poison"]
        return {
            "waiting": len(self.waiting),
            "in_hand": len(self.hands),
            **self.counts,
            "seconds_each": round(self.seconds / done, 3) if done else 0.0,
            "message": f"{poison} {self.topic} broke it {TRIES} times: answered failed(poison)" if poison else "",
        }


def meant(cancel: Cancel, request: Request) -> bool:
    """Return whether a cancel speaks of this request."""
    return request.id == cancel.request if cancel.request else bool(cancel.visit) and request.visit == cancel.visit


async def answering(
    bus: Bus,
    kind: type[R],
    handler: Handler[R],
    config: QueueConfig,
    *,
    task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED,
) -> None:
    """Answer every request of `kind` with what `handler` returns, until cancelled.

    What waits or is in hand is answered `cancelled` when it is superseded, expired or unwanted, and `failed` when the
    handler raises a BackendError. The reply's visit, turn and cause are filled in here.
    """
    await Queue(bus, kind, handler, config).run(task_status)
