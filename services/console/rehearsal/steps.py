"""What can stand in a `[[step]]`: one class for each verb, which is the name of its first field."""

from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

Seconds = Annotated[float, Meta(gt=0, le=86_400)]


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that is done or waited for."""


class Arrive(Step, frozen=True, kw_only=True):
    """Somebody comes and opens the page."""

    arrive: str
    """What they are called, 4 to 32 small letters and digits; their microphone is `page-` and this."""


class Leave(Step, frozen=True, kw_only=True):
    """Somebody closes the page, whatever they are doing."""

    leave: str
    """Who."""


class Act(Step, frozen=True, kw_only=True):
    """Something that a visitor does."""

    by: str = ""
    """Who does it; whoever arrived last when empty."""


class Type(Act, frozen=True, kw_only=True):
    """A visitor writes."""

    type: str
    """What."""


class Sound(Act, frozen=True, kw_only=True):
    """Something that a microphone hears."""

    meanwhile: bool = False
    """Go on with the next step at once, instead of when it has been heard."""


class Say(Sound, frozen=True, kw_only=True):
    """A visitor speaks, and is listened to like everybody else."""

    say: str
    """What."""
    voice: str = ""
    """A character of the project's voices, such as `man` or `child`."""


class Noise(Sound, frozen=True, kw_only=True):
    """A visitor makes a noise."""

    noise: str
    """`scream`, `cough`, `laughter`, `music`, or any sound of a place, such as `applause`."""
    seconds: Annotated[float, Meta(ge=0.5, le=60)] = 2.0
    """How long."""


class Play(Sound, frozen=True, kw_only=True):
    """A recording is played into a microphone."""

    play: Path
    """A WAV file beside the scenario."""


class Wait(Step, frozen=True, kw_only=True):
    """Something has to come; it may have come since the last thing that was done."""

    wait: str
    """Its topic, or a pattern with `*`; `page.` and a name for what pages are told and show."""
    within: Seconds
    """Seconds from now that it may take."""
    where: dict[str, Any] = {}
    """Which one: fields, and what they have to be."""
    expect: dict[str, Any] = {}
    """What the first such one must hold."""


class Never(Step, frozen=True, kw_only=True):
    """Something must not come, nor have come since the last thing that was done."""

    never: str
    """Its topic, or a pattern with `*`."""
    seconds: Seconds = msgspec.field(name="for")
    """Seconds from now."""
    where: dict[str, Any] = {}
    """Which one."""


class Inject(Step, frozen=True, kw_only=True):
    """An event is published by hand."""

    inject: str
    """Its topic."""
    fields: dict[str, Any] = {}
    """What it holds."""
    in_visit: bool = False
    """It belongs to the visit and the turn that are on."""


class Kill(Step, frozen=True, kw_only=True):
    """A service dies at once; it is started anew as always."""

    kill: str
    """Which."""


class Stall(Step, frozen=True, kw_only=True):
    """A service stands still, and goes on after a time."""

    stall: str
    """Which."""
    seconds: Seconds = msgspec.field(name="for")
    """How long; the next steps do not wait for its end."""


class Advance(Step, frozen=True, kw_only=True):
    """Time passes for the story and at every simulated page, without having to be waited for."""

    advance: Seconds
    """How much."""


class Pause(Step, frozen=True, kw_only=True):
    """Nothing is done."""

    pause: Seconds
    """How long."""


Audible = Say | Noise | Play
"""What a microphone hears."""
KINDS = (Arrive, Leave, Type, Say, Noise, Play, Wait, Never, Inject, Kill, Stall, Advance, Pause)
VERBS: dict[str, type[Step]] = {kind.__name__.lower(): kind for kind in KINDS}
"""Every kind of step by its verb."""
