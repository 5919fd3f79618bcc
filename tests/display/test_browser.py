"""The page in a real browser: what is on the canvas, what sounds, what is written."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import msgspec
import pytest
from playwright.async_api import Browser, Page

from schemas import (
    Failed,
    MicChunk,
    MusicReady,
    SceneFinished,
    SceneShown,
    SoundReady,
    SpeechFinal,
    SpeechPartial,
    VisitEnded,
)
from services.display.config import Config, Words
from tests.browser import microphone_flags, open_browser, open_page, snapshot, until
from tests.display.theatre import Theatre, halves, open_theatre, theatre

pytestmark = pytest.mark.anyio

RED, BLUE, GREEN = (200, 60, 20), (20, 60, 200), (30, 160, 60)
PIXEL = """([x, y]) => {
    const stage = document.getElementById("stage");
    const at = [Math.floor(stage.width * x), Math.floor(stage.height * y)];
    return Array.from(stage.getContext("2d").getImageData(...at, 1, 1).data);
}"""


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One loop, and so one browser, for the whole file."""
    return "asyncio"


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser(*microphone_flags()) as found:
        yield found


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


async def test_the_picture_on_the_canvas_is_the_picture_that_was_made(browser: Browser) -> None:
    async with opened(browser) as (house, page), house.wings.subscribe(SceneShown) as events:
        turn = await house.visit()
        ready = await house.picture(turn, halves(RED, BLUE))
        await until(page, "seen.picture?.whole")
        assert near(await pixel(page, 0.2), RED)
        assert near(await pixel(page, 0.8), BLUE)
        with anyio.fail_after(5):
            shown = await anext(events)
        assert (shown.cause, shown.path, shown.page) == (ready.id, ready.asset.path, (await snapshot(page))["page"])


async def test_one_picture_fades_over_the_other_and_never_over_black(browser: Browser) -> None:
    async with opened(browser) as (house, page):
        turn = await house.visit()
        await house.picture(turn, halves(RED, RED))
        await until(page, "seen.picture?.whole")
        second = await house.picture(turn, halves(RED, BLUE))
        seen: list[tuple[list[int], list[int]]] = []
        while not seen or not await page.evaluate(
            f"(() => {{ const now = fantascope.snapshot().picture; return now.id === '{second.id}' && now.whole; }})()"
        ):
            seen.append((await pixel(page, 0.2), await pixel(page, 0.8)))
        assert all(near(left, RED) for left, _ in seen)
        assert any(40 < right[0] < 180 for _, right in seen)
        assert near(await pixel(page, 0.8), BLUE)


async def test_a_preview_is_shown_until_its_picture_comes(browser: Browser) -> None:
    async with opened(browser) as (house, page):
        turn = await house.visit()
        request = house.request()
        await house.preview(turn, halves(GREEN, GREEN).resize((64, 36)), request)
        await until(page, "seen.scene === 'story' && seen.preview")
        assert near(await pixel(page, 0.5), GREEN)
        await house.picture(turn, halves(BLUE, BLUE), request)
        await until(page, "seen.picture?.whole")
        assert near(await pixel(page, 0.5), BLUE)


async def test_a_stale_picture_is_never_on_the_canvas(browser: Browser) -> None:
    async with opened(browser) as (house, page):
        old = await house.visit()
        new = await house.visit(turn=2)
        await house.picture(new, halves(BLUE, BLUE))
        await house.picture(old, halves(RED, RED))
        await house.sound(new, SoundReady, 220)  # later than the stale picture, from the same source
        await until(page, "seen.picture?.whole && seen.audio.ambience.playing")
        assert near(await pixel(page, 0.5), BLUE)


async def test_the_story_is_heard_with_the_rest_lowered_and_its_words_lit(browser: Browser) -> None:
    async with opened(browser) as (house, page), house.wings.subscribe(SceneFinished) as events:
        turn = await house.visit()
        for kind, pitch in ((SoundReady, 220.0), (MusicReady, 440.0)):
            await house.sound(turn, kind, pitch)
        await until(page, "seen.audio.ambience.level > 0.08 && seen.audio.music.level > 0.05")
        request = house.request()
        parts = [await house.sentence(turn, request, "Once there was a fox.", 1.0, 0)]
        await until(page, "seen.audio.narration.level > 0.15 && seen.audio.ambience.gain < 0.25 && seen.audio.ducked")
        await until(page, "seen.word === 'was' && seen.caption === 'Once there was a fox.'")
        assert await page.locator("#caption .said").all_inner_texts() == ["Once ", "there "]
        assert await page.locator("#spoken").inner_text() == "Once there was a fox."
        parts.append(await house.sentence(turn, request, "It looked for the moon.", 0.6, 1))
        told = await house.spoken(turn, request, *parts)
        await until(page, "seen.word === 'moon.'")
        with anyio.fail_after(5):
            assert (await anext(events)).cause == told.id
        await until(page, "!seen.speaking && !seen.audio.ducked && seen.audio.ambience.gain > 0.3")


async def test_a_new_wish_silences_the_story_at_once(browser: Browser) -> None:
    async with opened(browser) as (house, page):
        turn = await house.visit()
        request = house.request()
        await house.sentence(turn, request, "A very long sentence.", 20.0, 0)
        await house.sentence(turn, request, "And another.", 20.0, 1)
        await until(page, "seen.audio.narration.level > 0.15")
        await house.visit(turn=2, text="a whale")
        await until(page, "!seen.speaking && seen.audio.narration.level < 0.001 && seen.caption === ''")
        assert (await snapshot(page))["visitor"] == {"state": "thinking", "text": "a whale"}


async def test_a_story_without_a_voice_can_be_read(browser: Browser) -> None:
    async with opened(browser) as (house, page):
        turn = await house.visit()
        await house.beat(turn, 1, "Once there was a fox.")
        failed = Failed(
            visit="v1", turn=1, cause=house.request(), error="unavailable", message="", request="narration.request"
        )
        await house.wings.publish(failed)
        await until(page, "seen.caption === 'Once there was a fox.' && seen.word === 'there'")


async def test_a_visitors_words_are_seen_while_they_are_spoken(browser: Browser) -> None:
    async with opened(browser) as (house, page):
        house.wings.post(SpeechPartial(mic="card", text="a fox who looks", stable=2))
        await until(page, "seen.visitor.state === 'speaking' && seen.visitor.text === 'a fox who looks'")
        assert await page.locator("#visitor .unsure").inner_text() == "who looks"
        await house.wings.publish(SpeechFinal(mic="card", text="a fox who looks up"))
        await until(page, "seen.visitor.state === 'thinking' && seen.visitor.text === 'a fox who looks up'")


async def test_the_room_goes_back_to_waiting_when_the_visit_is_over(browser: Browser) -> None:
    async with opened(browser) as (house, page):
        turn = await house.visit()
        await house.picture(turn, halves(RED, BLUE))
        await house.sound(turn, SoundReady, 220)
        await until(page, "seen.picture?.whole && seen.audio.ambience.playing")
        await house.wings.publish(VisitEnded(visit="v1", turn=1))
        await until(page, "seen.scene === 'attract' && !seen.picture && !seen.audio.ambience.playing")
        assert await page.locator("#invite").is_visible()


async def test_a_visit_is_possible_without_a_voice(browser: Browser) -> None:
    async with opened(browser) as (house, page), house.wings.subscribe(SpeechFinal) as events:
        await page.locator("#examples button").first.click()
        await page.locator("#words").fill("a lighthouse")
        await page.keyboard.press("Enter")
        with anyio.fail_after(5):
            heard = [await anext(events), await anext(events)]
        name = (await snapshot(page))["page"]
        assert [(event.mic, event.text) for event in heard] == [
            (f"page-{name}", house.config.examples[0]),
            (f"page-{name}", "a lighthouse"),
        ]


async def test_the_page_comes_back_by_itself_and_loses_nothing(browser: Browser) -> None:
    async with theatre() as house:
        async with house.display():
            house.config = msgspec.structs.replace(house.config, port=house.port)
            page = await open_page(browser, house.url)
            await page.evaluate("globalThis.same = true")
            turn = await house.visit()
            await house.picture(turn, halves(RED, BLUE))
            await until(page, "seen.picture?.whole")
            first = await snapshot(page)
        await until(page, "!seen.connected && seen.notice")
        assert near(await pixel(page, 0.2), RED)
        await page.locator("#words").fill("a lighthouse")
        await page.keyboard.press("Enter")
        async with house.wings.subscribe(SpeechFinal) as events, house.display():
            await until(page, "seen.connected && !seen.notice")
            with anyio.fail_after(5):
                assert (await anext(events)).text == "a lighthouse"
            ready = await house.picture(turn, halves(GREEN, GREEN))
            await until(page, f"seen.picture?.whole && seen.picture.id === '{ready.id}'")
            assert await page.evaluate("globalThis.same")
            assert (await snapshot(page))["page"] == first["page"]
            await page.close()


async def test_the_microphone_is_heard_while_it_is_on(browser: Browser) -> None:
    async with opened(browser) as (house, page), house.wings.subscribe(MicChunk, keep=500) as events:
        await page.locator("#mic").click()
        await until(page, "seen.mic === 'listening'")
        assert await page.locator("#mic").get_attribute("aria-pressed") == "true"
        name = (await snapshot(page))["page"]
        with anyio.fail_after(10):
            loud = await anext(events)
            while max(memoryview(loud.pcm).cast("h")) < 1000:  # the browser's own test device beeps
                loud = await anext(events)
        assert (loud.mic, loud.rate, len(loud.pcm)) == (f"page-{name}", 16000, 1920)
        await page.locator("#mic").click()
        with anyio.fail_after(5):
            while not loud.last:
                loud = await anext(events)


async def test_a_denied_microphone_is_explained(browser: Browser) -> None:
    async with open_browser() as other, open_theatre() as house:
        page = await open_page(other, house.url)
        await page.locator("#mic").click()
        await until(page, "seen.mic === 'denied' || seen.mic === 'missing'")
        assert "write to me" in await page.locator("#notice").inner_text()


async def test_a_browser_that_wants_a_touch_is_given_one(browser: Browser) -> None:
    async with open_browser(sound=False) as other, open_theatre() as house:
        page = await open_page(other, house.url)
        await until(page, "seen.overlay")
        turn = await house.visit()
        await house.sentence(turn, house.request(), "Once there was a fox.", 4.0)
        await until(page, "seen.word === 'there'")  # told silently meanwhile
        await page.locator("#begin").click()
        await until(page, "!seen.overlay && seen.audio.state === 'running'")


async def test_a_german_project_has_a_german_page(browser: Browser) -> None:
    words = Words(invitation="Sag ein paar Worte, und der Raum erzählt dir eine Geschichte.", write="Schreib dem Raum")
    config = Config(port=0, words=words, examples=("Ein Fuchs, der den Mond sucht",))
    project = msgspec.structs.replace(config.project, language="de", title="Laterne")
    async with opened(browser, msgspec.structs.replace(config, project=project)) as (_, page):
        assert await page.locator("html").get_attribute("lang") == "de"
        assert await page.title() == "Laterne"
        assert await page.locator("#invite").inner_text() == words.invitation
        assert await page.locator("#words").get_attribute("aria-label") == "Schreib dem Raum"
        assert await page.locator("#examples button").all_inner_texts() == ["Ein Fuchs, der den Mond sucht"]


async def test_a_kiosk_shows_nothing_to_touch_and_listens(browser: Browser) -> None:
    async with open_theatre() as house:
        page = await open_page(browser, f"{house.url}?kiosk")
        await until(page, "seen.mic === 'listening'")
        assert not await page.locator("#controls").is_visible()
        await page.close()
