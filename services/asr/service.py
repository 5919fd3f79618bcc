"""The listener: microphones in, words out."""

import pkgutil
from collections.abc import Sequence

import anyio
import msgspec
from anyio.abc import TaskStatus

from bus import Bus, Report
from schemas import MicChunk, SpeechFinal, SpeechPartial, SpeechStarted
from services.actor.backend import BackendConfig
from services.actor.chain import Chain, open_chain
from services.asr.config import Config, ListenConfig, Recognisers
from services.asr.inlet import Inlet
from services.asr.listener import Sound
from services.asr.room import Room
from services.asr.scribe import Scribe

SAYS = (SpeechStarted, SpeechPartial, SpeechFinal)
HEARS = (MicChunk,)

SENSE = "services.asr.backends.webrtc:Webrtc"


async def serve(config: Config, bus: Bus, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
    """Listen to all sources until cancelled."""
    async with (
        open_chain(localised(config), bus=bus, digest=config.digest) as chain,
        anyio.create_task_group() as tasks,
    ):
        scribe = Scribe(bus, chain)
        room = Room(config, pkgutil.resolve_name(SENSE), scribe.take_down, tasks)
        bus.reports["speech"] = scribe.report
        bus.reports["microphones"] = room.report
        inlets = [Inlet(source) for source in config.sources]
        bus.reports["sources"] = lambda: report(inlets)

        def hear(sound: Sound) -> None:
            if able(chain):
                room.hear(sound)

        tasks.start_soon(room.sweep)
        for inlet in inlets:
            await tasks.start(inlet.run, bus, hear)
        task_status.started()


def localised(config: Config) -> Recognisers:
    """Return the recognisers' settings with the project's language where they name none."""
    return Recognisers([in_language(each, config.project.language) for each in config.backends])


def in_language(config: BackendConfig, language: str) -> BackendConfig:
    """Return a recogniser's settings with a language."""
    if isinstance(config, ListenConfig) and not config.language:
        return msgspec.structs.replace(config, language=language)
    return config


def able(chain: Chain) -> bool:
    """Return whether anything can recognise speech now. While nothing can, nobody is led to believe that we listen."""
    return any(link.state == "up" for link in chain.links)


def report(inlets: Sequence[Inlet]) -> Report:
    """Return the state of the sources, for `status`; a message only when there is nothing left to listen to."""
    missing = [inlet.state() for inlet in inlets if inlet.message]
    message = "; ".join(missing) if len(missing) == len(inlets) else ""
    return {"message": message, "sources": [inlet.state() for inlet in inlets]}
