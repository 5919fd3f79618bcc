"""Who is there, and how they are."""

from typing import ClassVar, Literal

from schemas.base import Event, Lane


class Hello(Event, tag="hello", frozen=True, kw_only=True):
    """A service introduces itself as it joins."""

    lane: ClassVar[Lane] = "live"
    pid: int
    """Process id."""
    version: str = ""
    """Of the program."""
    language: str = ""
    """BCP 47 tag of the language that the project speaks."""


class Status(Event, tag="status", frozen=True, kw_only=True):
    """How a participant is, every second."""

    lane: ClassVar[Lane] = "live"
    state: Literal["starting", "ready", "stopping"]
    """Where it is in its life."""
    message: str = ""
    """What is wrong, in one line; empty when nothing is."""
    pid: int = 0
    """Process id."""
    config: str = ""
    """Short hash of the settings that it runs on."""
    uptime: float = 0.0
    """Seconds since the process started."""
    loop_lag: float = 0.0
    """The longest that the event loop was late in the last second, seconds."""
    reports: dict[str, dict[str, str | int | float | list[str]]] = {}
    """By section (`queue image.request`, `chain`, `bus`, …): what the parts of the service say of themselves."""


class RollCall(Event, tag="roll.call", frozen=True, kw_only=True):
    """Asks everybody to say at once how they are, as they do each second anyway."""

    lane: ClassVar[Lane] = "live"
