"""A new project has every setting in it, passes every check, and starts as it is."""

import re
import shutil
import socket
import stat
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from services.actor.backend import Backends
from services.actor.config import DERIVED, FILLED_IN, Project
from services.catalogue import config_classes
from services.console.founding import SHIPPED, SOURCES
from services.console.mistakes import mistakes
from services.console.page import page_of
from services.console.settings import Settings, read_settings
from services.console.written import project_file
from tests.console.hand import Hand

OFF = re.compile(r"^#(?=[a-z\[])", re.MULTILINE)
"""What a person takes away to have a line count."""


@pytest.fixture
def place() -> Iterator[Path]:
    """Yield a folder for projects; its path is short, as sockets need it."""
    folder = Path(tempfile.mkdtemp(prefix="fs")).resolve()
    yield folder
    shutil.rmtree(folder)


def new(hand: Hand, place: Path, *arguments: str) -> Path:
    """Make a project; return its folder."""
    done = hand("new", "mine", "--folder", str(place), *arguments)
    assert done.returncode == 0, done.stderr
    return place / "mine"


def plain(settings: Settings) -> dict[str, object]:
    """Return what project settings amount to, without where they come from."""
    tables = {
        name: msgspec.structs.replace(table, project=Project(), digest="") for name, table in settings.tables.items()
    }
    return {name: msgspec.to_builtins(table, enc_hook=lists) for name, table in tables.items()}


def lists(value: object) -> object:
    """Return lists of backends and paths as plain values."""
    return list(value) if isinstance(value, Backends) else str(value)


@pytest.mark.parametrize("source", SOURCES)
def test_a_new_project_has_no_mistakes_and_a_port_of_its_own(hand: Hand, place: Path, source: str) -> None:
    folder = new(hand, place, "--from", source, "--title", "Mein Stück")
    settings = read_settings(folder)
    assert mistakes(settings) == []
    page = page_of(settings)
    shipped = {found.port for file in SHIPPED.glob("*/project.toml") if (found := page_of(read_settings(file.parent)))}
    assert page is not None
    assert page.port not in shipped
    assert settings.tables["story"].project.title == "Mein Stück"
    assert not (folder / "journal").exists()


@pytest.mark.parametrize("source", ["demo", "unruh"])
def test_it_says_what_its_template_says(hand: Hand, place: Path, source: str) -> None:
    folder = new(hand, place, "--from", source)
    ours, theirs = plain(read_settings(folder)), plain(read_settings(SHIPPED / source))
    for tables in (ours, theirs):
        tables["display"].pop("port")  # type: ignore[attr-defined]
    assert str(ours).replace(str(folder), "") == str(theirs).replace(str(SHIPPED / source), "")


def test_every_setting_stands_in_the_file_as_it_comes(tmp_path: Path) -> None:
    text = project_file({})
    assert tomllib.loads(text) == {name: table for name, table in tomllib.loads(text).items() if not any(leaves(table))}
    kinds = config_classes()
    for written in (text, OFF.sub("", text)):
        (tmp_path / "project.toml").write_text(written, encoding="utf-8")
        settings = read_settings(tmp_path)
        assert settings.problems == []
        assert plain(settings) == plain(Settings(tables={name: kind() for name, kind in kinds.items()}))
    structs: list[type[msgspec.Struct]] = [Project, *kinds.values()]
    fields = [name for kind in structs for name in kind.__struct_fields__]
    named = {name for name in fields if re.search(rf"\b{name}(\]| =)", text)}
    assert set(fields) - {*DERIVED, *FILLED_IN} == named - {*DERIVED, *FILLED_IN}


def leaves(table: dict[str, object]) -> Iterator[object]:
    """Yield every value in a table and in those below it."""
    for value in table.values():
        if isinstance(value, dict):
            yield from leaves(value)
        else:
            yield value


def test_backends_that_could_be_used_are_shown_too() -> None:
    text = project_file({"asr": {"sources": [{"use": "card", "device": "Rode"}]}})
    assert tomllib.loads(text)["asr"]["sources"] == [{"use": "card", "device": "Rode"}]
    assert '#   [[asr.sources]]\n#   use = "page"' in text
    assert "#   path = …" in text


def test_its_secrets_are_private_and_ignored(hand: Hand, place: Path) -> None:
    folder = new(hand, place)
    assert stat.S_IMODE((folder / ".env").stat().st_mode) == 0o600
    assert ".env" in (folder / ".gitignore").read_text(encoding="utf-8").split()


def test_two_new_projects_have_two_ports(hand: Hand, place: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)):
        first = new(hand, place)
        assert hand("new", "other", "--folder", str(place)).returncode == 0
    ports = {page.port for name in (first, place / "other") if (page := page_of(read_settings(name)))}
    assert len(ports) == 2


def test_the_next_commands_are_told_and_work(hand: Hand, place: Path) -> None:
    done = hand("new", "mine", "--folder", str(place), "--language", "de")
    commands = [line.split()[1:] for line in done.stdout.splitlines() if line.startswith("  fantascope")]
    assert "tells in English" in done.stdout
    assert [command[0] for command in commands] == ["up", "check", "backend"]
    for command in commands:
        told = hand(*command)
        assert told.returncode == 0, told.stdout + told.stderr
    assert hand("down", "--project", str(place / "mine")).returncode == 0


@pytest.mark.parametrize("name", ["Mine", "my piece", "../mine", "", "-x", "a" * 40])
def test_what_is_no_name_is_refused(hand: Hand, place: Path, name: str) -> None:
    assert "is no name for a project" in hand.refused("new", "--folder", str(place), "--", name)[0]
    assert not [*place.iterdir()]


def test_nothing_is_written_over(hand: Hand, place: Path) -> None:
    (place / "mine").mkdir()
    assert hand.refused("new", "mine", "--folder", str(place))[0].endswith("is there already, and is left as it is")
    assert hand.refused("new", "mine", "--folder", "/nowhere") == ["there is no folder /nowhere"]
    assert "is no language" in hand.refused("new", "other", "--folder", str(place), "--language", "deutsch!")[0]
    assert [path.name for path in place.iterdir()] == ["mine"]
