"""The conversation with pages over WebSocket, with the real bus behind it."""

import contextlib
import json

import anyio
import msgspec
import pytest
from websockets.exceptions import ConnectionClosed

from schemas import ImageProgress, MicChunk, SceneFinished, SceneShown, SpeechFinal, SpeechPartial, VisitEnded
from services.display.config import Config
from tests.display.talk import a_page, joining, kinds, next_of
from tests.display.theatre import halves, open_theatre, theatre

pytestmark = pytest.mark.anyio

PICTURE = halves((200, 60, 20), (20, 60, 200))


async def test_what_a_visitor_writes_is_speech() -> None:
    async with open_theatre() as house, house.wings.subscribe(SpeechFinal) as events, a_page(house) as (page, _):
        await page.say("say", id="w1", text="  a fox \n who looks  " + "x" * 900)
        heard = await next_of(events)
        assert isinstance(heard, SpeechFinal)
        assert (heard.mic, heard.language, len(heard.text)) == ("page-tester", "en", 600)
        assert heard.text.startswith("a fox who looks xxx")
        assert await page.hear("said") == {"type": "said", "id": "w1"}


async def test_a_text_that_is_sent_again_counts_once() -> None:
    async with open_theatre() as house, house.wings.subscribe(SpeechFinal) as events, a_page(house) as (page, _):
        for wish, text in (("w1", "a fox"), ("w1", "a fox"), ("w2", "a whale")):
            await page.say("say", id=wish, text=text)
        texts = [
            event.text for event in (await next_of(events), await next_of(events)) if isinstance(event, SpeechFinal)
        ]
        assert texts == ["a fox", "a whale"]


async def test_somebody_who_writes_too_fast_is_slowed_down() -> None:
    async with open_theatre() as house, a_page(house) as (page, _):
        for number in range(12):
            await page.say("say", id=f"w{number}", text="again")
        answers = [await page.hear("said") for _ in range(12)]
        assert 3 < sum("refused" in answer for answer in answers) < 12


async def test_sound_from_a_page_reaches_the_listener() -> None:
    async with open_theatre() as house, house.wings.subscribe(MicChunk, keep=9) as events, a_page(house) as (page, _):
        await page.say("mic", on=True)
        await page.socket.send(b"\1\2" * 960)
        await page.say("mic", on=False)
        chunk, last = await next_of(events), await next_of(events)
        assert isinstance(chunk, MicChunk)
        assert isinstance(last, MicChunk)
        assert (chunk.mic, chunk.rate, len(chunk.pcm), chunk.last) == ("page-tester", 16000, 1920, False)
        assert (last.mic, last.last) == ("page-tester", True)


async def test_no_sound_is_taken_where_the_microphone_is_switched_off_in_the_settings() -> None:
    config = Config(port=0, microphone=False)
    async with open_theatre(config) as house, a_page(house) as (page, _):
        await page.say("mic", on=True)
        await page.socket.send(b"\1\2" * 960)
        await page.say("say", id="w", text="done")
        await page.hear("said")
        assert house.bus.reports["page"]()["microphones"] == 0


async def test_a_fresh_picture_comes_and_a_stale_one_never_does() -> None:
    async with open_theatre() as house, a_page(house) as (page, _):
        first = await house.visit()
        await house.visit(turn=2)
        await house.picture(first, PICTURE)
        fresh = await house.picture(await house.visit(turn=3), PICTURE)
        shown = await page.hear("picture")
        assert (shown["id"], shown["turn"]) == (fresh.id, 3)
        assert house.bus.reports["page"]()["refused"] == 1


async def test_a_picture_of_an_ended_visit_never_comes_not_even_after_a_restart() -> None:
    async with theatre() as house:
        async with house.display():
            turn = await house.visit()
            await house.wings.publish(VisitEnded(visit="v1", turn=1))
        async with house.display(), a_page(house) as (page, present):
            await house.picture(turn, PICTURE)
            await house.visit("v2")
            assert (await page.hear("turn"))["visit"] == "v2"
            assert kinds(present) == []
            assert house.bus.reports["page"]()["refused"] == 1


async def test_a_page_gets_what_is_on_stage_when_it_connects() -> None:
    async with open_theatre() as house:
        async with a_page(house, "first") as (page, _):
            turn = await house.visit()
            await house.picture(turn, PICTURE)
            part = await house.sentence(turn, house.request(), "Once there was a fox.", 2.0)
            await page.hear("part")
        async with a_page(house, "second") as (_, present):
            assert kinds(present) == ["turn", "picture", "part"]
            assert present["messages"][2]["id"] == part.id  # type: ignore[index]


async def test_the_stage_is_as_before_when_the_display_starts_again() -> None:
    async with theatre() as house:
        async with house.display():
            turn = await house.visit()
            request = house.request()
            part = await house.sentence(turn, request, "Once there was a fox.", 2.0)
            await house.spoken(turn, request, part)
            shown = await house.picture(turn, PICTURE)
        async with house.display(), a_page(house) as (_, present):
            assert kinds(present) == ["turn", "picture", "part", "narrated"]
            assert present["messages"][1]["id"] == shown.id  # type: ignore[index]


async def test_what_the_visitor_really_saw_and_heard_is_said() -> None:
    async with open_theatre() as house, house.wings.subscribe(SceneShown, SceneFinished) as events:
        async with a_page(house, "left") as (left, _), a_page(house, "right") as (right, _):
            turn = await house.visit()
            ready = await house.picture(turn, PICTURE)
            request = house.request()
            part = await house.sentence(turn, request, "Once.", 1.0)
            told = await house.spoken(turn, request, part)
            for page in (left, right):
                await page.hear("narrated")
                await page.say("shown", id=ready.id)
                await page.say("shown", id=ready.id)
                await page.say("finished", id=told.id)
                await page.say("say", id=f"{id(page)}", text="done")
                await page.hear("said")
            seen = [await next_of(events) for _ in range(3)]
        assert [(type(event), event.cause) for event in seen] == [
            (SceneShown, ready.id),
            (SceneFinished, told.id),
            (SceneShown, ready.id),
        ]
        assert (seen[0].visit, seen[0].turn) == ("v1", 1)


async def test_a_slow_page_keeps_nobody_waiting() -> None:
    async with open_theatre() as house, a_page(house, "quick") as (quick, _), joining(house, queue=1) as slow:
        await slow.send(json.dumps({"type": "join", "page": "slow"}))
        turn = await house.visit()
        for step in range(400):
            house.wings.post(
                ImageProgress(visit="v1", turn=1, cause="story:1", step=step, of=400, preview=bytes(100_000))
            )
            house.wings.post(SpeechPartial(mic="m", text=f"word {step}"))
            await anyio.lowlevel.checkpoint()
        ready = await house.picture(turn, PICTURE)
        assert (await quick.hear("picture"))["id"] == ready.id


@pytest.mark.parametrize("first", ['{"type":"say","id":"1","text":"x"}', "nonsense", '{"type":"join","page":"../x"}'])
async def test_who_does_not_introduce_itself_is_told_nothing(first: str) -> None:
    async with open_theatre() as house, house.wings.subscribe(SpeechFinal) as events:
        async with joining(house) as line:
            with contextlib.suppress(ConnectionClosed):
                for _ in range(40):
                    await line.send(first)
            with pytest.raises(ConnectionClosed):
                await line.recv()
        async with a_page(house) as (page, _):
            await page.say("say", id="w", text="the only one")
        heard = await next_of(events)
        assert isinstance(heard, SpeechFinal)
        assert heard.text == "the only one"


async def test_a_frame_that_is_too_large_ends_the_conversation() -> None:
    async with open_theatre() as house, a_page(house) as (page, _):
        await page.socket.send(b"\0" * 200_000)
        with pytest.raises(ConnectionClosed):
            await page.hear("nothing")


async def test_a_visitors_words_pass_the_projects_filter() -> None:
    async with theatre() as house:
        (house.folder / "blocked.txt").write_text("# ours\nzounds*\n", encoding="utf-8")
        house.config = msgspec.structs.replace(house.config, blocked=house.folder / "blocked.txt")
        async with house.display(), a_page(house) as (page, _):
            house.wings.post(SpeechPartial(mic="card", text="z0unds what a fox"))
            assert (await page.hear("hearing"))["text"] == "•••••• what a fox"
