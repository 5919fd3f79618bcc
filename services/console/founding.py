"""A new project, from one that comes along or from almost nothing; it starts as it is."""

import os
import re
import shutil
import socket
import tempfile
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from services.console.installation import CHECKOUT
from services.console.refusal import Misuse, Refusal
from services.console.written import project_file

TEMPLATES = Path(__file__).with_name("templates") / "project"
SHIPPED = CHECKOUT / "projects"
BLANK = "blank"
SOURCES = ("demo", "unruh", BLANK)
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
LEFT = shutil.ignore_patterns("project.toml", "assets", "journal", "__pycache__", ".env", ".gitignore")
"""What is not taken over."""
FIRST_PORT = 8765
PORTS = 1000


class Wish(NamedTuple):
    """What somebody wants to have."""

    name: str
    title: str
    """Empty for the name, written nicely."""
    language: str
    """Empty for that of the template."""
    source: str
    folder: Path
    """In which the project's own folder is made."""


def found(wish: Wish) -> Path:
    """Make the folder of a project, whole or not at all, and return it. Raise Misuse or Refusal when that cannot be."""
    if not NAME.fullmatch(wish.name):
        raise Misuse(f"{wish.name!r} is no name for a project: small letters, digits, - and _, such as `night-garden`")
    if wish.language and not LANGUAGE.fullmatch(wish.language):
        raise Misuse(f"{wish.language!r} is no language: write a tag such as en, de or pt-BR")
    folder = wish.folder / wish.name
    if folder.exists():
        raise Refusal(f"{folder} is there already, and is left as it is")
    if not wish.folder.is_dir():
        raise Refusal(f"there is no folder {wish.folder}")
    with tempfile.TemporaryDirectory(dir=wish.folder, prefix=f".{wish.name}-") as draft:
        whole = Path(draft) / wish.name
        fill(whole, wish)
        whole.rename(folder)
    return folder


def fill(folder: Path, wish: Wish) -> None:
    """Write everything that a project needs into a folder that is not there yet."""
    if wish.source == BLANK:
        folder.mkdir()
        shutil.copy(TEMPLATES / "world.toml", folder)
    else:
        shutil.copytree(SHIPPED / wish.source, folder, ignore=LEFT)
    (folder / "project.toml").write_text(project_file(values(wish)), encoding="utf-8")
    shutil.copy(TEMPLATES / "gitignore.txt", folder / ".gitignore")
    with os.fdopen(os.open(folder / ".env", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write((TEMPLATES / "env.txt").read_bytes())


def values(wish: Wish) -> dict[str, Any]:
    """Return what the project's file says, and does not leave as it comes."""
    source = SHIPPED / wish.source / "project.toml"
    said: dict[str, Any] = {"story": {"world": "world.toml"}} if wish.source == BLANK else read(source)
    project = said.setdefault("project", {})
    project["title"] = wish.title or wish.name.replace("-", " ").replace("_", " ").title()
    if wish.language:
        project["language"] = wish.language
    said.setdefault("display", {})["port"] = free_port(wish.folder)
    return said


def free_port(folder: Path) -> int:
    """Return a port that no project here or among the shipped ones has, and that nobody uses at this moment."""
    files = [file for place in {SHIPPED, folder} for file in place.glob("*/project.toml")]
    taken = {read(file).get("display", {}).get("port", FIRST_PORT) for file in files}
    for port in range(FIRST_PORT, FIRST_PORT + PORTS):
        if port not in taken and is_free(port):
            return port
    raise Refusal(f"no port from {FIRST_PORT} on is free")


def read(file: Path) -> dict[str, Any]:
    """Return what a project's file says; nothing where it is no TOML, which is its own trouble."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def is_free(port: int) -> bool:
    """Return whether a port can be taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
