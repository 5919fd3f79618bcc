"""All microphones: opened by the first sound from them, closed by the last one or by silence."""

import time
from collections.abc import Awaitable, Callable

import anyio
import structlog
from anyio.abc import TaskGroup
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from bus import Report
from services.asr.config import Config
from services.asr.listener import Sound
from services.asr.session import Microphone
from services.asr.utterance import Utterance
from services.asr.vad import Endpointer, Sense

MOST = 64
"""Microphones that may be open; the sound of more is not listened to."""
WAITING = 8
"""Utterances of one microphone that may wait to be recognised."""
SWEEP = 0.5

log = structlog.get_logger()


class Room:
    """Gives sound to its microphone, and each microphone's utterances, one after the other, to the scribe."""

    def __init__(
        self,
        config: Config,
        sense: Callable[[int], Sense],
        take_down: Callable[[Utterance], Awaitable[None]],
        tasks: TaskGroup,
    ) -> None:
        self.config, self.sense, self.take_down, self.tasks = config, sense, take_down, tasks
        self.open: dict[str, tuple[Microphone, MemoryObjectSendStream[Utterance]]] = {}
        self.heard: dict[str, float] = {}
        """Monotonic time of the last sound, by microphone."""
        self.refused = 0

    def hear(self, sound: Sound) -> None:
        """Take sound of any microphone."""
        if sound.mic not in self.open and (sound.last or not self._open(sound.mic)):
            return
        microphone, _ = self.open[sound.mic]
        self.heard[sound.mic] = time.monotonic()
        microphone.hear(sound)
        if sound.last:
            self.close(sound.mic, "closed")

    def close(self, mic: str, reason: str) -> None:
        """End what is being said into a microphone and forget it."""
        microphone, utterances = self.open.pop(mic)
        del self.heard[mic]
        microphone.close()
        utterances.close()
        log.info("mic.closed", mic=mic, reason=reason)

    async def sweep(self) -> None:
        """Close microphones that nothing comes from, until cancelled."""
        while True:
            await anyio.sleep(SWEEP)
            late = time.monotonic() - self.config.gone
            for mic in [mic for mic, heard in self.heard.items() if heard < late]:
                self.close(mic, "went quiet")

    def _open(self, mic: str) -> bool:
        if len(self.open) >= MOST:
            self.refused += 1
            return False
        send, receive = anyio.create_memory_object_stream[Utterance](WAITING)

        def begun(utterance: Utterance) -> None:
            try:
                send.send_nowait(utterance)
            except anyio.WouldBlock:
                log.warning("speech.lost", mic=mic, error="the recogniser is far behind")

        endpointer = Endpointer(self.config.voice, self.sense(self.config.voice.strictness))
        self.open[mic] = (Microphone(mic, endpointer, begun), send)
        self.tasks.start_soon(self._follow, send, receive, name=f"microphone {mic}")
        log.info("mic.opened", mic=mic)
        return True

    async def _follow(
        self, coming: MemoryObjectSendStream[Utterance], utterances: MemoryObjectReceiveStream[Utterance]
    ) -> None:
        with coming, utterances:
            async for utterance in utterances:
                await self.take_down(utterance)

    def report(self) -> Report:
        """Return which microphones are open, for `status`."""
        speaking = [mic for mic, (microphone, _) in self.open.items() if microphone.utterance is not None]
        return {"open": sorted(self.open), "speaking": speaking, "refused": self.refused}
