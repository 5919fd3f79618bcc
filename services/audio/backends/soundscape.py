"""Soundscapes mixed of computed layers, in a child process that steps back behind more urgent work."""

from importlib.metadata import version
from types import TracebackType
from typing import Self

import msgspec

from services.actor.child import Child
from services.audio.config import Soundscape
from services.audio.soundscaper import Ambience, Recording

BEHIND = 10
"""How far the studio steps back: the next sentence and the next picture matter more."""


class LayeredSoundscaper:
    """Makes soundscapes without a model; the last resort, which never fails."""

    name = "soundscape"
    version = version("fantascope")
    capabilities = frozenset({"SEEDS", "LOOPS"})

    def __init__(self, config: Soundscape) -> None:
        self.config = config
        self.child = Child("services.audio.studio", nice=BEHIND)

    async def __aenter__(self) -> Self:
        await self.child.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.child.__aexit__(kind, error, trace)

    async def surround(self, ambience: Ambience) -> Recording:
        """Return the soundscape."""
        answer = await self.child.ask(msgspec.msgpack.encode(ambience))
        return msgspec.msgpack.decode(answer, type=Recording)
