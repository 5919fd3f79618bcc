"""The doors of the house as paths: the page, the assets, the health, and the conversation with each page."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import anyio
import msgspec
import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from services.actor.threads import in_thread
from services.display.door import Door
from services.display.house import House
from services.display.messages import FromPage
from services.display.pages import Page

ASSET_TYPES = {
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".gif": "image/gif",
    ".wav": "audio/wav", ".ogg": "audio/ogg", ".opus": "audio/ogg", ".mp3": "audio/mpeg", ".flac": "audio/flac",
}  # fmt: skip
"""What the page may ask for; other files of the folder are nobody's business."""
PATIENCE = 10.0
"""Seconds that a connection has to introduce itself."""
FOOLISH = 20
"""Messages without meaning after which a page is cut off."""
TRY_AGAIN, REPLACED, NO_SENSE = 1013, 4001, 1008

log = structlog.get_logger()
decoder = msgspec.json.Decoder(FromPage)


def make_app(house: House) -> Starlette:
    """Return the web application."""
    routes = [
        Route("/health", partial(health, house)),
        Route("/assets/{path:path}", partial(asset, house)),
        Route("/{name}", partial(page_file, house)),
        Route("/", partial(page_file, house)),
        WebSocketRoute("/ws", partial(talk, house)),
    ]
    config = house.config
    return Starlette(routes=routes, middleware=[Middleware(Door, host=config.host, hosts=config.hosts)])


async def health(house: House, _: Request) -> Response:
    """Say how the display is."""
    return JSONResponse({"state": "ok", **house.report()}, headers={"cache-control": "no-store"})


async def page_file(house: House, request: Request) -> Response:
    """Return a file of the page; a browser that has it already is told so."""
    file = house.front.files.get(request.path_params.get("name", ""))
    if file is None:
        raise HTTPException(404)
    headers = {"etag": f'"{file.mark}"', "cache-control": "no-cache"}
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    return Response(file.body, media_type=file.media_type, headers=headers)


async def asset(house: House, request: Request) -> Response:
    """Return a produced file. No browser keeps it on a disk: what is forgotten has to be gone there, too."""
    path = await in_thread(find_asset, house.config.project.assets, request.path_params["path"])
    if path is None:
        raise HTTPException(404)
    return FileResponse(path, media_type=ASSET_TYPES[path.suffix], headers={"cache-control": "no-store"})


def find_asset(folder: Path, name: str) -> Path | None:
    """Return the asset of that name, or None when there is none inside the folder."""
    if "\0" in name or "\\" in name:
        return None
    root = folder.resolve()
    path = (root / name).resolve()
    inside = path.is_relative_to(root) and not any(part.startswith(".") for part in path.relative_to(root).parts)
    return path if inside and path.suffix in ASSET_TYPES and path.is_file() else None


async def talk(house: House, socket: WebSocket) -> None:
    """Be in conversation with one page until it goes."""
    await socket.accept()
    if len(house.pages.connected) >= house.config.pages:
        log.warning("page.refused", reason="too many", pages=house.config.pages)
        await socket.close(TRY_AGAIN)
        return
    page = Page(socket.client.host if socket.client else "")
    house.pages.add(page)
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(listen, house, socket, page, tasks.cancel_scope)
            await send_all(socket, page, tasks.cancel_scope)
    finally:
        house.pages.remove(page)
        if page.name and not page.replaced:
            house.hands.mics.lose(page.name)
        log.info("page.gone", page=page.name, pages=len(house.pages.connected))


async def send_all(socket: WebSocket, page: Page, scope: anyio.CancelScope) -> None:
    """Send a page what waits for it, until it goes or has fallen too far behind."""
    try:
        while not (page.lagging or page.replaced):
            for frame in await page.frames():
                await socket.send_text(frame)
        log.info("page.cut", page=page.name, reason="replaced" if page.replaced else "too slow")
        await socket.close(REPLACED if page.replaced else TRY_AGAIN)
    except (WebSocketDisconnect, RuntimeError):
        pass
    scope.cancel()


async def listen(house: House, socket: WebSocket, page: Page, scope: anyio.CancelScope) -> None:
    """Hear what a page says until it goes."""
    foolish = 0
    introduced = anyio.CancelScope(deadline=anyio.current_time() + PATIENCE)
    with introduced:
        while foolish < FOOLISH:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                break
            foolish += not await hear(house, page, message)
            if page.name:
                introduced.deadline = float("inf")
    if foolish >= FOOLISH or introduced.cancelled_caught:
        with anyio.move_on_after(1):
            await socket.close(NO_SENSE)
    scope.cancel()


async def hear(house: House, page: Page, message: Mapping[str, object]) -> bool:
    """Hear one frame of a page; return whether it made sense."""
    sound, text = message.get("bytes"), message.get("text")
    if isinstance(sound, bytes) and page.name:
        house.hands.mics.hear(page.name, sound)
        return True
    try:
        told = decoder.decode(text if isinstance(text, str) else b"")
    except msgspec.DecodeError:
        return False
    return await house.hear(page, told)
