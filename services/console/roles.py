"""The roles that backends play, by the words that an operator uses for them."""

import importlib
from typing import NamedTuple

from services.actor.conformance import Suite


class Role(NamedTuple):
    """One list of backends in a project, and what is asked of those in it."""

    name: str
    service: str
    field: str
    """The list in the service's table."""
    verb: str
    """The method by which a class shows that it plays this role."""

    @property
    def place(self) -> str:
        """The list, as a project names it: `audio.voices`."""
        return f"{self.service}.{self.field}"

    @property
    def suite(self) -> Suite:
        """What must be true of its backends; loaded now, with all that it takes to decode sounds and pictures."""
        suite: Suite = importlib.import_module(f"services.{self.service}.conformance").SUITES[self.field]
        return suite


ROLES = {
    role.name: role
    for role in (
        Role("image", "image", "backends", "paint"),
        Role("voice", "audio", "voices", "speak"),
        Role("soundscape", "audio", "soundscapes", "surround"),
        Role("composer", "audio", "composers", "compose"),
        Role("planner", "story", "backends", "plan"),
        Role("recogniser", "asr", "backends", "hearing"),
    )
}
