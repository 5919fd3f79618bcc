"""What a story's planner is told, what it answers, and its one verb."""

from typing import Protocol

import msgspec

from services.actor.backend import Backend
from services.story.grammar.world import World


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A visitor's words, which opened a turn."""

    turn: int
    text: str


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A beat as it was told."""

    number: int
    turn: int
    sentences: tuple[str, ...]
    place: str = ""


class Tale(msgspec.Struct, frozen=True, kw_only=True):
    """A visit so far. The same tale always gets the same next beat."""

    visit: str
    world: World
    beats: int
    """Beats that follow each turn."""
    parts: tuple[Said | Told, ...]
    """Everything said and told, in order; the newest turn is always among it."""


class Beat(msgspec.Struct, frozen=True, kw_only=True):
    """The next step of a story."""

    sentences: tuple[str, ...]
    scene: str
    """What is to be seen, in English."""
    characters: tuple[str, ...] = ()
    """Who is in it, each with how they look."""
    mood: str = ""
    """Of this beat: the light of its picture, the tone of its voice."""
    undertone: str = ""
    """Of the whole stretch: what music and soundscape follow; the beat's own mood when empty."""
    sounds: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()
    """The visitor's own words that were taken up."""
    place: str = ""
    """What the place is called."""
    last: bool = False
    """True when the planner wants the story to end here."""


class Planner(Backend, Protocol):
    """A backend that goes on with stories."""

    async def plan(self, tale: Tale) -> Beat:
        """Return the next beat."""
        ...
