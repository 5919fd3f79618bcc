"""The requests that wait: bounded, the most important first, worthless ones dropped. No tasks, no clock."""

from typing import Generic, TypeVar

from schemas import CancelReason, Request

R = TypeVar("R", bound=Request)

Dropped = tuple[R, CancelReason]


def deadline(request: Request) -> float:
    """Return the monotonic time after which an answer is worth nothing."""
    return request.clock + request.within


def expired(request: Request, now: float) -> bool:
    """Return whether an answer is worth nothing at `now`; a time that has yet to come is from before a restart."""
    return not request.clock <= now < deadline(request)


class Waiting(Generic[R]):
    """A list of requests, ordered by priority and then by age."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.requests: list[R] = []

    def __len__(self) -> int:
        return len(self.requests)

    def put(self, request: R) -> list[Dropped[R]]:
        """Add a request; return those that it pushed out: its own older likes, and the least important when full."""
        dropped: list[Dropped[R]] = []
        if request.supersedes:
            older = [waiting for waiting in self.requests if waiting.supersedes == request.supersedes]
            dropped = [(waiting, "superseded") for waiting in older]
            self._keep_all_but(older)
        self.requests.append(request)
        self.requests.sort(key=lambda waiting: -waiting.priority)  # the sort is stable: age decides among equals
        if len(self.requests) > self.size:
            dropped.append((self.requests.pop(), "queue_full"))
        return dropped

    def take(self, now: float) -> tuple[R | None, list[Dropped[R]]]:
        """Return the next request that is still worth anything at `now`, or None, and those found expired."""
        late = [waiting for waiting in self.requests if expired(waiting, now)]
        self._keep_all_but(late)
        taken = self.requests.pop(0) if self.requests else None
        return taken, [(waiting, "expired") for waiting in late]

    def drop(self, unwanted: set[str]) -> list[R]:
        """Remove and return the requests with these ids."""
        gone = [waiting for waiting in self.requests if waiting.id in unwanted]
        self._keep_all_but(gone)
        return gone

    def _keep_all_but(self, gone: list[R]) -> None:
        if gone:
            ids = {request.id for request in gone}
            self.requests = [waiting for waiting in self.requests if waiting.id not in ids]
