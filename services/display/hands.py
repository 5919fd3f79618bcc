"""What visitors do at a page, as events."""

import re
import time

import structlog

from bus import Bus
from schemas import SceneFinished, SceneShown, SpeechFinal, because
from services.display.config import Config
from services.display.messages import Finished, FromPage, Join, MicState, Said, Say, Shown, Speaking, Trouble
from services.display.mics import Mics, mic_name
from services.display.pages import Page, Pages, encode
from services.display.recent import Recent
from services.display.stage import Stage

log = structlog.get_logger()

NAME = re.compile(r"[a-z0-9]{4,32}")
LONGEST = 600
"""Characters that are taken from the text box."""
BURST, PACE = 5, 2.0
"""Texts that a page may send at once, and the seconds after which it may send one more."""


class Hands:
    """Turns what pages tell into events. One for all pages."""

    def __init__(self, config: Config, bus: Bus, stage: Stage, pages: Pages) -> None:
        self.config, self.bus, self.stage, self.pages = config, bus, stage, pages
        self.mics = Mics(bus.post)
        self.said = Recent(500)
        self.allowed: dict[str, tuple[float, float]] = {}

    async def take(self, page: Page, message: FromPage) -> None:
        """Do what a page's message asks for."""
        match message:
            case Join() if NAME.fullmatch(message.page):
                self.pages.name(page, message.page)
            case Say():
                await self.say(page, message)
            case MicState():
                self.mics.switch(page.name, on=message.on and self.config.microphone)
            case Shown():
                await self.shown(page, message.id)
            case Speaking():
                self.stage.begun(message.id)
            case Finished():
                await self.finished(page, message.id)
            case Trouble() if self.allow(f"trouble {page.name}"):
                log.warning("page.trouble", page=page.name, text=message.text[:300])
            case _:
                log.debug("page.ignored", page=page.name, kind=type(message).__name__)

    async def say(self, page: Page, message: Say) -> None:
        """Publish what a visitor wrote; the same text sent again after a lost connection counts once."""
        text = " ".join(message.text.split())[:LONGEST]
        known = message.id in self.said
        refused = not known and not self.allow(page.name)
        if text and not known and not refused:
            self.said.add(message.id)
            await self.bus.publish(
                SpeechFinal(mic=mic_name(page.name), text=text, language=self.config.project.language)
            )
        answer = Said(id=message.id, refused=refused)
        page.tell(answer, encode(answer))

    async def shown(self, page: Page, picture: str) -> None:
        """Publish that a picture is on the wall."""
        event = self.stage.on_canvas(picture, page.name)
        if event is not None:
            seconds = max(0.0, round(time.monotonic() - event.clock, 3))
            shown = SceneShown(path=event.asset.path, page=page.name, seconds=seconds)
            await self.bus.publish(because(event, shown))

    async def finished(self, page: Page, narrated: str) -> None:
        """Publish that a narration was heard to its end, once however many pages play it."""
        event = self.stage.heard(narrated)
        if event is not None:
            await self.bus.publish(because(event, SceneFinished(page=page.name)))

    def allow(self, who: str) -> bool:
        """Return whether somebody may do one thing more now."""
        now = time.monotonic()
        left, then = self.allowed.pop(who, (float(BURST), now))
        left = min(float(BURST), left + (now - then) / PACE)
        allowed = left >= 1.0
        self.allowed[who] = (left - allowed, now)
        while len(self.allowed) > 500:
            del self.allowed[next(iter(self.allowed))]
        return allowed
