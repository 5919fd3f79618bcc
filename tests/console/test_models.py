"""`fantascope models`: which models there are, where they lie, and how they are."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.console.beginning import begin
from services.console.roles import ROLES
from services.console.weights import shortened
from tests.console.hand import Hand
from tests.console.terminal import WIDTH, on_terminal, plain

NEEDS = """
    def needs(self):
        from pathlib import Path
        from services.actor.needs import weights
        return (weights("big-model", Path("/nowhere"), "fetch it"),)
"""
AFTER = '    """Of the colours, 0 to 255."""\n'


def models(hand: Hand) -> dict[str, dict[str, Any]]:
    """Return what is behind each backend, by its place."""
    return {each["place"]: each for each in json.loads(hand("models", "--json").stdout)}


def test_weights_have_a_place_and_a_size(hand: Hand) -> None:
    found = models(hand)
    (need,) = found["asr.backends[0]"]["weights"]
    assert found["asr.backends[0]"]["model"].startswith("en-us 5.")
    assert need["found"].endswith("/pocketsphinx/model/en-us")
    assert need["size"] > 30_000_000
    assert {each["state"] for each in found.values()} == {""}
    text, code = on_terminal(hand, "models")
    assert code == 0
    assert max(map(len, plain(text).splitlines())) <= WIDTH
    assert plain(text).splitlines()[-1] == f"{hand.installation.name} does not run; `fantascope up` starts it"


def test_weights_that_are_missing_are_told_with_their_cure(hand: Hand) -> None:
    _, lines = begin(hand.installation, "heavy", ROLES["image"])
    file = hand.installation.folder / "heavy.py"
    file.write_text(file.read_text(encoding="utf-8").replace(AFTER, AFTER + NEEDS), encoding="utf-8")
    hand.write(lines)
    done = hand("models")
    assert done.returncode == 1
    assert "heavy.py:Heavy  missing" in done.stdout
    assert "big-model  missing: fetch it" in done.stdout


def test_the_doctor_sees_that_the_page_is_its_own(up: Hand) -> None:
    (held,) = [each for each in json.loads(up("doctor", "--json").stdout)["findings"] if each["check"] == "port"]
    assert held["state"] == "ok"
    assert held["text"].startswith("this installation has it: http://127.0.0.1:")


def test_what_runs_tells_its_model_and_how_it_is(up: Hand) -> None:
    found = models(up)
    assert found["asr.backends[0]"]["state"] == "up"
    assert found["story.backends[0]"]["model"].startswith("0.")
    voices = [found[f"audio.voices[{place}]"]["state"] for place in range(3)]
    assert voices[2] == "up"
    assert voices[0] == "up" or voices[0].startswith("unavailable (the program 'say' is not here")


@pytest.mark.parametrize(("path", "short"), [("/etc/model", "/etc/model"), ("~/m", "~/m")])
def test_a_path_is_as_short_as_one_needs_it(path: str, short: str) -> None:
    assert shortened(str(Path(path).expanduser())) == short
