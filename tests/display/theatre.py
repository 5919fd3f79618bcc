"""A display on a real bus, with somebody behind the scenes who plays all other services."""

import io
import shutil
import tempfile
import wave
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import anyio
import msgspec
import numpy as np
from PIL import Image

from bus import Bus, open_bus
from schemas import (
    Asset,
    Event,
    ImageProgress,
    ImageReady,
    Mark,
    MusicReady,
    NarrationPart,
    NarrationReady,
    SoundReady,
    StoryBeat,
    TurnStarted,
    VisitStarted,
)
from services.actor.config import Project
from services.display.config import Config
from services.display.service import serve


class Theatre:
    """The project's folder, the display's config and bus, and a bus for everybody else."""

    def __init__(self, folder: Path, config: Config) -> None:
        self.folder = folder
        project = msgspec.structs.replace(
            config.project, name="t", folder=folder, assets=folder / "a", journal=folder / "j", run=folder / "r"
        )
        self.config = msgspec.structs.replace(config, project=project)
        self.wings: Bus
        self.bus: Bus
        self.count = 0

    @property
    def url(self) -> str:
        """Where the page is."""
        return str(self.bus.reports["page"]()["url"])

    @property
    def port(self) -> int:
        """The port of the page."""
        return int(self.url.rsplit(":", 1)[1].strip("/"))

    @asynccontextmanager
    async def display(self) -> AsyncIterator[Bus]:
        """Run the display while inside."""
        project = self.config.project
        async with (
            open_bus("display", run=project.run, journals=project.journal) as self.bus,
            anyio.create_task_group() as tasks,
        ):
            await tasks.start(partial(serve, self.config, self.bus))
            yield self.bus
            tasks.cancel_scope.cancel()

    def asset(self, name: str, data: bytes, media_type: str, seconds: float = 0.0) -> Asset:
        """Write a file into the assets folder."""
        path = self.folder / "a" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return Asset(path=name, media_type=media_type, sha256="", size=len(data), seconds=seconds)

    async def visit(self, name: str = "v1", turn: int = 1, text: str = "a fox") -> TurnStarted:
        """Open a visit, or a further turn of it."""
        if turn == 1:
            await self.wings.publish(VisitStarted(visit=name))
        return await self.wings.publish(TurnStarted(visit=name, turn=turn, text=text))

    def request(self) -> str:
        """Return the id of a further request of the story's."""
        self.count += 1
        return f"story:{self.count}"

    async def beat(self, turn: Event, number: int, *sentences: str) -> StoryBeat:
        """Tell the next beat."""
        text = " ".join(sentences)
        return await self.wings.publish(
            StoryBeat(visit=turn.visit, turn=turn.turn, number=number, text=text, sentences=sentences)
        )

    async def picture(self, turn: Event, image: Image.Image, request: str = "") -> ImageReady:
        """Answer a request for a picture."""
        asset = self.asset(f"{request or self.request()}.png".replace(":", "-"), encoded(image, "PNG"), "image/png")
        ready = ImageReady(
            visit=turn.visit, turn=turn.turn, cause=request or self.request(), asset=asset, alt="a picture"
        )
        return await self.wings.publish(ready)

    async def preview(self, turn: Event, image: Image.Image, request: str) -> None:
        """Show how far a picture has come."""
        self.wings.post(
            ImageProgress(visit=turn.visit, turn=turn.turn, cause=request, step=1, of=2, preview=encoded(image, "JPEG"))
        )

    async def sentence(self, turn: Event, request: str, text: str, seconds: float, part: int = 0) -> NarrationPart:
        """Speak one sentence."""
        asset = self.asset(f"{request}-{part}.wav".replace(":", "-"), tone(330, seconds), "audio/wav", seconds)
        return await self.wings.publish(
            NarrationPart(
                visit=turn.visit,
                turn=turn.turn,
                cause=request,
                part=part,
                of=part + 1,
                text=text,
                asset=asset,
                marks=marks(text, seconds),
            )
        )

    async def spoken(self, turn: Event, request: str, *parts: NarrationPart) -> NarrationReady:
        """Say that all sentences are there."""
        ready = NarrationReady(
            visit=turn.visit,
            turn=turn.turn,
            cause=request,
            parts=tuple(part.id for part in parts),
            seconds=sum(part.asset.seconds for part in parts),
        )
        return await self.wings.publish(ready)

    async def sound(self, turn: Event, kind: type[SoundReady] | type[MusicReady], pitch: float) -> Event:
        """Answer a request for a soundscape or for music."""
        request = self.request()
        asset = self.asset(f"{request}.wav".replace(":", "-"), tone(pitch, 2.0), "audio/wav", 2.0)
        return await self.wings.publish(kind(visit=turn.visit, turn=turn.turn, cause=request, asset=asset))


@asynccontextmanager
async def theatre(config: Config | None = None) -> AsyncIterator[Theatre]:
    """Yield a theatre whose display is not yet open."""
    folder = Path(tempfile.mkdtemp(prefix="fs"))
    for name in ("a", "j", "r"):
        (folder / name).mkdir(mode=0o700)
    wanted = config or Config(port=0, project=Project())
    house = Theatre(folder, wanted)
    try:
        async with open_bus("wings", run=folder / "r", journals=folder / "j") as house.wings:
            yield house
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def open_theatre(config: Config | None = None) -> AsyncIterator[Theatre]:
    """Yield a theatre whose display is open."""
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(theatre(config))
        await stack.enter_async_context(house.display())
        yield house


def encoded(image: Image.Image, kind: str) -> bytes:
    """Return a picture as a file."""
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def halves(left: tuple[int, int, int], right: tuple[int, int, int]) -> Image.Image:
    """Return a picture of two colours."""
    image = Image.new("RGB", (1280, 720), left)
    image.paste(right, (640, 0, 1280, 720))
    return image


def tone(pitch: float, seconds: float, rate: int = 24000) -> bytes:
    """Return a WAV file with a tone."""
    samples = 0.3 * np.sin(2 * np.pi * pitch * np.arange(int(seconds * rate)) / rate)
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes((samples * 32767).astype("<i2").tobytes())
    return file.getvalue()


def marks(text: str, seconds: float) -> tuple[Mark, ...]:
    """Return when each word is spoken, all being equally long."""
    words = text.split()
    found: list[Mark] = []
    at = 0
    for index, word in enumerate(words):
        at = text.index(word, at)
        start = index * seconds / len(words)
        found.append(Mark(start=start, end=start + seconds / len(words), offset=at, length=len(word)))
        at += len(word)
    return tuple(found)
