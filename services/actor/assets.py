"""Where produced files are put."""

import hashlib
import re
import time
import unicodedata
from pathlib import Path

import msgspec

from schemas import Asset, Request
from services.actor.threads import in_thread

TITLE_LENGTH = 48


class Making(msgspec.Struct, frozen=True, kw_only=True):
    """What a file is, and for whom it was made."""

    request: Request
    """What asked for it."""
    kind: str
    """Names the folder: `image`, `narration` …"""
    title: str
    """A few words for people; they become part of the file's name."""
    suffix: str
    """Such as `.jpg`."""
    media_type: str
    """Such as `image/jpeg`."""
    width: int = 0
    height: int = 0
    seconds: float = 0.0
    made: dict[str, str | int | float] = {}
    """How it was made."""


class Assets:
    """The folder of produced files. What it holds is complete: a file appears under its name only when it is whole."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def write(self, data: bytes, making: Making) -> Asset:
        """Write `data` and return what was written. Raise OSError when the disk does not take it."""
        path = asset_path(making)
        digest = await in_thread(self._write, self.folder / path, data)
        return Asset(
            path=path,
            media_type=making.media_type,
            sha256=digest,
            size=len(data),
            width=making.width,
            height=making.height,
            seconds=making.seconds,
            made=making.made,
        )

    @staticmethod
    def _write(path: Path, data: bytes) -> str:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.part")
        draft.write_bytes(data)
        draft.replace(path)
        return hashlib.sha256(data).hexdigest()


def asset_path(making: Making) -> str:
    """Return `2026-11-20/image/19-03-22_a-fox-in-the-snow_story-7.jpg`: day, kind, time, title and request id."""
    now = time.localtime()
    request = re.sub(r"[^A-Za-z0-9-]+", "-", making.request.id) or "none"
    stem = f"{time.strftime('%H-%M-%S', now)}_{slug(making.title)}_{request}"
    return f"{time.strftime('%Y-%m-%d', now)}/{making.kind}/{stem}{making.suffix}"


def slug(text: str) -> str:
    """Return `text` as a short name of small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return words[:TITLE_LENGTH].rstrip("-") or "untitled"
