"""The crowd at the pages: does what was drawn for it, when its time has come."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from time import monotonic as now

import anyio

from schemas import Event, SpeechFinal, TurnStarted
from services.console.simulation.asking import Asked, match
from services.console.simulation.crowd import Guest, Visit, Wish
from services.console.simulation.day import DayClock
from services.console.simulation.house import House
from services.console.visitors.record import Seen, Told
from services.console.visitors.visitor import Visitor, at_page
from services.console.visitors.voices import Voices

PAGES = ("crowd0001", "crowd0002")
"""The page that everybody comes to, and the one for whoever comes along."""
PATIENCE = 15.0
"""Seconds for which somebody waits for an answer before they go on without."""
RECENT = 12
"""Of what was said last: all that can still be waiting for something."""
BYTES = 32_000
"""Of a second of sound."""


class People:
    """Everybody who comes on a day."""

    def __init__(
        self, address: str, clock: DayClock, house: House, voices: Voices | None, recordings: Path | None = None
    ) -> None:
        """`voices` make them speak, or play what they say from a folder of `recordings`; without, they write."""
        self.address, self.clock, self.house = address, clock, house
        self.voices, self.recordings = voices, recordings
        self.asked: list[Asked] = []
        self.pages: list[Visitor] = []
        self.seen: list[Seen] = []
        self.newest: dict[str, dict[str, int]] = {}
        """By page and visit: the newest turn that the page was told of."""
        self.stale: list[Seen] = []
        self.left = 0
        """Visits that are over."""

    async def come(self, visits: list[Visit], done: Callable[[Visit], None]) -> None:
        """Let everybody come, one after the other; `done` hears of each who has left."""
        async with AsyncExitStack() as doors:
            for name in PAGES:
                self.pages.append(await doors.enter_async_context(at_page(self.address, name, self.clock, self.noted)))
                await self.pages[-1].arrived()
            for visit in visits:
                await self.clock.reach(self.clock.opened + visit.at)
                async with anyio.create_task_group() as together:
                    for number, guest in enumerate(visit.guests):
                        together.start_soon(self.be, visit, number, guest)
                self.left += 1
                done(visit)

    async def be(self, visit: Visit, number: int, guest: Guest) -> None:
        """Be one guest, from coming to leaving."""
        last: Asked | None = None
        for count, wish in enumerate(guest.wishes):
            await self.wait_for(wish, last)
            await self.clock.reach(self.clock.now() + wish.after)
            asked = Asked(
                visit=visit.number,
                guest=number,
                number=count,
                page=PAGES[guest.page],
                text=wish.text,
                nothing=wish.nothing,
                gone=wish.part < 1,
            )
            await self.utter(asked, wish, self.pages[guest.page])
            last = asked if not wish.nothing else last
        if last and not last.gone:
            await self.wait_for(Wish(text=""), last)
        await self.clock.reach(self.clock.now() + guest.stays)

    async def wait_for(self, wish: Wish, last: Asked | None) -> None:
        """Wait for what somebody waits for before they speak; not for ever."""
        if last and wish.upon == "answer" and last.taken:
            with anyio.move_on_after(PATIENCE):
                await last.answered.wait()

    async def utter(self, asked: Asked, wish: Wish, page: Visitor) -> None:
        """Say it, or write it."""
        self.house.busy += 1
        try:
            speak = partial(self.speak, page, wish) if self.voices else partial(self.write, page, wish)
            await speak(asked)
        finally:
            self.house.busy -= 1

    async def write(self, page: Visitor, wish: Wish, asked: Asked) -> None:
        """Write it. Who leaves in the middle of a sentence has sent nothing."""
        asked.at = now()
        self.asked.append(asked)
        if wish.part == 1:
            asked.taken = await page.type(wish.text)

    async def speak(self, page: Visitor, wish: Wish, asked: Asked) -> None:
        """Say it into the microphone, as far as they get."""
        if self.voices is None:
            return
        recording = self.recordings / f"{wish.text}.wav" if self.recordings else None
        pcm = await (self.voices.recording(recording) if recording else self.voices.speak(wish.text))
        self.asked.append(asked)
        asked.at = now() + len(pcm) * wish.part / BYTES
        await page.say(pcm[: int(len(pcm) * wish.part) // 2 * 2])
        asked.at = now()
        if wish.part < 1:
            page.switch(on=False)

    def hear(self, event: Event) -> None:
        """Take in what the room made of what was said."""
        if isinstance(event, SpeechFinal):
            asked = match(event, self.asked)
            if asked:
                asked.final = event
        elif isinstance(event, TurnStarted):
            for asked in self.asked:
                if asked.final and asked.final.id == event.cause:
                    asked.turn = event
                elif asked.turn and asked.turn.visit == event.visit and "word" not in asked.moments:
                    asked.over = min(asked.over, event.clock)
                    asked.answered.set()

    def noted(self, entry: Told | Seen) -> None:
        """Take in what happens at the pages."""
        if isinstance(entry, Told):
            self._told(entry)
        else:
            self.seen.append(entry)
            if entry.visit and entry.turn < self.newest.get(entry.page, {}).get(entry.visit, 0):
                self.stale.append(entry)
        for asked in self.asked[-RECENT:]:
            asked.tell(entry) if isinstance(entry, Told) else asked.see(entry)

    def _told(self, told: Told) -> None:
        turns = self.newest.setdefault(told.page, {})
        if told.message.visit:
            turns[told.message.visit] = max(turns.get(told.message.visit, 0), told.message.turn)
