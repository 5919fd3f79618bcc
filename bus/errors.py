"""What a bus raises, by what the caller does next."""


class BusError(Exception):
    """Something about the bus that the caller has to decide."""


class BadName(BusError):
    """Raised when a participant's name, or the path of its sockets, cannot be used: choose another."""


class BadFolder(BusError):
    """Raised when the run directory is not private to this user: choose another."""


class Closed(BusError):
    """Raised when the bus was left already: a task outlived its `async with open_bus(...)`."""


class NameTaken(BusError):
    """Raised when a participant of that name runs already: leave it alone."""


class Full(BusError):
    """Raised when more is waiting to be recorded than the outbox holds: wait with `publish`, or leave it."""


class AlreadyAnswered(BusError):
    """Raised when a request has its terminal reply already: throw the second one away."""


class Undeclared(BusError):
    """Raised when a participant says or hears what it did not declare: a mistake in its code."""
