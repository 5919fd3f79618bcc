"""The display from outside: what it serves, to whom, and where."""

import json
import socket

import anyio
import httpx
import pytest
from websockets.exceptions import InvalidStatus

from services.actor.run import Failure
from services.display.config import Config, Words
from services.display.service import serve
from tests.display.talk import a_page, joining
from tests.display.theatre import Theatre, open_theatre, theatre

pytestmark = pytest.mark.anyio

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


async def test_an_asset_is_kept_by_no_browser() -> None:
    async with open_theatre() as house, httpx.AsyncClient(base_url=house.url) as web:
        house.asset("day/a fox.jpg", b"jpeg", "image/jpeg")
        answer = await web.get("/assets/day/a%20fox.jpg")
        assert (answer.content, answer.headers["content-type"]) == (b"jpeg", "image/jpeg")
        assert answer.headers["cache-control"] == "no-store"


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
