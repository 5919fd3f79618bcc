"""The files of the page, with the project's words in them."""

import hashlib
import html
from pathlib import Path

import msgspec

from services.display.config import Config

FOLDER = Path(__file__).with_name("page")
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


class File(msgspec.Struct, frozen=True):
    """One file of the page."""

    body: bytes
    media_type: str
    mark: str
    """Changes with the body."""


class Front:
    """All files of the page, held in memory."""

    def __init__(self, files: dict[str, File], version: str) -> None:
        self.files, self.version = files, version

    @classmethod
    def read(cls, config: Config, folder: Path = FOLDER) -> "Front":
        """Read the files and fill in the project's settings; `version` changes with any of both."""
        bodies = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix in TYPES}
        settings = settings_of(config)
        version = short_hash(*bodies.values(), msgspec.json.encode(settings))
        bodies["index.html"] = fill_in(bodies["index.html"], config, {**settings, "version": version})
        files = {name: File(body, TYPES[Path(name).suffix], short_hash(body)) for name, body in bodies.items()}
        return cls({**files, "": files["index.html"]}, version)


def settings_of(config: Config) -> dict[str, object]:
    """Return what the page needs to know of its project."""
    return {
        "title": config.project.title,
        "language": config.project.language,
        "microphone": config.microphone,
        "examples": config.examples,
        "frames": config.frames,
        "levels": config.levels,
        "words": config.words,
    }


def fill_in(body: bytes, config: Config, settings: dict[str, object]) -> bytes:
    """Return the page with its language, title and settings."""
    # "<" would let a word of the project end the script element.
    data = msgspec.json.encode(settings).decode().replace("<", "\\u003c")
    places = {
        "{{language}}": html.escape(config.project.language),
        "{{title}}": html.escape(config.project.title),
        "{{settings}}": data,
    }
    text = body.decode()
    for place, value in places.items():
        text = text.replace(place, value)
    return text.encode()


def short_hash(*bodies: bytes) -> str:
    """Return a short name for some bytes."""
    digest = hashlib.blake2b(digest_size=8)
    for body in bodies:
        digest.update(body)
    return digest.hexdigest()
