"""The answers that any request can get instead of its result, and the wish to stop one."""

from typing import Literal

from schemas.base import Event, Reply

FailureClass = Literal["transient", "refused", "unsupported", "unavailable", "invalid", "poison", "internal"]
CancelReason = Literal["superseded", "expired", "cancelled", "queue_full", "cleared", "shutdown"]


class Failed(Reply, tag="failed", frozen=True, kw_only=True):
    """A request could not be met."""

    error: FailureClass
    """The class of the last error: it says what the asker may do next."""
    message: str
    """One line for an operator."""
    errors: tuple[str, ...] = ()
    """`backend: ErrorClass: message` for every failed call, in order."""
    request: str = ""
    """Topic of the request."""


class Cancelled(Reply, tag="cancelled", frozen=True, kw_only=True):
    """A request was dropped before it was met."""

    reason: CancelReason
    """Why."""
    request: str = ""
    """Topic of the request."""


class Cancel(Event, tag="cancel", frozen=True, kw_only=True):
    """Stop a request, or every request of a visit."""

    request: str = ""
    """Id of the request; empty to stop all of the event's `visit`."""
