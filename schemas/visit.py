"""Visits and turns. Only the story service opens them."""

from typing import Literal

from schemas.base import Event


class VisitStarted(Event, tag="visit.started", frozen=True, kw_only=True):
    """A visitor's stay begins. `cause` is what was said first."""

    mic: str = ""
    """The microphone that the visitor speaks into."""


class VisitEnded(Event, tag="visit.ended", frozen=True, kw_only=True):
    """A stay is over; nothing of it is shown from here on."""

    reason: Literal["silence", "finished", "operator", "replaced"] = "silence"
    """Why it ended."""


class TurnStarted(Event, tag="turn.started", frozen=True, kw_only=True):
    """The visitor wants something new: work of the visit's older turns is worthless from here on."""

    text: str = ""
    """The visitor's words that opened the turn."""
    mic: str = ""
    """Where they were said."""
