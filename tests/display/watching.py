"""Looking at the page in a real browser."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Page

from services.display.config import Config
from tests.browser import open_page
from tests.display.theatre import Theatre, open_theatre

RED, BLUE, GREEN = (200, 60, 20), (20, 60, 200), (30, 160, 60)
PIXEL = """([x, y]) => {
    const stage = document.getElementById("stage");
    const at = [Math.floor(stage.width * x), Math.floor(stage.height * y)];
    return Array.from(stage.getContext("2d").getImageData(...at, 1, 1).data);
}"""


@asynccontextmanager
async def opened(browser: Browser, config: Config | None = None) -> AsyncIterator[tuple[Theatre, Page]]:
    """Yield a theatre and a page in it that has thrown no error by the end."""
    async with open_theatre(config) as house:
        page = await open_page(browser, house.url)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if "Security Policy" in line.text else None)
        yield house, page
        await page.close()
        assert not errors


async def pixel(page: Page, x: float, y: float = 0.5) -> list[int]:
    """Return the colour of the canvas at a share of its width and height."""
    found: list[int] = await page.evaluate(PIXEL, [x, y])
    return found


def near(seen: list[int], wanted: tuple[int, int, int]) -> bool:
    return all(abs(one - other) <= 6 for one, other in zip(seen, wanted, strict=False)) and seen[3] == 255
