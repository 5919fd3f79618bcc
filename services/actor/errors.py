"""What can go wrong in a backend, named by what the caller does next.

BackendError
├── Transient     try again, then the next backend
├── Refused       the wish was declined (content policy): the next backend
├── Unsupported   this backend cannot do what is required: the next backend
├── Unavailable   no key, no device, no program, resting: the next backend, and again later
└── Invalid       the request itself is wrong: fail, no retry
"""

from schemas import FailureClass


class BackendError(Exception):
    """Base of everything that a backend raises on purpose."""

    failure: FailureClass = "internal"


class Transient(BackendError):
    """Raised when the same call may succeed in a moment."""

    failure: FailureClass = "transient"

    def __init__(self, message: str, *, retry_after: float = 0.0) -> None:
        """`retry_after`: seconds that the other side asked for; 0 when it named none."""
        super().__init__(message)
        self.retry_after = retry_after


class Refused(BackendError):
    """Raised when the other side declines to make what was asked for."""

    failure: FailureClass = "refused"


class Unsupported(BackendError):
    """Raised when the request needs a capability that is not there."""

    failure: FailureClass = "unsupported"


class Unavailable(BackendError):
    """Raised when a backend cannot work at present; the message names the cure."""

    failure: FailureClass = "unavailable"


class Invalid(BackendError):
    """Raised when no backend could make sense of the request."""

    failure: FailureClass = "invalid"


class NoBackend(Unavailable):
    """Raised when every backend of a chain was tried or passed over; carries what each of them said."""

    def __init__(self, errors: tuple[str, ...], failure: FailureClass) -> None:
        super().__init__("; ".join(errors) or "no backend is configured")
        self.errors = errors
        self.failure = failure
