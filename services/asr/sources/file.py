"""A WAV file that stands in for a microphone: for rehearsals, and to show what was understood."""

import io
import itertools
import time
import wave
from pathlib import Path

import anyio
import numpy as np
from anyio import TASK_STATUS_IGNORED
from anyio.abc import TaskStatus

from bus import Bus
from services.actor.errors import Unavailable
from services.actor.threads import in_thread
from services.asr.config import FileConfig
from services.asr.listener import Hear, Sound
from services.asr.sources.rate import Converter
from services.asr.vad import RATE

CHUNK = 480
"""Samples."""
TAIL = 1.0
"""Seconds of silence after it, so that the last word has an end."""


class WavFile:
    """Plays the file as fast as it sounds: nothing is heard before its time."""

    def __init__(self, config: FileConfig) -> None:
        self.config = config

    async def listen(
        self,
        bus: Bus,  # noqa: ARG002 - this sound does not come by the bus
        hear: Hear,
        *,
        task_status: TaskStatus[None] = TASK_STATUS_IGNORED,
    ) -> None:
        """Play the file once, or for ever."""
        pcm = await in_thread(read, self.config.path)
        task_status.started()
        start = time.monotonic()
        for _ in itertools.count() if self.config.loop else range(1):
            start = await self._play(pcm, start, hear)
        hear(Sound(self.config.mic, b"", start, last=True))

    async def _play(self, pcm: bytes, start: float, hear: Hear) -> float:
        """Play the file; return the monotonic time at which it ended."""
        whole = silence(self.config.delay) + pcm + silence(TAIL)
        for at in range(0, len(whole), 2 * CHUNK):
            chunk = whole[at : at + 2 * CHUNK]
            due = start + (at + len(chunk)) / (2 * RATE)
            await anyio.sleep(max(0.0, due - time.monotonic()))
            hear(Sound(self.config.mic, chunk, due))
        return start + len(whole) / (2 * RATE)


def silence(seconds: float) -> bytes:
    """Return so much silence."""
    return bytes(2 * round(seconds * RATE))


def read(path: Path) -> bytes:
    """Return a WAV file as samples for the recognisers. Raise Unavailable when it is none."""
    try:
        return samples(path.read_bytes())
    except (wave.Error, EOFError, OSError) as error:
        raise Unavailable(f"{path} cannot be played: {error or 'it is cut off'}") from error


def samples(data: bytes) -> bytes:
    """Return the sound of a WAV file as samples for the recognisers. Raise wave.Error or EOFError when it is none."""
    with wave.open(io.BytesIO(data)) as file:
        width, rate, channels = file.getsampwidth(), file.getframerate(), file.getnchannels()
        return Converter(rate, channels)(sixteen_bit(file.readframes(file.getnframes()), width))


def sixteen_bit(data: bytes, width: int) -> bytes:
    """Return samples of 8, 16, 24 or 32 bits as 16-bit ones."""
    if width == 2:
        return data
    samples = np.frombuffer(data, np.uint8).reshape(-1, width)
    if width == 1:
        return ((samples[:, 0].astype("<i2") - 128) << 8).astype("<i2").tobytes()
    return np.ascontiguousarray(samples[:, width - 2 :]).tobytes()
