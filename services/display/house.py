"""All parts of the display together."""

import time

import structlog

from bus import Bus
from services.actor.turns import Turns
from services.display.config import Config
from services.display.ears import Listener
from services.display.front import Front
from services.display.hands import Hands
from services.display.messages import FromPage, Join, Present
from services.display.pages import Page, Pages, encode
from services.display.stage import Stage
from services.display.words import SHIPPED, WordFilter

log = structlog.get_logger()


class House:
    """The page's files, what is on stage, who watches, and what they do."""

    def __init__(self, config: Config, bus: Bus, turns: Turns, front: Front) -> None:
        self.config, self.front = config, front
        self.address = ""
        self.pages = Pages()
        self.listener = Listener()
        self.stage = Stage(turns, word_filter(config))
        self.hands = Hands(config, bus, self.stage, self.pages)

    async def hear(self, page: Page, message: FromPage) -> bool:
        """Take a page's message; return whether it made sense. Before its name a page has nothing to say."""
        if bool(page.name) is isinstance(message, Join):
            return False
        await self.hands.take(page, message)
        if isinstance(message, Join) and page.name:
            self.welcome(page)
        return bool(page.name)

    def welcome(self, page: Page) -> None:
        """Tell a page that has just come what is on stage."""
        present = Present(version=self.front.version, messages=self.stage.present(time.monotonic()))
        for message in (present, self.listener.ears):
            page.tell(message, encode(message))
        log.info("page.joined", page=page.name, pages=len(self.pages.connected))

    def report(self) -> dict[str, str | int | float | list[str]]:
        """Return how the display is, for the status and for `/health`."""
        stage, pages, mics = self.stage, self.pages, self.hands.mics
        return {
            "url": self.address,
            "pages": sum(bool(page.name) for page in pages.connected),
            "visit": stage.visit,
            "turn": stage.turn.turn if stage.turn else 0,
            "picture": stage.picture.id if stage.picture else "",
            "refused": stage.refused,
            "skipped": pages.skipped + sum(page.skipped for page in pages.connected),
            "cut_off": pages.cut_off,
            "microphones": len(mics.open),
            "sound_dropped": mics.dropped,
        }


def word_filter(config: Config) -> WordFilter:
    """Return the project's word filter."""
    files = [SHIPPED] if config.block_common else []
    return WordFilter.read(*files, *([config.blocked] if config.blocked else []), mark=config.mark)
