"""The `[asr]` table."""

from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from schemas import Event, MicChunk
from services.actor.backend import BackendConfig, Backends
from services.actor.config import ServiceConfig
from services.actor.needs import AGAIN, EXTRA, Need, folder_of, microphone, package, portaudio, weights

Seconds = Annotated[float, Meta(gt=0, le=120)]


class ListenConfig(BackendConfig, frozen=True, kw_only=True):
    """What every recogniser can be told."""

    language: str = ""
    """BCP 47 tag of the language to listen for; the project's when empty."""


class PocketSphinxConfig(ListenConfig, tag="pocketsphinx", frozen=True, kw_only=True):
    """English, with the model that comes along; needs no key, no network and no graphics card."""

    factory = "services.asr.backends.pocketsphinx:PocketSphinx"
    decoders: Annotated[int, Meta(ge=1, le=8)] = 2
    """People who may speak at the same moment; the words of more come a little later. Each needs 100 MB meanwhile."""
    spare: Seconds = 60.0
    """Seconds after which a decoder that is not needed any more gives its memory back; one always stays."""
    doubt: Annotated[float, Meta(ge=0, le=1)] = 0.1
    """A single word that is trusted less than this was a noise."""

    def needs(self) -> tuple[Need, ...]:
        """Return its library, and the model that comes in it."""
        model = folder_of("pocketsphinx") / "model" / "en-us"
        return package("pocketsphinx", AGAIN), weights(
            "en-us", model, ".venv/bin/pip install --force-reinstall pocketsphinx"
        )


class Recognisers(Backends, known=(PocketSphinxConfig,)):
    """The recognisers, in order of preference."""


class PageConfig(BackendConfig, tag="page", frozen=True, kw_only=True):
    """The microphones of the browsers that show the page."""

    factory = "services.asr.sources.page:Page"
    keep: Annotated[int, Meta(ge=10, le=5000)] = 400
    """Chunks of all microphones together that wait when the listener is late; the oldest are lost first."""


class FileConfig(BackendConfig, tag="file", frozen=True, kw_only=True):
    """A WAV file, played into the listener as fast as it sounds: for rehearsals."""

    factory = "services.asr.sources.file:WavFile"
    path: Path
    """A file of the project's folder; of any rate and number of channels."""
    mic: str = "file"
    """What the microphone is called."""
    delay: Annotated[float, Meta(ge=0)] = 0.0
    """Seconds of silence before it, each time."""
    loop: bool = False
    """Begin again at its end."""


class CardConfig(BackendConfig, tag="card", frozen=True, kw_only=True):
    """A microphone at a sound card of this machine. Needs the extra `audio` and PortAudio."""

    factory = "services.asr.sources.card:Card"
    device: str = ""
    """Part of its name, or its number; the system's choice when empty."""
    mic: str = "card"
    """What the microphone is called."""

    def needs(self) -> tuple[Need, ...]:
        """Return PortAudio, the package that leads to it, and anything to record from."""
        return package("sounddevice", EXTRA.format("audio")), portaudio(), microphone()


class Sources(Backends, known=(PageConfig, FileConfig, CardConfig)):
    """Where sound comes from; all of them at the same time."""


class VoiceConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When somebody speaks, and when they have finished."""

    silence: Annotated[float, Meta(ge=0.15, le=5)] = 0.4
    """Seconds of silence that end an utterance. More lets people think; less answers sooner."""
    longest: Annotated[float, Meta(ge=2, le=60)] = 20.0
    """Seconds after which an utterance is taken as whole although the voice goes on."""
    before: Annotated[float, Meta(ge=0, le=1)] = 0.3
    """Seconds of sound before the first voiced one that belong to the utterance."""
    louder: Annotated[float, Meta(ge=2, le=40)] = 7.0
    """Decibels by which a voice stands out of the steady noise of the room."""
    strictness: Annotated[int, Meta(ge=0, le=3)] = 2
    """How unlike a voice a sound may be: 0 takes many things for a voice, 3 few."""


class Config(ServiceConfig, frozen=True, kw_only=True):
    """How visitors are listened to."""

    sources: Sources = msgspec.field(default_factory=lambda: Sources((PageConfig(),)))
    """Where sound comes from."""
    backends: Recognisers = msgspec.field(default_factory=lambda: Recognisers((PocketSphinxConfig(),)))
    """The recognisers, in order of preference."""
    voice: VoiceConfig = VoiceConfig()
    """When somebody speaks, and when they have finished."""
    gone: Seconds = 2.0
    """Seconds without a sound, not even silence, after which a microphone counts as switched off."""

    def unused(self) -> frozenset[type[Event]]:
        """Return what nobody listens to."""
        pages = any(isinstance(source, PageConfig) for source in self.sources)
        return frozenset() if pages else frozenset({MicChunk})
