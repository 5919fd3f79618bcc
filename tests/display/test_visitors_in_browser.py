"""Visitors at the page in a real browser: speaking, writing, touching, and what they are told."""

import anyio
import msgspec
import pytest
from playwright.async_api import Browser

from schemas import MicChunk, SpeechFinal, SpeechPartial
from services.display.config import Config, Words
from tests.browser import open_browser, open_page, snapshot, until
from tests.display.theatre import halves, open_theatre, theatre
from tests.display.watching import BLUE, GREEN, RED, near, opened, pixel

pytestmark = pytest.mark.anyio


async def test_a_visitors_words_are_seen_while_they_are_spoken(browser: Browser) -> None:
    async with opened(browser) as (house, page):
        house.wings.post(SpeechPartial(mic="card", text="a fox who looks", stable=2))
        await until(page, "seen.visitor.state === 'speaking' && seen.visitor.text === 'a fox who looks'")
        assert await page.locator("#visitor .unsure").inner_text() == "who looks"
        await house.wings.publish(SpeechFinal(mic="card", text="a fox who looks up"))
        await until(page, "seen.visitor.state === 'thinking' && seen.visitor.text === 'a fox who looks up'")


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
    refusing = """() => {
        navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("no", "NotAllowedError"); };
    }"""
    async with opened(browser) as (house, page):
        await page.evaluate(refusing)
        await page.locator("#mic").click()
        await until(page, "seen.mic === 'denied'")
        assert await page.locator("#notice").inner_text() == house.config.words.mic_denied
        assert house.bus.reports["page"]()["microphones"] == 0


async def test_a_quiet_page_tells_the_story_in_writing(browser: Browser) -> None:
    async with open_theatre() as house:
        page = await open_page(browser, f"{house.url}?quiet")
        turn = await house.visit()
        await house.sentence(turn, house.request(), "Once there was a fox.", 4.0)
        await until(page, "seen.word === 'there'")
        audio = await page.evaluate("fantascope.snapshot().audio.narration.level")
        assert audio == 0
        await page.close()


async def test_who_wants_no_movement_gets_none(browser: Browser) -> None:
    async with opened(browser) as (house, page):
        await page.emulate_media(reduced_motion="reduce")
        turn = await house.visit()
        await house.picture(turn, halves(RED, RED))
        await until(page, "seen.picture?.whole")
        ready = await house.picture(turn, halves(BLUE, BLUE))
        await until(page, f"seen.picture?.whole && seen.picture.id === '{ready.id}'")
        assert near(await pixel(page, 0.5), BLUE)


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
