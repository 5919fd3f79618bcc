"""The display service: hears what happens and shows what is fresh."""

from functools import partial

import anyio
import structlog
from anyio.abc import TaskStatus

from bus import Bus
from schemas import (
    Event,
    MicChunk,
    SceneFinished,
    SceneShown,
    SpeechFinal,
    Status,
    TurnStarted,
    VisitEnded,
    VisitStarted,
    topic_of,
)
from services.actor.threads import in_thread
from services.actor.turns import Turns
from services.display import stage
from services.display.app import make_app
from services.display.config import Config
from services.display.front import Front
from services.display.house import House
from services.display.messages import Tick
from services.display.server import address_of, listen, run_server
from services.display.stage import REMEMBERED

log = structlog.get_logger()

SAYS = (MicChunk, SpeechFinal, SceneShown, SceneFinished)
HEARS = (*stage.HEARD, Status)

KEEP = 8
"""Newest previews, live words and states that wait when this service is behind."""
ROUND = 2.0
"""Seconds between two looks after what nobody reports: pages that went with their microphone on, a silent listener."""
TICK = 5
"""Rounds between two signs of life to the pages."""


async def serve(config: Config, bus: Bus, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
    """Keep the page, until cancelled."""
    with listen(config.host, config.port) as listener:
        async with bus.subscribe(*HEARS, keep=KEEP) as events:
            house = House(config, bus, await Turns.read(bus), await in_thread(Front.read, config))
            house.address = address_of(listener, config.host)
            await recall(house, bus)
            bus.reports["page"] = house.report
            async with anyio.create_task_group() as tasks:
                await tasks.start(partial(run_server, make_app(house), listener))
                tasks.start_soon(look_after, house)
                log.info("display.open", url=house.address)
                task_status.started()
                async for event in events:
                    await hear(house, bus, event)


async def hear(house: House, bus: Bus, event: Event) -> None:
    """Let the pages know of an event if it concerns them."""
    if isinstance(event, Status):
        house.pages.tell(house.listener.note(event))
        return
    if house.stage.unknown(event):
        ended = await bus.last(VisitEnded, visit=event.visit)
        if ended is not None:
            house.stage.turns.note(ended)
    house.pages.tell(house.stage.hear(event))


async def recall(house: House, bus: Bus) -> None:
    """Put on stage again what the journals say is there."""
    begun = [await bus.last(kind) for kind in (VisitStarted, TurnStarted)]
    newest = max((event for event in begun if event), key=lambda event: event.time, default=None)
    if newest is None or house.stage.turns.stale(newest):
        return
    topics = tuple(topic_of(kind) for kind in REMEMBERED)
    events = await bus.history(topics=topics, visit=newest.visit, newest=True)
    for event in sorted(events, key=lambda event: event.time):
        house.stage.hear(event)
    log.info("stage.recalled", visit=house.stage.visit, events=len(events))


async def look_after(house: House) -> None:
    """Notice what no event says, until cancelled."""
    rounds = 0
    while True:
        await anyio.sleep(ROUND)
        rounds += 1
        house.hands.mics.sweep()
        house.pages.tell(house.listener.check())
        if rounds % TICK == 0:
            house.pages.tell(Tick())
