"""One visit end to end: real services, a real browser, and a visitor who speaks, types, or is sent from a terminal."""

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import numpy as np
import pytest
from PIL import Image
from playwright.async_api import Page

from schemas import Event, ImageReady, NarrationPart, SceneShown, SpeechFinal, StoryBeat
from tests.browser import microphone_flags, open_browser, open_page, snapshot, until
from tests.installation import CHECKOUT, Installation, installed

pytestmark = pytest.mark.anyio

PAGES = CHECKOUT / "docs" / "pages"
FOX = CHECKOUT / "tests" / "sounds" / "fox.wav"


@pytest.fixture(scope="module")
def demo() -> Iterator[Installation]:
    """Run the demo installation for all tests of this file."""
    with installed(CHECKOUT / "projects" / "demo") as running:
        yield running


async def colours(page: Page) -> np.ndarray[Any, Any]:
    """Return what is on the page's canvas as 8 by 8 mean colours, 0 to 255."""
    pixels = await page.evaluate(
        """() => {
            const small = Object.assign(document.createElement("canvas"), {width: 8, height: 8});
            const ink = small.getContext("2d");
            ink.imageSmoothingQuality = "high";
            ink.drawImage(document.querySelector("#stage"), 0, 0, 8, 8);
            return [...ink.getImageData(0, 0, 8, 8).data];
        }"""
    )
    return np.array(pixels, dtype=float).reshape(8, 8, 4)[..., :3]


def wanted_colours(path: Path) -> np.ndarray[Any, Any]:
    """Return a picture as 8 by 8 mean colours."""
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB").resize((8, 8), Image.Resampling.BOX), dtype=float)


async def assert_story_on_page(page: Page, demo: Installation, spoken: SpeechFinal) -> None:
    """Check that what was said is told, seen and heard on the page, and that the picture's causes lead back to it."""
    # The picture of this very turn is on the canvas.
    turn = turn_of(demo, spoken)
    shown = demo.wait_for("scene.shown", lambda scene: (scene.visit, scene.turn) == (turn.visit, turn.turn))
    assert isinstance(shown, SceneShown)
    await until(page, f"seen.picture?.whole && seen.picture.path === {shown.path!r}", seconds=30)
    difference = np.abs(await colours(page) - wanted_colours(demo.project / "assets" / shown.path)).mean()
    assert difference < 25, f"the canvas differs from {shown.path} by {difference:.0f} of 255"
    # The storyteller, the soundscape and the caption.
    await until(page, "seen.audio.narration.level > 0.005 && seen.caption", seconds=30)
    await until(page, "seen.audio.ambience.level > 0.0005", seconds=30)
    parts = [part.text for part in demo.journaled("narration.part") if isinstance(part, NarrationPart)]
    assert (await snapshot(page))["caption"] in parts
    # What was shown is told with its causes, back to the words.
    causes = demo.causes(shown)
    assert [type(cause).__name__ for cause in causes[:4]] == ["SceneShown", "ImageReady", "ImageRequest", "StoryBeat"]
    assert spoken in causes
    assert spoken.text in demo.command("trace", shown.id)


def turn_of(demo: Installation, spoken: Event) -> Event:
    """Return the turn that some words opened."""
    return demo.wait_for("turn.started", lambda turn: turn.cause == spoken.id)


def next_words(demo: Installation, before: list[Event]) -> SpeechFinal:
    """Return what is said after all that was said before."""
    spoken = demo.wait_for("speech.final", lambda words: words not in before)
    assert isinstance(spoken, SpeechFinal)
    return spoken


async def photograph(page: Page, name: str) -> None:
    """Take a picture of the page for the docs; FANTASCOPE_DOCS=1 puts it there."""
    data = await page.screenshot(type="jpeg", quality=82)
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.size == (1280, 720)
        assert len(np.unique(np.asarray(picture.resize((64, 36))).reshape(-1, 3), axis=0)) > 200, (
            f"{name} is an empty page"
        )
    if os.environ.get("FANTASCOPE_DOCS"):
        (PAGES / f"{name}.jpg").write_bytes(data)
    assert (PAGES / f"{name}.jpg").exists()


def taken_up(demo: Installation, spoken: SpeechFinal, word: str) -> bool:
    """Return whether a beat of the words' own turn tells of `word`."""
    turn = turn_of(demo, spoken)
    beats = [beat for beat in demo.journaled("story.beat") if beat.visit == turn.visit and beat.turn == turn.turn]
    return any(isinstance(beat, StoryBeat) and word in beat.text.lower() for beat in beats)


async def test_a_visitor_speaks_and_is_answered(demo: Installation) -> None:
    before = demo.journaled("speech.final")
    async with open_browser(*microphone_flags(FOX)) as browser:
        page = await open_page(browser, demo.address)
        await anyio.sleep(3)  # the attract scene unfolds slowly
        await photograph(page, "attract")
        await page.click("#mic")
        await until(page, "seen.visitor.text.toLowerCase().includes('fox')", seconds=30)
        await photograph(page, "listening")
        spoken = next_words(demo, before)
        assert "fox" in spoken.text
        assert spoken.words
        await assert_story_on_page(page, demo, spoken)
        await photograph(page, "story")
        assert taken_up(demo, spoken, "fox")


async def test_a_visitor_types_and_is_answered(demo: Installation) -> None:
    before = demo.journaled("speech.final")
    async with open_browser() as browser:
        page = await open_page(browser, demo.address)
        await page.fill("#words", "an owl in the lighthouse")
        await page.keyboard.press("Enter")
        spoken = next_words(demo, before)
        assert spoken.text == "an owl in the lighthouse"
        await assert_story_on_page(page, demo, spoken)
        assert taken_up(demo, spoken, "owl")


async def test_words_are_sent_from_a_terminal_and_answered(demo: Installation) -> None:
    before = demo.journaled("speech.final")
    async with open_browser() as browser:
        page = await open_page(browser, demo.address)
        sent = demo.command("send", "speech.final", "text=a whale under the ice").strip()
        spoken = next_words(demo, before)
        assert spoken.id == sent
        await assert_story_on_page(page, demo, spoken)
        assert taken_up(demo, spoken, "whale")


async def test_every_picture_is_of_the_turn_that_it_was_shown_in(demo: Installation) -> None:
    shown = [event for event in demo.journaled("scene.shown") if isinstance(event, SceneShown)]
    pictures = {event.id: event for event in demo.journaled("image.ready") if isinstance(event, ImageReady)}
    assert shown
    for scene in shown:
        assert (scene.visit, scene.turn) == (pictures[scene.cause].visit, pictures[scene.cause].turn)
