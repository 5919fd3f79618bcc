"""The `[audio]` table: who speaks, what the place sounds like, who plays, and how loudly."""

import sys

import msgspec

from services.actor.backend import BackendConfig, Backends
from services.actor.config import QueueConfig, ServiceConfig
from services.actor.needs import AGAIN, Need, package, program

FLITE_CAST = {"narrator": "slt", "woman": "slt", "child": "slt", "adult": "rms", "man": "rms", "old": "awb"}
ESPEAK_CAST = {"narrator": "", "woman": "f4", "child": "f5", "adult": "m3", "man": "m3", "old": "grandpa"}


class Say(BackendConfig, tag="say", frozen=True, kw_only=True):
    """The voices of macOS."""

    factory = "services.audio.backends.say:SayNarrator"

    voice: str = ""
    """Name of an installed voice; empty for the one chosen in the system's settings."""
    words_per_minute: int = 165
    """Pace before the request's own is applied."""
    cast: dict[str, str] = {}
    """Which voice speaks for a character or under another name."""

    def needs(self) -> tuple[Need, ...]:
        """Return its program."""
        return (program("say", "it comes with macOS", foreign=sys.platform != "darwin"),)


class Flite(BackendConfig, tag="flite", frozen=True, kw_only=True):
    """The program `flite`: a clear English voice."""

    factory = "services.audio.backends.flite:FliteNarrator"

    program: str = "flite"
    """Name or path of the program."""
    voice: str = "slt"
    """`slt` (a woman), `rms` (a man) or `awb` (a Scot)."""
    pace: float = 0.92
    """1 is the voice's natural pace, which is a little hurried for a story."""
    cast: dict[str, str] = msgspec.field(default_factory=lambda: dict(FLITE_CAST))
    """Which voice speaks for a character or under another name."""

    def needs(self) -> tuple[Need, ...]:
        """Return its program."""
        return (program(self.program, "Debian: apt install flite"),)


class Espeak(BackendConfig, tag="espeak", frozen=True, kw_only=True):
    """eSpeak NG, which comes with the installation and speaks more than a hundred languages."""

    factory = "services.audio.backends.espeak:EspeakNarrator"

    variant: str = "f2"
    """Timbre of the voice: `m1` to `m8`, `f1` to `f5`, or a name such as `Andrea`."""
    words_per_minute: int = 158
    """Pace before the request's own is applied."""
    pitch: int = 42
    """0 to 99."""
    melody: int = 58
    """How far the pitch moves, 0 to 99."""
    cast: dict[str, str] = msgspec.field(default_factory=lambda: dict(ESPEAK_CAST))
    """Which variant speaks for a character or under another name; empty for the usual one."""

    def needs(self) -> tuple[Need, ...]:
        """Return its library, which comes with the installation."""
        return (package("espeakng_loader", AGAIN, distribution="espeakng-loader"),)


class Soundscape(BackendConfig, tag="soundscape", frozen=True, kw_only=True):
    """Sounds computed from nothing but numbers."""

    factory = "services.audio.backends.soundscape:LayeredSoundscaper"


class Music(BackendConfig, tag="composer", frozen=True, kw_only=True):
    """Music composed and played by numbers."""

    factory = "services.audio.backends.music:LoopComposer"


class VoiceBackends(Backends, known=(Say, Flite, Espeak)):
    """The ways to speak."""


class SoundscapeBackends(Backends, known=(Soundscape,)):
    """The ways to make a soundscape."""


class MusicBackends(Backends, known=(Music,)):
    """The ways to make music."""


class NarrationQueue(QueueConfig, frozen=True, kw_only=True):
    """The list of what is to be spoken."""

    max_concurrent: int = 2
    """Requests in hand at the same time. Two, so that a new visitor need not wait for another's long story."""


class Sound(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sound of the project's own."""

    layers: dict[str, float]
    """What it is mixed of, and how loud each is: `{fire = 0.5, bells = 0.2}`."""


class Config(ServiceConfig, frozen=True, kw_only=True):
    """The `[audio]` table."""

    voices: VoiceBackends = msgspec.field(default_factory=lambda: VoiceBackends((Say(), Flite(), Espeak())))
    """Who speaks, in order of preference. A voice without its program or its language is passed over."""
    soundscapes: SoundscapeBackends = msgspec.field(default_factory=lambda: SoundscapeBackends((Soundscape(),)))
    """What makes soundscapes, in order of preference."""
    composers: MusicBackends = msgspec.field(default_factory=lambda: MusicBackends((Music(),)))
    """What makes music, in order of preference."""
    voice: str = ""
    """Voice or character of requests that name none."""
    pace: float = 1.0
    """Pace of the storyteller; 1 is natural, 2 twice as fast."""
    sounds: dict[str, Sound] = {}
    """Sounds of the project's own, by name: `[audio.sounds.workshop]`."""
    voice_loudness: float = -18.0
    """LUFS."""
    sound_loudness: float = -21.0
    """LUFS; moods move it by a few. The page's own `levels` come on top, and put it behind the voice."""
    music_loudness: float = -21.0
    """LUFS; moods move it by a few. The page's own `levels` come on top, and put it behind the voice."""
    narration: NarrationQueue = NarrationQueue()
    """Its queue."""
    sound: QueueConfig = QueueConfig()
    """Its queue."""
    music: QueueConfig = QueueConfig()
    """Its queue."""
