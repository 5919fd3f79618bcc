"""The display from outside: over HTTP and WebSocket, with the real bus behind it."""

import contextlib
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import httpx
import msgspec
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from schemas import Event, ImageProgress, MicChunk, SceneFinished, SceneShown, SpeechFinal, SpeechPartial, VisitEnded
from services.actor.run import Failure
from services.display.config import Config, Words
from services.display.service import serve
from tests.display.theatre import Theatre, halves, open_theatre, theatre

pytestmark = pytest.mark.anyio

PICTURE = halves((200, 60, 20), (20, 60, 200))
OUTSIDE = (
    "../secret.jpg",
    "..%2fsecret.jpg",
    "%2e%2e/secret.jpg",
    "day/..%2f..%2fsecret.jpg",
    "/etc/passwd",
    "%2fetc/passwd",
    "link.jpg",
    ".hidden.jpg",
    "notes.txt",
    "day",
    "nul%00.jpg",
    "back%5cslash.jpg",
    "",
)


class Talk:
    """A page without a browser."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def say(self, kind: str, **fields: object) -> None:
        await self.socket.send(json.dumps({"type": kind, **fields}))

    async def hear(self, kind: str) -> dict[str, object]:
        """Wait for a message of a kind; others are passed over."""
        with anyio.fail_after(5):
            while True:
                message: dict[str, object] = json.loads(await self.socket.recv())
                if message["type"] == kind:
                    return message


@asynccontextmanager
async def a_page(house: Theatre, name: str = "tester") -> AsyncIterator[tuple[Talk, dict[str, object]]]:
    """Yield a connected page and what it was told first."""
    async with joining(house) as line:
        talk = Talk(line)
        await talk.say("join", page=name)
        yield talk, await talk.hear("stage")


def joining(house: Theatre, origin: str | None = "", *, queue: int = 16) -> connect:
    """Return a connection to the display, by default as its own page would make it."""
    own = f"http://127.0.0.1:{house.port}" if origin == "" else origin
    return connect(
        f"ws://127.0.0.1:{house.port}/ws", origin=Origin(own) if own else None, max_queue=queue, close_timeout=1
    )


def kinds(present: dict[str, object]) -> list[str]:
    """Return what a page is told when it connects."""
    messages = present.get("messages", [])
    assert isinstance(messages, list)
    return [message["type"] for message in messages]


async def next_of(events: AsyncIterator[Event]) -> Event:
    """Wait for the next event."""
    with anyio.fail_after(5):
        return await anext(events)


async def test_the_page_comes_with_its_words_and_a_policy() -> None:
    words = Words(invitation="Sag etwas </script><b>")
    async with open_theatre(Config(port=0, words=words)) as house, httpx.AsyncClient(base_url=house.url) as web:
        page = await web.get("/")
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert "unsafe" not in page.headers["content-security-policy"]
        settings = page.text.split('id="settings">')[1].split("</script>")[0]
        assert json.loads(settings)["words"]["invitation"] == words.invitation
        again = await web.get("/", headers={"if-none-match": page.headers["etag"]})
        assert again.status_code == 304


async def test_every_file_that_the_page_asks_for_is_there() -> None:
    async with open_theatre() as house, httpx.AsyncClient(base_url=house.url) as web:
        for name in ("style.css", "main.js", "ear.js", "lantern.svg", "index.html"):
            answer = await web.get(name)
            assert (answer.status_code, answer.headers["x-content-type-options"]) == (200, "nosniff")
        assert (await web.get("/health")).json()["state"] == "ok"
        assert (await web.get("/nothing.js")).status_code == 404


async def test_an_asset_may_be_kept_for_ever() -> None:
    async with open_theatre() as house, httpx.AsyncClient(base_url=house.url) as web:
        house.asset("day/a fox.jpg", b"jpeg", "image/jpeg")
        answer = await web.get("/assets/day/a%20fox.jpg")
        assert (answer.content, answer.headers["content-type"]) == (b"jpeg", "image/jpeg")
        assert "immutable" in answer.headers["cache-control"]


async def test_nothing_outside_of_the_assets_is_served() -> None:
    async with open_theatre() as house:
        (house.folder / "secret.jpg").write_bytes(b"secret")
        (house.folder / "a" / "link.jpg").symlink_to(house.folder / "secret.jpg")
        for name in (".hidden.jpg", "notes.txt"):
            (house.folder / "a" / name).write_bytes(b"secret")
        (house.folder / "a" / "day").mkdir()
        answers = {path: await raw(house, f"/assets/{path}") for path in OUTSIDE}
    assert {path: answer.split(b" ", 2)[1] for path, answer in answers.items()} == dict.fromkeys(OUTSIDE, b"404")
    assert not any(b"secret" in answer for answer in answers.values())


async def raw(house: Theatre, path: str) -> bytes:
    """Return the answer to a request whose path no client has tidied up."""
    async with await anyio.connect_tcp("127.0.0.1", house.port) as line:
        await line.send(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        return b"".join([part async for part in line])


async def test_a_page_whose_name_was_bent_to_this_address_is_refused() -> None:
    hosts = ("evil.example", "127.0.0.1.evil.example", "localhost:80@evil.example", "", "[bad")
    async with open_theatre() as house, httpx.AsyncClient(base_url=house.url) as web:
        answers = [(await web.get("/", headers={"host": host})).status_code for host in hosts]
    assert set(answers) <= {400, 403}


async def test_a_foreign_page_may_not_talk() -> None:
    async with open_theatre() as house:
        for origin in ("http://evil.example", "http://127.0.0.1:1", "null", "https://localhost", None):
            with pytest.raises(InvalidStatus, match="403"):
                await joining(house, origin)


async def test_a_name_from_the_settings_is_welcome() -> None:
    async with open_theatre(Config(port=0, hosts=("gallery.local",))) as house, httpx.AsyncClient() as web:
        assert (await web.get(house.url, headers={"host": "gallery.local"})).status_code == 200
        async with joining(house, "https://gallery.local"):
            pass


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


async def test_a_port_that_is_taken_is_said_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        async with theatre(Config(port=port)) as house:
            with pytest.raises(Failure, match=rf"port {port} .*`port` under \[display\]") as caught:
                await serve(house.config, house.wings)
            assert "\n" not in str(caught.value)


async def test_the_port_that_was_found_is_reported() -> None:
    async with open_theatre() as house:
        assert house.bus.reports["page"]()["url"] == f"http://127.0.0.1:{house.port}/"
        assert house.port > 0


async def test_a_display_that_starts_again_gets_its_port_back() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    async with theatre(Config(port=port)) as house:
        for _ in range(2):
            async with house.display(), a_page(house):
                assert house.port == port
