"""The `[display]` table: where the page is served, how it sounds, and every word on it."""

from pathlib import Path
from typing import Annotated

import msgspec

from schemas import Event, MicChunk
from services.actor.config import ServiceConfig

Level = Annotated[float, msgspec.Meta(ge=0.0, le=2.0)]


class Words(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[display.words]`: what the page says, in the language of the project."""

    invitation: str = "Say a few words, and the room will tell you a story."
    """The attract scene's first line."""
    invitation_written: str = "Write a few words, and the room will tell you a story."
    """The same where there is no microphone."""
    examples: str = "You could say"
    """Above the example sentences."""
    examples_written: str = "You could write"
    """The same where there is no microphone."""
    begin: str = "Touch to begin"
    """On the overlay of a browser that wants a touch before it makes a sound."""
    begin_hint: str = "The story has a voice. Your browser asks for a touch before it may be heard."
    """Under it."""
    write: str = "Write to the room"
    """Label of the text box."""
    write_hint: str = "Once there was …"
    """Inside the empty text box."""
    send: str = "Send"
    """Its button."""
    sent_later: str = "Kept until the room is back."
    """After writing while the connection is lost."""
    too_many: str = "One moment, please."
    """When somebody writes faster than anybody can listen."""
    mic_on: str = "Speak to the room"
    """The microphone button, while off."""
    mic_off: str = "Stop listening"
    """The microphone button, while on."""
    mic_asking: str = "Please allow the microphone."
    """While the browser asks."""
    mic_listening: str = "I am listening."
    """Inside the empty text box while it is on."""
    mic_denied: str = (
        "The microphone is blocked. Allow it beside the page's address, then touch the button again, or write to me."
    )
    """When the visitor or the browser said no."""
    mic_missing: str = "There is no microphone here. Please write to me."
    """When no device is found."""
    mic_insecure: str = (
        "This address may not use the microphone; open the page at localhost or over https, or write to me."
    )
    """When the browser forbids it on this address."""
    mic_failed: str = "The microphone cannot be opened. Is another program using it?"
    """When opening it failed for another reason."""
    deaf: str = "I cannot hear well just now. Please write to me."
    """When the listener is away or does not understand the language."""
    thinking: str = "Let me think …"
    """Between a wish and its story; read out to those who cannot see."""
    lost: str = "The room is out of reach. I keep trying."
    """When the connection is lost."""
    picture: str = "Picture"
    """Before the description of a picture, for those who cannot see it."""


class Levels(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[display.levels]`: how loud things are, 1 being as they were made."""

    narration: Level = 1.0
    """The storyteller."""
    ambience: Level = 0.55
    """The soundscape while nobody speaks."""
    music: Level = 0.4
    """The music while nobody speaks."""
    ducked: Level = 0.3
    """What is left of soundscape and music under the storyteller."""


class Config(ServiceConfig, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The `[display]` table."""

    host: str = "127.0.0.1"
    """Address to serve on; `0.0.0.0` for every network of this machine."""
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 8765
    """Port to serve on; 0 for any free one."""
    hosts: tuple[str, ...] = ()
    """Further names by which browsers may ask for the page, such as `gallery.local`."""
    pages: Annotated[int, msgspec.Meta(ge=1, le=200)] = 16
    """How many pages may be open at once."""
    microphone: bool = True
    """Offer the browser's microphone."""
    examples: tuple[str, ...] = (
        "A fox who looks for the moon",
        "A lighthouse at the end of the world",
        "The night the sea fell asleep",
        "A city that only wakes when it rains",
        "An old clock that is afraid of midnight",
        "A whale who sings to the stars",
    )
    """Sentences that a visitor may borrow."""
    blocked: Path | None = None
    """A text file of the project with words that never appear on the wall, one a line."""
    block_common: bool = True
    """Also block the words of the list that comes with the program."""
    mark: Annotated[str, msgspec.Meta(min_length=1, max_length=1)] = "•"
    """Stands for each letter of a blocked word."""
    frames: Annotated[int, msgspec.Meta(ge=1, le=60)] = 6
    """Pictures a second while the scene only drifts; more want a graphics card."""
    levels: Levels = msgspec.field(default_factory=Levels)
    """How loud things are."""
    words: Words = msgspec.field(default_factory=Words)
    """What the page says."""

    def unused(self) -> frozenset[type[Event]]:
        """Return what no page brings."""
        return frozenset() if self.microphone else frozenset({MicChunk})
