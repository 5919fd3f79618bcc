"""What `fantascope check` and `fantascope up` say of a project with mistakes."""

import socket
from pathlib import Path

import pytest

from services.console.mistakes import mistakes
from services.console.settings import read_settings
from tests.console.hand import Hand

MISTAKES = {
    '[project]\ntitel = "x"\n': "project.toml:2: project.titel: unknown key (did you mean `title`?)",
    "[displai]\nport = 0\n": "project.toml:1: displai: unknown table (did you mean `display`?)",
    '[display]\nport = "many"\n': "project.toml:2: display.port: expected `int`, got `str`",
    '[display]\nport = 0\nblocked = "no.txt"\n': "project.toml:3: display.blocked: no such file: ",
    '[[image.backends]]\nuse = "paintr"\n': "project.toml:2: image.backends[0].use: no backend is called 'paintr'",
    '[[image.backends]]\nuse = "nowhere:It"\n': "project.toml:2: image.backends[0].use: 'nowhere:It' cannot be used",
    "[display\n": "project.toml:1: ",
}  # fmt: skip


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_is_named_with_its_line_and_key(tmp_path: Path, text: str) -> None:
    (tmp_path / "project.toml").write_text(text, encoding="utf-8")
    (said,) = mistakes(read_settings(tmp_path))
    assert said.startswith(f"{tmp_path}/{MISTAKES[text]}")


def test_every_mistake_is_named_at_once_and_nothing_is_started(hand: Hand) -> None:
    hand.write('[storry]\n[display]\nport = "x"\n[audio]\nvoise = 1\n')
    assert len(hand.refused("up")) == 3
    assert hand("check").stdout.splitlines() == hand.refused("up")
    assert hand("status").stdout.startswith(f"{hand.installation.name} does not run")


def test_a_story_world_with_a_mistake_is_refused(hand: Hand) -> None:
    (hand.installation.folder / "world.toml").write_text("[wrld]\n", encoding="utf-8")
    hand.write('[display]\nport = 0\n[story]\nworld = "world.toml"\n')
    assert "world.toml:1: " in hand("check").stdout


def test_a_project_without_mistakes_passes(hand: Hand) -> None:
    assert hand("check").returncode == 0
    assert hand("check", "--json").stdout == "[]\n"


def test_a_port_in_use_is_named_with_the_key_to_change(hand: Hand) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        hand.write(f"[display]\nport = {port}\n")
        (line,) = hand.refused("up")
    assert f"project.toml:2: display.port: port {port} is in use" in line


def test_a_project_that_is_not_there_is_named(hand: Hand) -> None:
    assert hand.refused("status", "--project", "projects/demmo") == [
        "there is no project at projects/demmo (did you mean `demo`?)"
    ]
