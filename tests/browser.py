"""A real browser for tests: Chromium as it is installed, without a window."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--mute-audio",
)
SOUND = "--autoplay-policy=no-user-gesture-required"
"""Lets a page sound without having been touched."""


class NoBrowser(Exception):
    """Raised when there is no browser to test with."""


def find_chromium() -> str:
    """Return the path of a Chromium. Raise NoBrowser when there is none."""
    named = os.environ.get("FANTASCOPE_CHROMIUM", "")
    found = [shutil.which(name) for name in ([named] if named else NAMES)]
    path = next((path for path in found if path), None)
    if path is None:
        wanted = named or ", ".join(NAMES[:4])
        raise NoBrowser(f"no browser found ({wanted}): install chromium, or set FANTASCOPE_CHROMIUM to one")
    return path


def microphone_flags(sound: Path | None = None) -> list[str]:
    """Return flags for a microphone that plays a WAV file once, or beeps; it is allowed without asking."""
    flags = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    return [*flags, f"--use-file-for-fake-audio-capture={sound}%noloop"] if sound else flags


@asynccontextmanager
async def open_browser(*more: str, sound: bool = True) -> AsyncIterator[Browser]:
    """Yield a browser; `sound` lets its pages sound without a touch."""
    arguments = [*FLAGS, *([SOUND] if sound else []), *more]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=arguments)
        try:
            yield browser
        finally:
            await browser.close()


async def open_page(browser: Browser, url: str, *, width: int = 1280, height: int = 720, **more: object) -> Page:
    """Return a page that has connected to the display."""
    page = await browser.new_page(viewport={"width": width, "height": height}, **more)  # type: ignore[arg-type]
    await page.goto(url)
    await until(page, "seen.connected")
    return page


async def snapshot(page: Page) -> dict[str, object]:
    """Return what the page says it shows and plays."""
    seen: dict[str, object] = await page.evaluate("fantascope.snapshot()")
    return seen


async def until(page: Page, condition: str, *, seconds: float = 10.0) -> None:
    """Wait until a JavaScript condition on the page's snapshot, which is called `seen`, holds."""
    await page.wait_for_function(
        f"() => {{ const seen = globalThis.fantascope?.snapshot(); return Boolean(seen && ({condition})); }}",
        timeout=seconds * 1000,
        polling=50,
    )
