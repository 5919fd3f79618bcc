"""A page's microphone: streams in real time what the visitor says, and the murmur of the room in between."""

import functools
import itertools
import random
import time
from array import array
from collections import deque

import anyio

from services.console.visitors.link import Link
from services.display.messages import MicState

RATE = 16000
CHUNK = 960
"""Samples."""
SECONDS = CHUNK / RATE
LOUDNESS = 40
"""Of the murmur: a little more than pages take for nothing at all."""
LOUDEST = 32_767
LEAD = 0.6
"""Seconds from opening the microphone to the first word: nobody speaks while they reach for the button."""


class Utterance:
    """Sound on its way into the microphone."""

    def __init__(self, pcm: bytes) -> None:
        self.pcm, self.at = pcm, 0
        self.over = anyio.Event()


class Mic:
    """Sends nothing until it is switched on."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.open = False
        self.switched = anyio.Event()
        self.line: deque[Utterance] = deque()
        self.room = itertools.cycle(murmur())

    def switch(self, *, on: bool) -> None:
        """Open or close it; what is being said into one that is closed is lost."""
        if on != self.open:
            self.open = on
            self.tell()
            self.switched.set()
            self.switched = anyio.Event()
        if not on:
            self._drop()

    def tell(self) -> None:
        """Tell the display whether it is open."""
        self.link.tell(MicState(self.open))

    async def say(self, pcm: bytes) -> None:
        """Speak 16-bit samples of 16 kHz, after what is being said already; return when the last one was sent."""
        if not self.open:
            self.switch(on=True)
            await anyio.sleep(LEAD)
        self.line.append(Utterance(pcm))
        await self.line[-1].over.wait()

    async def run(self) -> None:
        """Stream while it is open, until cancelled."""
        try:
            while True:
                await self._stream()
                await self.switched.wait()
        finally:
            self._drop()

    async def _stream(self) -> None:
        due = time.monotonic()
        while self.open:
            due += SECONDS
            await anyio.sleep(max(0.0, due - time.monotonic()))
            self.link.sound(self._chunk())

    def _chunk(self) -> bytes:
        room = next(self.room)
        if not self.line:
            return room
        utterance = self.line[0]
        piece = utterance.pcm[utterance.at : utterance.at + 2 * CHUNK]
        utterance.at += 2 * CHUNK
        if utterance.at >= len(utterance.pcm):
            self.line.popleft().over.set()
        return mixed(piece, room)

    def _drop(self) -> None:
        while self.line:
            self.line.popleft().over.set()


def mixed(piece: bytes, room: bytes) -> bytes:
    """Return somebody's voice in a room, which does not fall silent around the words."""
    voice, around = array("h", piece), array("h", room)
    for place, sample in enumerate(voice):
        around[place] = max(-LOUDEST, min(LOUDEST, sample + around[place]))
    return around.tobytes()


@functools.cache
def murmur() -> tuple[bytes, ...]:
    """Return some seconds of a quiet room, in chunks."""
    dice = random.Random(RATE)
    return tuple(array("h", (round(dice.gauss(0, LOUDNESS)) for _ in range(CHUNK))).tobytes() for _ in range(32))
