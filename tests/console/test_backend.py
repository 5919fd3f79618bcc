"""Backends are listed, begun from templates that work, and tried as hard as those of the house."""

import json
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest

from services.actor.config import backend_fields
from services.actor.conformance import Trial
from services.catalogue import config_classes
from services.console.beginning import begin
from services.console.choosing import chosen
from services.console.mistakes import mistakes
from services.console.roles import ROLES
from services.console.settings import read_settings
from tests.console.hand import Hand
from tests.console.terminal import WIDTH, on_terminal, plain

SLOW = frozenset({"strange words are borne", "cancelling stops it", "noise is borne", "two at a time"})
SLOW |= {"words come while somebody speaks", "words have their times", "trust is a measure", "silence has no words"}
"""What takes long, and is tried with the backends of the house."""
RUFF = str(Path(sys.executable).with_name("ruff"))
PAINTS = "        seed = request.seed"
"""Where the template begins to paint."""
HANGS = """self.count = getattr(self, 'count', 0) + 1
        await in_thread(time.sleep, 1.5 if self.count == 4 else 0.1)"""
"""The fourth job is the one that is cancelled."""
SAID = """
failed       previews can be seen
             A small picture, of the same shape, comes before the large one.
             no preview came
"""


def offers(hand: Hand, *arguments: str) -> list[dict[str, Any]]:
    """Return what `backend list` says."""
    done = hand("backend", "list", *arguments, "--json")
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def write(hand: Hand, name: str, does: str) -> Path:
    """Write a painter that does something before it paints; return its file."""
    begin(hand.installation, name, ROLES["image"])
    file = hand.installation.folder / f"{name}.py"
    text = file.read_text(encoding="utf-8").replace(PAINTS, f"        {does}\n{PAINTS}", 1)
    file.write_text(f"import os\nimport time\n{text}", encoding="utf-8")
    return file


def test_every_backend_of_every_list_is_there_with_what_it_can_do(hand: Hand) -> None:
    found = {(each["list"], each["use"]): each for each in offers(hand)}
    lists = {
        f"{name}.{field}": kinds
        for name, table in config_classes().items()
        for field, kinds in backend_fields(table).items()
    }
    assert {place for place, _ in found} == lists.keys()
    assert found["image.backends", "painter"]["capabilities"] == ["NEGATIVE_PROMPTS", "PREVIEWS", "SEEDS"]
    assert [found["audio.voices", name]["place"] for name in ("say", "flite", "espeak")] == [0, 1, 2]
    assert found["asr.sources", "card"]["place"] is None


def test_every_list_of_backends_has_a_role_and_a_suite() -> None:
    lists = {f"{name}.{field}" for name, table in config_classes().items() for field in backend_fields(table)}
    assert {role.place for role in ROLES.values()} == lists - {"asr.sources"}
    assert all(role.suite.checks for role in ROLES.values())


def test_what_is_missing_here_is_told_with_its_cure(hand: Hand) -> None:
    hand.environment["PATH"] = "/nowhere"
    flite = next(each for each in offers(hand, "--service", "voice") if each["use"] == "flite")
    assert flite["lacks"] == ["the program flite: Debian: apt install flite"]
    text, _ = on_terminal(hand, "backend", "list", "--service", "audio")
    assert "       lacks the program flite: Debian: apt install flite\n" in plain(text)
    assert max(map(len, plain(text).splitlines())) <= WIDTH


def test_only_a_service_or_a_role_is_listed(hand: Hand) -> None:
    assert {each["list"] for each in offers(hand, "--service", "audio")} == {
        "audio.voices",
        "audio.soundscapes",
        "audio.composers",
    }
    assert {each["list"] for each in offers(hand, "--service", "planner")} == {"story.backends"}
    assert hand.refused("backend", "list", "--service", "imag")[0].startswith("there is no service and no role")


def test_what_an_installed_package_brings_is_listed(hand: Hand, tmp_path: Path) -> None:
    write(hand, "brought", "pass").rename(tmp_path / "brought.py")
    info = tmp_path / "brought-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: brought\nVersion: 1.0\n", encoding="utf-8")
    points = "[fantascope.backends]\nwatercolour = brought:Brought\nbroken = nowhere:It\n"
    (info / "entry_points.txt").write_text(points, encoding="utf-8")
    hand.environment["PYTHONPATH"] = str(tmp_path)
    found = {each["use"]: each for each in offers(hand)}
    assert found["watercolour"]["list"] == "image.backends"
    assert found["broken"] == {
        "list": "",
        "use": "broken",
        "place": None,
        "capabilities": [],
        "lacks": ["'nowhere:It' cannot be used: No module named 'nowhere'"],
    }


def test_a_new_backend_is_used_before_those_that_were_there(hand: Hand) -> None:
    done = hand("backend", "new", "my_own", "--service", "image")
    assert done.returncode == 0, done.stderr
    hand.write("[display]\nport = 0\n" + done.stdout.partition("project.toml:\n\n")[2].partition("Whether")[0])
    assert hand("check").returncode == 0
    places = {each["use"]: each["place"] for each in offers(hand, "--service", "image")}
    assert places == {"my_own.py:MyOwn": 0, "painter": 1}


@pytest.mark.anyio
@pytest.mark.parametrize("role", ROLES)
async def test_a_new_backend_does_what_it_has_to(hand: Hand, role: str) -> None:
    use, lines = begin(hand.installation, "my_own", ROLES[role])
    hand.write(lines)
    assert mistakes(read_settings(hand.installation.folder)) == []
    file = hand.installation.folder / "my_own.py"
    assert (await anyio.run_process([RUFF, "check", "--quiet", str(file)], check=False)).returncode == 0
    plays, config = chosen(hand.installation, use, role)
    states: dict[str, str] = {}
    trial = Trial(plays.suite, config, lambda outcome: states.update({outcome.check: outcome.state}))
    await trial.run(SLOW if role in ("voice", "recogniser") else frozenset())
    assert set(states.values()) <= {"ok", "not claimed"}
    assert len(states) > 4


@pytest.mark.parametrize("name", ["Stripes", "1st", "my-own", "../x", "class", "a" * 40])
def test_what_is_no_name_is_refused(hand: Hand, name: str) -> None:
    assert "is no name for a backend" in hand.refused("backend", "new", name, "--service", "image")[0]


def test_nothing_is_written_over(hand: Hand) -> None:
    (hand.installation.folder / "mine.py").write_text("precious", encoding="utf-8")
    assert hand.refused("backend", "new", "mine", "--service", "image")[0].endswith("is left as it is")
    assert (hand.installation.folder / "mine.py").read_text(encoding="utf-8") == "precious"
    assert hand.refused("backend", "new", "painter", "--service", "image") == [
        "there is a backend called painter already"
    ]


def test_a_backend_is_tried_with_the_settings_of_the_project(hand: Hand) -> None:
    hand.write('[[image.backends]]\nuse = "painter"\npreview = 0\n')
    text, code = on_terminal(hand, "backend", "test", "painter")
    assert code == 1
    assert SAID in plain(text)
    assert plain(text).endswith("\npainter, image: 13 ok, 1 failed\n")
    assert max(map(len, plain(text).splitlines())) <= WIDTH


def test_what_takes_its_process_down_has_failed_and_the_rest_is_tried(hand: Hand) -> None:
    write(hand, "mortal", "os._exit(3) if not request.scene else None")
    done = hand("backend", "test", "mortal.py:Mortal", "--json")
    outcomes = {each["check"]: each for each in json.loads(done.stdout)}
    assert done.returncode == 1
    assert outcomes["strange words are borne"]["why"] == "takes its process down (code 3)"
    assert outcomes["odd sizes are kept"]["state"] == "ok"
    assert outcomes["what is unwanted is left out"] == {
        "check": "what is unwanted is left out",
        "says": "A negative prompt changes the picture.",
        "state": "not claimed",
        "why": "NEGATIVE_PROMPTS",
        "seconds": 0.0,
    }


def test_work_that_does_not_stop_is_found_out(hand: Hand) -> None:
    file = write(hand, "wedged", HANGS)
    file.write_text(f"from services.actor import threads\nthreads.GRACE = 0.3\n{file.read_text()}", encoding="utf-8")
    done = hand("backend", "test", "wedged.py:Wedged", "--json")
    outcomes = {each["check"]: each for each in json.loads(done.stdout)}
    assert outcomes["cancelling stops it"]["why"].startswith("does not stop when it is told to")


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("pintr", "no backend is called 'pintr' (did you mean `painter`?); `fantascope backend list` names all"),
        ("no.py:Where", "'no.py:Where' cannot be used: "),
        ("broken.py:It", "'broken.py:It' cannot be used: NameError: name 'x' is not defined"),
        ("both.py:Both", "both.py:Both is image and voice: say which with --service"),
    ],
)
def test_what_cannot_be_tried_is_named(hand: Hand, named: str, said: str) -> None:
    (hand.installation.folder / "broken.py").write_text("x\n", encoding="utf-8")
    with write(hand, "both", "pass").open("a", encoding="utf-8") as file:
        file.write("\n    speak = paint\n")
    assert hand.refused("backend", "test", named)[0].startswith(said)
