"""One visit end to end: real services, a real browser, and a visitor who speaks, types, or is sent from a terminal."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.async_api import Page

from schemas import ImageReady, NarrationPart, SceneShown, SpeechFinal, StoryBeat
from tests.browser import microphone_flags, open_browser, open_page, snapshot, until
from tests.installation import CHECKOUT, Installation, installed

pytestmark = pytest.mark.anyio

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
    turn = next(event for event in demo.wait_for("turn.started") if event.cause == spoken.id)
    await until(page, f"seen.visit === {turn.visit!r} && seen.turn === {turn.turn} && seen.picture?.whole", seconds=30)
    seen = await snapshot(page)
    picture = seen["picture"]
    assert isinstance(picture, dict)
    difference = np.abs(await colours(page) - wanted_colours(demo.project / "assets" / picture["path"])).mean()
    assert difference < 25, f"the canvas differs from {picture['path']} by {difference:.0f} of 255"
    # The storyteller, the soundscape and the caption.
    await until(page, "seen.audio.narration.level > 0.005 && seen.caption", seconds=30)
    await until(page, "seen.audio.ambience.level > 0.0005", seconds=30)
    parts = [part.text for part in demo.journaled("narration.part") if isinstance(part, NarrationPart)]
    assert (await snapshot(page))["caption"] in parts
    # What was shown is told with its causes, back to the words.
    shown = next(s for s in demo.wait_for("scene.shown") if isinstance(s, SceneShown) and s.path == picture["path"])
    causes = demo.causes(shown)
    assert [type(cause).__name__ for cause in causes[:3]] == ["SceneShown", "ImageReady", "ImageRequest"]
    assert causes[-1].id == spoken.id or spoken in causes
    assert spoken.text in demo.command("trace", shown.id)


def taken_up(demo: Installation, spoken: SpeechFinal, word: str) -> bool:
    """Return whether a beat of the words' own turn tells of `word`."""
    turn = next(event for event in demo.wait_for("turn.started") if event.cause == spoken.id)
    beats = [beat for beat in demo.journaled("story.beat") if beat.visit == turn.visit and beat.turn == turn.turn]
    return any(isinstance(beat, StoryBeat) and word in beat.text.lower() for beat in beats)


async def test_a_visitor_speaks_and_is_answered(demo: Installation) -> None:
    before = len(demo.journaled("speech.final"))
    async with open_browser(*microphone_flags(FOX)) as browser:
        page = await open_page(browser, demo.address)
        await page.click("#mic")
        await until(page, "seen.visitor.text.toLowerCase().includes('fox')", seconds=30)
        spoken = demo.wait_for("speech.final", count=before + 1)[before]
        assert isinstance(spoken, SpeechFinal)
        assert "fox" in spoken.text
        assert spoken.words
        await assert_story_on_page(page, demo, spoken)
        assert taken_up(demo, spoken, "fox")


async def test_a_visitor_types_and_is_answered(demo: Installation) -> None:
    before = len(demo.journaled("speech.final"))
    async with open_browser() as browser:
        page = await open_page(browser, demo.address)
        await page.fill("#words", "an owl in the lighthouse")
        await page.keyboard.press("Enter")
        spoken = demo.wait_for("speech.final", count=before + 1)[before]
        assert isinstance(spoken, SpeechFinal)
        assert spoken.text == "an owl in the lighthouse"
        await assert_story_on_page(page, demo, spoken)
        assert taken_up(demo, spoken, "owl")


async def test_words_are_sent_from_a_terminal_and_answered(demo: Installation) -> None:
    async with open_browser() as browser:
        page = await open_page(browser, demo.address)
        sent = demo.command("send", "speech.final", "text=a whale under the ice").strip()
        spoken = next(event for event in demo.wait_for("speech.final") if event.id == sent)
        assert isinstance(spoken, SpeechFinal)
        await assert_story_on_page(page, demo, spoken)
        assert taken_up(demo, spoken, "whale")


async def test_every_picture_is_of_the_turn_that_it_was_shown_in(demo: Installation) -> None:
    shown = [event for event in demo.journaled("scene.shown") if isinstance(event, SceneShown)]
    pictures = {event.id: event for event in demo.journaled("image.ready") if isinstance(event, ImageReady)}
    assert shown
    for scene in shown:
        assert (scene.visit, scene.turn) == (pictures[scene.cause].visit, pictures[scene.cause].turn)
