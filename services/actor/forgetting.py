"""Forgetting on demand: each service removes from its own journal what it is asked to, and says when that is done."""

import structlog

from bus import Bus
from schemas import Forget, Forgotten, because

NEWEST = 1000
"""Wishes that are looked through after a start; older ones were fulfilled long ago."""

log = structlog.get_logger()


async def forget_when_asked(bus: Bus) -> None:
    """Fulfil every wish to forget, until cancelled; first those that came while this service was not there."""
    async with bus.subscribe(Forget) as wishes:
        answers = await bus.history(topics=("forgotten",), source=bus.name, limit=NEWEST, newest=True)
        fulfilled = {answer.cause for answer in answers}
        for missed in await bus.history(topics=("forget",), limit=NEWEST, newest=True):
            if isinstance(missed, Forget) and missed.id not in fulfilled:
                fulfilled.add(missed.id)
                await forget(bus, missed)
        async for wish in wishes:
            if wish.id not in fulfilled:
                await forget(bus, wish)


async def forget(bus: Bus, wish: Forget) -> None:
    """Remove what a wish names from this service's journal, and say so."""
    gone = await bus.forget(wish.visits, wish.ids, rewrite=bus.name in wish.rewrite)
    log.info("forgotten", wish=wish.id, events=gone.events, letters=gone.letters, files=len(gone.files))
    await bus.publish(because(wish, Forgotten(events=gone.events, letters=gone.letters, files=tuple(gone.files))))
