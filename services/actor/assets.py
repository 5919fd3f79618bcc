"""Where produced files are put."""

import hashlib
import re
import shutil
import time
import unicodedata
from datetime import date, timedelta
from pathlib import Path

import msgspec
import structlog

from schemas import Asset, Request
from services.actor.marks import mark_of
from services.actor.threads import in_thread

TITLE_LENGTH = 48

log = structlog.get_logger()


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

    def __init__(self, folder: Path, keep_days: int = 0) -> None:
        """`keep_days`: what is older is removed as a new day begins; 0 keeps everything."""
        self.folder, self.keep_days = folder, keep_days
        self.day = ""

    async def write(self, data: bytes, making: Making) -> Asset:
        """Write `data` and return what was written. Raise OSError when the disk does not take it."""
        path = asset_path(making)
        day = path.partition("/")[0]
        if self.keep_days and day != self.day:
            self.day = day
            await in_thread(remove_before, self.folder, date.fromisoformat(day) - timedelta(days=self.keep_days))
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
    stem = f"{time.strftime('%H-%M-%S', now)}_{slug(making.title)}_{mark_of(making.request.id)}"
    return f"{time.strftime('%Y-%m-%d', now)}/{making.kind}/{stem}{making.suffix}"


def remove_before(folder: Path, first: date) -> None:
    """Remove the days before `first`. What is not named like a day is somebody else's and stays."""
    for path in folder.glob("????-??-??"):
        try:
            old = date.fromisoformat(path.name) < first
        except ValueError:
            continue
        if old:
            shutil.rmtree(path, ignore_errors=True)
            log.info("assets.removed", day=path.name)


def slug(text: str) -> str:
    """Return `text` as a short name of small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return words[:TITLE_LENGTH].rstrip("-") or "untitled"
