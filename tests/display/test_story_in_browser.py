"""The story in a real browser: what is on the canvas, what sounds, what is written."""

import anyio
import pytest
from playwright.async_api import Browser, Route

from schemas import Failed, MusicReady, SceneFinished, SceneShown, SoundReady, VisitEnded
from tests.browser import snapshot, until
from tests.display.theatre import halves
from tests.display.watching import BLUE, GREEN, RED, near, opened, pixel

pytestmark = pytest.mark.anyio


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


async def test_a_sound_that_is_not_heard_yet_when_the_next_turn_begins_is_not_heard_any_more(browser: Browser) -> None:
    async with opened(browser) as (house, page):
        old = await house.visit()
        asked, let_go = anyio.Event(), anyio.Event()

        async def hold(route: Route) -> None:
            asked.set()
            await let_go.wait()
            await route.continue_()

        await page.route("**/*.wav", hold, times=1)
        await house.sound(old, SoundReady, 220)
        with anyio.fail_after(10):
            await asked.wait()
        new = await house.visit(turn=2, text="a whale")
        await until(page, "seen.turn === 2")
        let_go.set()
        await house.sound(new, MusicReady, 330)  # later than the stale sound
        await until(page, "seen.audio.music.playing")
        assert (await snapshot(page))["audio"]["ambience"]["playing"] == ""  # type: ignore[index]


async def test_a_story_without_a_voice_can_be_read(browser: Browser) -> None:
    async with opened(browser) as (house, page):
        turn = await house.visit()
        await house.beat(turn, 1, "Once there was a fox.")
        failed = Failed(
            visit="v1", turn=1, cause=house.request(), error="unavailable", message="", request="narration.request"
        )
        await house.wings.publish(failed)
        await until(page, "seen.caption === 'Once there was a fox.' && seen.word === 'there'")


async def test_the_room_goes_back_to_waiting_when_the_visit_is_over(browser: Browser) -> None:
    async with opened(browser) as (house, page):
        turn = await house.visit()
        await house.picture(turn, halves(RED, BLUE))
        await house.sound(turn, SoundReady, 220)
        await until(page, "seen.picture?.whole && seen.audio.ambience.playing")
        await house.wings.publish(VisitEnded(visit="v1", turn=1))
        await until(page, "seen.scene === 'attract' && !seen.picture && !seen.audio.ambience.playing")
        assert await page.locator("#invite").is_visible()
