"""The steps of a story."""

import msgspec

from schemas.base import Event, Report


class StoryBeat(Event, tag="story.beat", frozen=True, kw_only=True):
    """One step of the story, as it is told, seen and heard. `cause` is the `turn.started`, or the beat before it."""

    number: int
    """Counts the beats of the visit, from 1."""
    text: str
    """The narration, two to four sentences."""
    sentences: tuple[str, ...] = ()
    """The narration, sentence by sentence."""
    scene: str = ""
    """What is to be seen, in words for a picture."""
    mood: str = ""
    """One word of the story world."""
    sounds: tuple[str, ...] = ()
    """What is to be heard, by name."""
    taken: tuple[str, ...] = ()
    """The visitor's own words that the beat takes up."""
    place: str = ""
    """Where the story stands now."""
    last: bool = False
    """True when the story ends with this beat."""
    report: Report = msgspec.field(default_factory=Report)
    """How it came about."""
