"""The `[story]` table."""

from pathlib import Path
from typing import Literal

import msgspec

from schemas import Event, MusicRequest
from services.actor.backend import BackendConfig, Backends
from services.actor.config import ServiceConfig


class GrammarConfig(BackendConfig, tag="grammar", frozen=True, kw_only=True):
    """Plans from the sentences of the world file; needs no model, no key and no network."""

    factory = "services.story.backends.grammar:Grammar"
    keep: int = 8
    """Visits whose state is kept at hand; an older one is told again from its beginning, which takes a moment."""


class StoryBackends(Backends, known=(GrammarConfig,)):
    """The planners, in order of preference."""


class Config(ServiceConfig, frozen=True, kw_only=True):
    """How stories are told."""

    world: Path | None = None
    """The story world; a small one is built in."""
    backends: StoryBackends = msgspec.field(default_factory=lambda: StoryBackends((GrammarConfig(),)))
    """The planners, in order of preference."""
    beats: int = 8
    """Beats that follow when a visitor has spoken; then the story rests."""
    silence: float = 25.0
    """Seconds without speech, once the story rests, until the visit ends."""
    pause: float = 0.8
    """Seconds between the end of one beat's narration and the next beat."""
    patience: float = 6.0
    """Seconds that an open page may be late with a narration's end before the story goes on without it."""
    listening: float = 8.0
    """Seconds that the story waits for the words when somebody has begun to speak."""
    planning: float = 20.0
    """Seconds that the planners have for a beat."""
    answer_within: float = 20.0
    """Seconds after which words are not answered any more: they were said while this service was away."""
    others: Literal["join", "ignore", "replace"] = "join"
    """Words from a second microphone join the visit that is on, are ignored, or begin another visit in its place."""
    refuse: tuple[str, ...] = ()
    """Words that the story never takes up."""
    refuse_file: Path | None = None
    """A file with more of them, one a line."""
    width: int = 1280
    """Pixels of the pictures."""
    height: int = 720
    """Pixels of the pictures."""
    picture_within: float = 45.0
    """Seconds that a picture is worth waiting for."""
    negative_prompt: str = ""
    """What no picture shall show."""
    voice: str = ""
    """A voice of the audio service; its own when empty."""
    pace: float = 1.0
    """How fast it speaks; 1 is natural."""
    music: bool = True
    """Whether there is music under the story."""

    def unused(self) -> frozenset[type[Event]]:
        """Return what is not asked for."""
        return frozenset() if self.music else frozenset({MusicRequest})

    def __post_init__(self) -> None:
        """Refuse figures that make no story."""
        if self.beats < 1:
            raise ValueError("`beats` must be at least 1")
        if min(self.silence, self.pause, self.patience, self.listening, self.answer_within) < 0:
            raise ValueError("`silence`, `pause`, `patience`, `listening` and `answer_within` cannot be negative")
