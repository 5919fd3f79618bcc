"""What the server and a page say to each other, as JSON text frames. Sound from a page's microphone comes as binary."""

from typing import ClassVar

import msgspec


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type"):
    """Something that a page is told."""

    newest_only: ClassVar[bool] = False
    """True when only the newest of its kind is worth sending to a slow page."""

    visit: str = ""
    """The visit that it belongs to."""
    turn: int = 0
    """The turn of that visit."""


class Turn(Message, tag="turn", frozen=True, kw_only=True):
    """A visit or a turn of it began: whatever belongs to older turns stops."""

    text: str = ""
    """The visitor's words, filtered."""


class Ended(Message, tag="ended", frozen=True, kw_only=True):
    """The visit is over; the attract scene comes back."""

    reason: str = ""


class Beat(Message, tag="beat", frozen=True, kw_only=True):
    """The next step of the story, to be shown as text should its voice not come."""

    id: str
    sentences: tuple[str, ...]
    mood: str = ""
    last: bool = False


class Preview(Message, tag="preview", frozen=True, kw_only=True):
    """A picture on its way."""

    newest_only: ClassVar[bool] = True
    request: str
    step: int
    of: int
    data: bytes = b""
    """Base 64 of a small encoded picture."""
    media_type: str = ""


class Picture(Message, tag="picture", frozen=True, kw_only=True):
    """The picture to show."""

    id: str
    request: str
    url: str
    alt: str = ""
    width: int = 0
    height: int = 0


class Part(Message, tag="part", frozen=True, kw_only=True):
    """One spoken sentence."""

    id: str
    request: str
    part: int
    of: int
    url: str
    seconds: float
    words: tuple[tuple[str, float, float], ...]
    """The sentence in pieces that make it up again: text, start and end in seconds."""


class Narrated(Message, tag="narrated", frozen=True, kw_only=True):
    """All sentences of a narration are there."""

    id: str
    request: str
    parts: int


class Sound(Message, tag="sound", frozen=True, kw_only=True):
    """A soundscape or music to play until the next."""

    id: str
    bus: str
    """`ambience` or `music`."""
    url: str
    loop: bool = True


class Hearing(Message, tag="hearing", frozen=True, kw_only=True):
    """What the listener hears."""

    newest_only: ClassVar[bool] = True
    mic: str
    text: str = ""
    """The words so far, filtered."""
    stable: int = 0
    """How many leading words have stopped changing."""
    done: bool = False
    """True when the utterance is over."""


class Missing(Message, tag="missing", frozen=True, kw_only=True):
    """Something that was asked for will not come."""

    request: str
    what: str
    """Topic of the request."""


class Ears(Message, tag="ears", frozen=True, kw_only=True):
    """Whether anybody listens to microphones."""

    newest_only: ClassVar[bool] = True
    ready: bool


OnStage = Turn | Beat | Preview | Picture | Part | Narrated | Sound | Hearing
"""What can be on stage."""


class Present(Message, tag="stage", frozen=True, kw_only=True):
    """Everything that is on stage now; sent first to a page that connects. What is not in it is not on stage."""

    version: str
    """Of the page's files and settings; a page of another version loads itself anew."""
    messages: tuple[OnStage, ...] = ()


class Said(Message, tag="said", frozen=True, kw_only=True):
    """What the page wrote has reached the room."""

    id: str
    refused: bool = False
    """True when it came too fast after others."""


class Tick(Message, tag="tick", frozen=True, kw_only=True):
    """The connection lives."""

    newest_only: ClassVar[bool] = True


ToPage = OnStage | Ended | Missing | Ears | Present | Said | Tick
"""Every message to a page."""


class Heard(msgspec.Struct, frozen=True, tag_field="type", forbid_unknown_fields=True):
    """Something that a page tells."""


class Join(Heard, tag="join", frozen=True):
    """The first message of a page: its name, which stays the same when it reconnects."""

    page: str


class Say(Heard, tag="say", frozen=True):
    """The visitor wrote something."""

    id: str
    text: str


class MicState(Heard, tag="mic", frozen=True):
    """The page's microphone was switched on or off."""

    on: bool


class Shown(Heard, tag="shown", frozen=True):
    """A picture is on the canvas."""

    id: str


class Speaking(Heard, tag="speaking", frozen=True):
    """A sentence has begun to be heard."""

    id: str


class Finished(Heard, tag="finished", frozen=True):
    """A narration was heard to its end."""

    id: str


class Trouble(Heard, tag="trouble", frozen=True):
    """Something went wrong on the page that an operator should know."""

    text: str


FromPage = Join | Say | MicState | Shown | Speaking | Finished | Trouble
"""Every message from a page."""
