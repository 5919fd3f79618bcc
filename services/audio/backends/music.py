"""Music composed and played by numbers, in a child process that steps back behind more urgent work."""

from importlib.metadata import version
from types import TracebackType
from typing import Self

import msgspec

from services.actor.child import Child
from services.audio.composer import Piece
from services.audio.config import Music
from services.audio.soundscaper import Recording

BEHIND = 15
"""How far the studio steps back: nobody waits for music."""
IDLE = 60.0
"""Seconds after which a studio that nobody needs gives its memory back."""


class LoopComposer:
    """Makes music without a model; the last resort, which never fails."""

    name = "composer"
    version = version("fantascope")
    capabilities = frozenset({"SEEDS", "LOOPS"})

    def __init__(self, config: Music) -> None:
        self.config = config
        self.child = Child("services.audio.studio", nice=BEHIND, idle=IDLE)

    async def __aenter__(self) -> Self:
        await self.child.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.child.__aexit__(kind, error, trace)

    async def compose(self, piece: Piece) -> Recording:
        """Return the music."""
        answer = await self.child.ask(msgspec.msgpack.encode(piece))
        return msgspec.msgpack.decode(answer, type=Recording)
