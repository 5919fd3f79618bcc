"""What `fantascope doctor` finds: each of it made to happen."""

import json
import subprocess
import time
from pathlib import Path

import pytest

from services.console.beginning import begin
from services.console.commands.doctor import CHECKS
from services.console.diagnosis import finding as diagnosis
from services.console.diagnosis import machine
from services.console.diagnosis.finding import Case, Finding, examine
from services.console.diagnosis.machine import graphics_card, memory, packages, python
from services.console.diagnosis.outside import browser, inputs, microphones
from services.console.diagnosis.project import keys, programs, project, weights
from services.console.roles import ROLES
from services.console.settings import read_settings
from tests.console.hand import COMMAND, Hand
from tests.console.looking import found, script, told
from tests.console.terminal import HEIGHT, WIDTH, on_terminal, plain

NEEDS = """
    def needs(self):
        from services.actor.needs import key, weights
        from pathlib import Path
        return key("NO_SUCH_API_KEY"), weights("big", Path("/nowhere"), "fetch it")
"""
LISTING = """
import sys
print('''  0 HDA Intel PCH: ALC257 (hw:0,0), ALSA (0 in, 2 out)
> 1 USB Audio: Yeti (hw:1,0), ALSA (2 in, 2 out)
* 2 default, ALSA (32 in, 32 out)''')
"""


def test_everything_is_looked_at_and_fits_the_terminal(hand: Hand) -> None:
    text, code = on_terminal(hand, "doctor")
    lines = plain(text).splitlines()
    assert code == 0, text
    assert max(map(len, lines)) <= WIDTH
    assert len(lines) <= HEIGHT + 4
    assert {line[7:21].strip() for line in lines[:-1]} - {""} == {check.__name__.replace("_", " ") for check in CHECKS}
    assert lines[-1].startswith(f"{hand.installation.name}: nothing is wrong")


def test_what_is_wrong_ends_it_with_one_and_has_its_cure(hand: Hand) -> None:
    file = hand.installation.folder / ".env"
    file.write_text("KEY=very secret\n", encoding="utf-8")
    file.chmod(0o644)
    hand.write("[display]\nport = 0\n[imag]\n")
    done = hand("doctor", "--json")
    document = json.loads(done.stdout)
    wrong = [each for each in document["findings"] if each["state"] == "wrong"]
    assert (done.returncode, document["wrong"], len(wrong)) == (1, 2, 2)
    assert wrong[0]["text"].endswith(f"others can read it: chmod 600 {file}")
    assert "unknown table" in wrong[1]["text"]
    assert "very secret" not in done.stdout


def test_a_check_that_fails_says_so_and_the_others_go_on(hand: Hand) -> None:
    def broken(_: Case) -> "list[Finding]":
        raise LookupError("nobody thought of this")

    case = Case(hand.installation, read_settings(hand.installation.folder), False, time.time())
    first, second = examine(case, [broken, python])  # type: ignore[list-item]
    assert (first.check, first.state) == ("broken", "wrong")
    assert first.text == "cannot be looked at: LookupError: nobody thought of this"
    assert second.state == "ok"


def test_a_check_that_hangs_is_not_waited_for(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "LIMIT", 0.3)

    def hanging(_: Case) -> "list[Finding]":
        time.sleep(3)
        return []

    case = Case(hand.installation, read_settings(hand.installation.folder), False, time.time())
    begun = time.monotonic()
    (only,) = examine(case, [hanging])  # type: ignore[list-item]
    assert time.monotonic() - begun < 2
    assert (only.state, only.text) == ("wrong", "cannot be looked at: no answer in 0 s")


def test_a_key_and_weights_that_are_missing_are_named_with_their_cure(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    use, lines = begin(hand.installation, "painting", ROLES["image"])
    file = hand.installation.folder / "painting.py"
    after = '    """Of the colours, 0 to 255."""\n'
    file.write_text(file.read_text(encoding="utf-8").replace(after, after + NEEDS), encoding="utf-8")
    hand.write(lines)
    (key,) = found(hand, keys)
    assert (key.state, key.cure) == ("wrong", "write NO_SUCH_API_KEY=… into the project's .env")
    assert key.text == f"NO_SUCH_API_KEY is missing for {use} (image.backends[0]); painter stands in"
    missing, here = found(hand, weights)
    assert (missing.state, missing.cure) == ("wrong", "fetch it")
    assert here.text.startswith("en-us (3")
    monkeypatch.setenv("NO_SUCH_API_KEY", "something secret")
    assert told(hand, keys) == ["ok: NO_SUCH_API_KEY"]


def test_a_program_is_a_note_unless_the_project_asks_for_it(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    text = "flite is missing for flite (audio.voices[{}]); espeak stands in"
    assert found(hand, programs)[0] == Finding(
        check="programs", state="note", text=text.format(1), cure="Debian: apt install flite"
    )
    hand.write('[[audio.voices]]\nuse = "flite"\n[[audio.voices]]\nuse = "espeak"\n')
    assert told(hand, programs) == [f"wrong: {text.format(0)}"]
    hand.write('[[audio.voices]]\nuse = "flite"\n')
    assert told(hand, programs) == ["wrong: flite is missing for flite (audio.voices[0])"]


def test_mistakes_of_the_project_are_told(hand: Hand) -> None:
    assert told(hand, project) == [f"ok: {hand.installation.folder}: no mistakes in it"]
    hand.write('[display]\nport = "x"\n')
    assert [line.partition("project.toml")[2] for line in told(hand, project)] == [
        ":2: display.port: expected `int`, got `str`"
    ]


def test_a_package_of_another_version_is_named(hand: Hand, tmp_path: Path) -> None:
    info = tmp_path / "click-7.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: click\nVersion: 7.0\n", encoding="utf-8")
    hand.environment["PYTHONPATH"] = str(tmp_path)
    findings = json.loads(hand("doctor", "--json").stdout)["findings"]
    (wrong,) = [each for each in findings if each["state"] == "wrong"]
    assert wrong["text"] == "click is 7.0; click<9,>=8.3 is needed"


def test_a_python_that_is_too_old_is_named(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        machine, "declared", lambda: {"requires-python": ">=3.99", "dependencies": ["no-such-thing>=1"]}
    )
    assert told(hand, python)[0].endswith("runs this, >=3.99 is needed")
    assert told(hand, packages) == ["wrong: no-such-thing is not installed; no-such-thing>=1 is needed"]


def test_a_terminal_without_letters_is_named_and_written_to(hand: Hand) -> None:
    hand.environment |= {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    done = hand("doctor")
    assert "wrong  terminal" in done.stdout, done.stderr
    assert f"{hand.installation.name}: 1 thing wrong" in done.stdout


def test_few_open_files_are_named(hand: Hand) -> None:
    command = f"ulimit -n 512; exec {COMMAND} doctor"
    done = subprocess.run(["sh", "-c", command], env=hand.environment, capture_output=True, text=True, check=False)
    assert "wrong  open files     512 may be open, supervisord wants 1024" in done.stdout


def test_little_memory_is_wrong_unless_it_runs_already(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "MEMORY", 10**16)
    assert found(hand, memory)[0].state == "wrong"
    assert found(hand, memory, runs=True)[0].state == "ok"


def test_a_browser_and_a_graphics_card_are_looked_for(
    hand: Hand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert (found(hand, browser)[0].state, found(hand, graphics_card)[0].state) == ("note", "note")
    script(tmp_path, "chromium", "exit 0")
    script(tmp_path, "nvidia-smi", "echo 'NVIDIA H100, 81559 MiB'")
    assert told(hand, browser) == ["ok: chromium"]
    assert told(hand, graphics_card)[0].startswith("ok: NVIDIA H100, 81559 MiB; torch ")


def test_a_card_that_is_asked_for_is_looked_for(hand: Hand, tmp_path: Path) -> None:
    (tmp_path / "sounddevice.py").write_text(LISTING, encoding="utf-8")
    hand.environment["PYTHONPATH"] = str(tmp_path)
    hand.write("".join(f'[[asr.sources]]\nuse = "card"\ndevice = "{name}"\n' for name in ("yeti", "Rode")))
    findings = json.loads(hand("doctor", "--json").stdout)["findings"]
    texts = [each["text"] for each in findings if each["check"] == "microphones"]
    assert texts == [
        "yeti: USB Audio: Yeti (hw:1,0), ALSA",
        "no microphone is called 'Rode'; there is USB Audio: Yeti (hw:1,0), ALSA, default, ALSA",
    ]


def test_pages_bring_their_own_microphones(hand: Hand) -> None:
    assert told(hand, microphones) == ["ok: no sound card is asked for; the pages bring theirs"]
    assert inputs("  0 x, ALSA (0 in, 2 out)") == {}
