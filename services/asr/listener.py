"""The listener's roles: what brings sound, and what makes words of it."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import NamedTuple, Protocol

import msgspec
from anyio import TASK_STATUS_IGNORED
from anyio.abc import TaskStatus

from bus import Bus
from schemas import Word
from services.actor.backend import Backend


class Sound(NamedTuple):
    """A stretch of sound from one microphone."""

    mic: str
    pcm: bytes
    """16-bit samples, 16 kHz, one channel."""
    clock: float
    """The machine's monotonic clock at its last sample, as far as that is known."""
    last: bool = False
    """True when the microphone falls silent for good."""


Hear = Callable[[Sound], None]
"""Takes sound; returns at once."""


class Source(Protocol):
    """Brings sound, from one microphone or several. Its constructor takes its config and does nothing."""

    async def listen(self, bus: Bus, hear: Hear, *, task_status: TaskStatus[None] = TASK_STATUS_IGNORED) -> None:
        """Say `started()` when sound can come; hand it on until there is no more.

        Raise Unavailable when there is none at present; it is tried again later.
        """


class Piece(NamedTuple):
    """A short stretch of an utterance."""

    pcm: bytes
    voiced: bool
    """Whether a voice is in it, or it is the silence around and between the words."""


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What was said in an utterance."""

    text: str
    words: tuple[Word, ...] = ()
    """Their times count from the first byte that was fed."""
    confidence: float = 1.0
    language: str = ""
    """BCP 47 tag."""
    doubt: str = ""
    """Why this was no speech after all, if the recogniser thinks so."""


class Hearing(Protocol):
    """One utterance that is being recognised."""

    async def feed(self, piece: Piece) -> str:
        """Take more of it; return the words so far."""

    async def finish(self) -> Heard:
        """Return all of it."""


class Recogniser(Backend, Protocol):
    """A backend of the listener. It serves any number of microphones at the same time.

    Capabilities: `PARTIALS` words while somebody speaks, `WORD_TIMES`, `CONFIDENCE`. Errors in `feed` and `finish` are
    answered by beginning the utterance anew, here or with the next backend.
    """

    def hearing(self, mic: str) -> AbstractAsyncContextManager[Hearing]:
        """Begin an utterance; what was heard from the same microphone before may help."""
