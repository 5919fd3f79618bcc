"""A real bus with the story service on it, and a hand that speaks, narrates and plays."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

import anyio
import msgspec

from bus import Bus, Subscription, open_bus
from schemas import (
    EVENTS,
    Event,
    NarrationReady,
    NarrationRequest,
    SceneFinished,
    SpeechFinal,
    StoryBeat,
    because,
)
from services.story.config import Config
from services.story.service import serve

PATIENCE = 20.0
QUICK = Config(pause=0.0, patience=0.0, silence=30.0)

EventT = TypeVar("EventT", bound=Event)


class Room:
    """Everything that is heard, and one who takes part."""

    def __init__(self, bus: Bus, events: Subscription[Event]) -> None:
        self.bus, self.events = bus, events
        self.seen: dict[str, Event] = {}

    async def next(self, kind: type[EventT]) -> EventT:
        """Return the next event of a kind; remember all others."""
        with anyio.fail_after(PATIENCE):
            async for event in self.events:
                self.seen[event.id] = event
                if isinstance(event, kind):
                    return event
        raise AssertionError("the bus has ended")

    async def say(self, text: str, mic: str = "door") -> SpeechFinal:
        """Speak."""
        return await self.bus.publish(SpeechFinal(text=text, mic=mic))

    async def play(self, request: NarrationRequest) -> SceneFinished:
        """Narrate at once, and play it to its end."""
        ready = await self.bus.publish(because(request, NarrationReady(seconds=0.0)))
        return await self.bus.publish(because(ready, SceneFinished(page="wall")))

    async def beat(self) -> tuple[StoryBeat, NarrationRequest]:
        """Return the next beat and the request for its narration."""
        return await self.next(StoryBeat), await self.next(NarrationRequest)

    def trail(self, event: Event) -> list[Event]:
        """Return an event and what led to it, back to its beginning."""
        found = [event]
        while found[-1].cause:
            found.append(self.seen[found[-1].cause])
        return found


def config(**changes: object) -> Config:
    """Return settings that lose no time, with some changed."""
    return msgspec.structs.replace(QUICK, **changes)


@asynccontextmanager
async def story(folder: Path, settings: Config = QUICK) -> AsyncIterator[None]:
    """Let the service run."""
    async with (
        open_bus("story", run=folder / "run", journals=folder / "journal") as bus,
        anyio.create_task_group() as group,
    ):
        await group.start(partial(serve, settings, bus))
        yield
        group.cancel_scope.cancel()


@asynccontextmanager
async def room(folder: Path) -> AsyncIterator[Room]:
    """Join as the one who takes part."""
    kinds = [kind for kind in EVENTS.values() if kind.lane == "log"]
    async with (
        open_bus("hand", run=folder / "run", journals=folder / "journal") as bus,
        bus.subscribe(*kinds) as events,
    ):
        yield Room(bus, events)


@asynccontextmanager
async def stage(settings: Config = QUICK) -> AsyncIterator[Room]:
    """Let the service run in a new folder, and join."""
    folder = Path(tempfile.mkdtemp(prefix="fs"))
    async with room(folder) as joined, story(folder, settings):
        yield joined
