"""What visitors say and do, as sound for a microphone: 16-bit samples of one channel at 16 kHz."""

import pkgutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import anyio

from schemas import Request
from services.actor.chain import Chain, open_chain
from services.actor.threads import in_thread
from services.audio.config import Config
from services.audio.narrator import Line, Narrator, Spoken

NOISE = "services.audio.noises:noise"
SAMPLES, READ = "services.asr.sources.file:samples", "services.asr.sources.file:read"
"""Imported only when something sounds."""


class Voices:
    """Speaks with the voices of a project, makes noises and plays recordings. What was made once is kept."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.kept: dict[tuple[object, ...], bytes] = {}
        self.making = anyio.Lock()
        self.wanted, self.opened = anyio.Event(), anyio.Event()
        self.chain = Chain(config.voices, {})

    async def hold(self) -> None:
        """Hold the voices open from when the first word is wanted, until cancelled."""
        await self.wanted.wait()
        async with open_chain(self.config.voices) as self.chain:
            self.opened.set()
            await anyio.sleep_forever()

    async def speak(self, text: str, *, voice: str = "", language: str = "") -> bytes:
        """Return a sentence. Raise NoBackend when no voice has the language."""
        line = Line(text=text, language=language or self.config.project.language, voice=voice)
        return await self._kept((text, line.language, voice), partial(self._spoken, line))

    async def noise(self, name: str, seconds: float) -> bytes:
        """Return a noise of `services.audio.noises`."""
        return await self._kept(("noise", name, seconds), partial(in_thread, noise, name, seconds))

    async def recording(self, path: Path) -> bytes:
        """Return the sound of a WAV file of any rate and number of channels. Raise Unavailable when it is none."""
        return await self._kept((path,), partial(in_thread, recording, path))

    async def _kept(self, key: tuple[object, ...], make: Callable[[], Awaitable[bytes]]) -> bytes:
        async with self.making:
            if key not in self.kept:
                self.kept[key] = await make()
            return self.kept[key]

    async def _spoken(self, line: Line) -> bytes:
        self.wanted.set()
        await self.opened.wait()

        async def speak(narrator: Narrator, _: Request) -> Spoken:
            return await narrator.speak(line)

        spoken, _ = await self.chain.call(Request(), speak)
        return await in_thread(samples, spoken.data)


def noise(name: str, seconds: float) -> bytes:
    """Return a noise."""
    return samples(pkgutil.resolve_name(NOISE)(name, seconds))


def samples(file: bytes) -> bytes:
    """Return the sound of a WAV file."""
    return bytes(pkgutil.resolve_name(SAMPLES)(file))


def recording(path: Path) -> bytes:
    """Return the sound of a WAV file that lies somewhere."""
    return bytes(pkgutil.resolve_name(READ)(path))


@asynccontextmanager
async def open_voices(config: Config) -> AsyncIterator[Voices]:
    """Yield the voices of a project's `[audio]` table; none of them is opened before it is needed."""
    async with anyio.create_task_group() as tasks:
        voices = Voices(config)
        tasks.start_soon(voices.hold)
        yield voices
        tasks.cancel_scope.cancel()
