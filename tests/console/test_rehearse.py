"""Scenarios: those that ship pass on a fresh installation, and one that does not come true says so."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from services.console.rehearsal.finding import shipped
from services.console.rehearsal.scenario import Mistakes, read_scenario
from services.console.rehearsal.steps import VERBS
from tests.console.hand import COMMAND, Hand
from tests.console.patience import until
from tests.console.terminal import WIDTH, on_terminal, plain
from tests.installation import CHECKOUT

FOX = CHECKOUT / "tests" / "sounds" / "fox.wav"
HEAD = 'title = "A trial"\n'
ARRIVE = '[[step]]\narrive = "anna"\n'
WORDS = '[[step]]\ntype = "a fox in the snow"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder for scenarios."""
    (tmp_path / "fox.wav").symlink_to(FOX)
    return tmp_path


def written(folder: Path, steps: str, name: str = "trial") -> str:
    """Write a scenario; return its file."""
    file = folder / f"{name}.toml"
    file.write_text(HEAD + steps, encoding="utf-8")
    return str(file)


def belonging_to(place: str) -> list[str]:
    """Return the processes in whose command or environment a place is named."""
    listed = subprocess.run(["ps", "axeww", "-o", "pid=,stat=,command="], capture_output=True, text=True, check=True)
    return [line for line in listed.stdout.splitlines() if place in line and "ps axeww" not in line]


def test_everything_that_ships_comes_true(tmp_path: Path) -> None:
    hand = Hand(CHECKOUT / "projects" / "demo")
    done = hand("rehearse", "--json")
    said = json.loads(done.stdout)
    wrong = [step for scenario in said["scenarios"] for step in scenario["steps"] if "failed" in step]
    assert (done.returncode, wrong, said["passed"]) == (0, [], True), done.stdout + done.stderr
    assert [scenario["name"] for scenario in said["scenarios"]] == [file.stem for file in shipped(hand.installation)]
    assert len(said["scenarios"]) == 11


MISTAKES = {
    '[[step]]\nsya = "a fox"\n': ["2: step 1: has no verb (did you mean `say`?); there is arrive, leave, type, say,"],
    '[[step]]\nsay = "a"\ntype = "b"\n': ["4: step 1: type: a step has one verb, and this one has say and type"],
    '[[step]]\nwait = "scene.show"\nwithin = 3\n': [
        "3: step 1: wait: no event has the topic 'scene.show' (did you mean `scene.shown`?)"
    ],
    '[[step]]\nwait = "scene.shown"\n': ["2: step 1: needs `within`"],
    '[[step]]\nwait = "scene.shown"\nwithin = 3\nwhere = {turm = 2}\n': [
        "5: step 1: where.turm: scene.shown has no field 'turm' (did you mean `turn`?)"
    ],
    '[[step]]\nwait = "image.ready"\nwithin = 3\n[step.expect]\nreport.backnd = "painter"\n': [
        "6: step 1: expect.report.backnd: image.ready.report has no field 'backnd' (did you mean `backend`?)"
    ],
    '[[step]]\nwait = "page.turn"\nwithin = 3\nexpect = {turn = "2"}\n': ["5: step 1: expect.turn: is never text"],
    '[[step]]\nwait = "page.turn"\nwithin = 3\nexpect = {turn = {min = "2"}}\n': [
        "5: step 1: expect.turn: `min` and `max` are numbers"
    ],
    '[[step]]\nnever = "visit.ended"\nfor = 3\nwhere = {reason = "bored"}\n': [
        "5: step 1: where.reason: can be finished, operator, replaced, silence, and not 'bored'"
    ],
    '[[step]]\nnever = "failed"\n': ["2: step 1: needs `for`"],
    '[[step]]\nkill = "imge"\n': ["3: step 1: kill: no service is called 'imge' (did you mean `image`?)"],
    '[[step]]\nnoise = "screem"\n': ["3: step 1: noise: there is no such noise (did you mean `scream`?)"],
    '[[step]]\nplay = "no.wav"\n': ["3: step 1: play: no such file: "],
    '[[step]]\narrive = "bob"\n': ["3: step 1: arrive: a visitor is called by 4 to 32 small letters and digits"],
    f'{ARRIVE}[[step]]\ntype = "a"\nby = "ana"\n': [
        "6: step 2: by: nobody called 'ana' is there (did you mean `anna`?)"
    ],
    '[[step]]\ninject = "speech.final"\nfields = {txt = "a"}\n': [
        "4: step 1: fields.txt: speech.final has no such field (did you mean `text`?)"
    ],
    '[[step]]\ninject = "speech.final"\nfields = {text = 3}\n': ["4: step 1: fields.text: expected `str`, got `int`"],
    '[[step]]\ninject = "speech.final"\n': ["2: step 1: fields: needs `text`"],
    '[[step]]\ninject = "status"\nfields = {source = "x"}\n': ["4: step 1: fields.source: the bus fills that in"],
    '[[step]]\nadvance = 0\nvery = 1\n': ["3: step 1: "],
    '[[step]]\nkill = "imge"\n[[step]]\nstall = "image"\n': ["3: step 1: kill: ", "4: step 2: needs `for`"],
    "colour = 1\n[[step]]\npause = 1\n": ["2: colour: unknown key"],
    "[[step]\n": ["2: "],
}  # fmt: skip


@pytest.mark.parametrize("steps", MISTAKES)
def test_every_mistake_is_told_with_its_line_and_step(folder: Path, steps: str) -> None:
    file = written(folder, steps)
    with pytest.raises(Mistakes) as caught:
        read_scenario(Path(file))
    assert [line[: len(wanted)] for line, wanted in zip(caught.value.lines, told(file, steps), strict=True)] == told(
        file, steps
    )


def told(file: str, steps: str) -> list[str]:
    """Return how the lines begin that tell the mistakes in some steps."""
    return [f"{file}:{line}" for line in MISTAKES[steps]]


def test_the_manual_shows_a_scenario_and_tells_of_every_verb_and_key(folder: Path) -> None:
    manual = (CHECKOUT / "docs" / "scenarios.md").read_text(encoding="utf-8")
    file = folder / "shown.toml"
    file.write_text(manual.partition("```toml\n")[2].partition("```")[0], encoding="utf-8")
    assert len(read_scenario(file).cues) == 5
    for verb, kind in VERBS.items():
        (row,) = [line for line in manual.splitlines() if line.startswith(f"| `{verb} = ")]
        keys = [field.encode_name for field in msgspec.structs.fields(kind) if field.encode_name != verb]
        assert sorted(keys) == sorted(row.split("|")[3].replace("`", "").split())


def test_nothing_is_started_when_there_is_a_mistake(hand: Hand, folder: Path) -> None:
    assert len(hand.refused("rehearse", written(folder, '[[step]]\nkill = "imge"\n'))) == 1


def test_scenarios_are_listed_by_name_and_title() -> None:
    listed = Hand(CHECKOUT / "projects" / "demo")("rehearse", "--list").stdout.splitlines()
    assert listed[0].split(maxsplit=1) == ["first-visitor", "The first visitor of the day"]
    assert max(map(len, listed)) <= WIDTH


def test_names_of_scenarios_are_completed() -> None:
    demo = Hand(CHECKOUT / "projects" / "demo")
    demo.environment |= {
        "_FANTASCOPE_COMPLETE": "bash_complete",
        "COMP_WORDS": "fantascope rehearse s",
        "COMP_CWORD": "2",
    }
    assert [line.partition(",")[2] for line in demo().stdout.splitlines()] == ["scream", "storyteller-dies"]


def test_a_scenario_that_is_not_there_is_named(hand: Hand) -> None:
    demo = Hand(CHECKOUT / "projects" / "demo")
    assert demo.refused("rehearse", "screem") == [
        "there is no scenario 'screem' (did you mean `scream`?); `fantascope rehearse --list` lists them"
    ]
    assert "has no scenarios in" in hand.refused("rehearse")[0]


def test_without_an_installation_nothing_is_rehearsed_live(hand: Hand, folder: Path) -> None:
    (line,) = hand.refused("rehearse", "--live", written(folder, "[[step]]\npause = 1\n"))
    assert line == f"{hand.installation.name} does not run; `fantascope up` starts it"


FAILING = {
    f'{WORDS}[[step]]\nwait = "turn.started"\nwithin = 9\nexpect = {{turn = 2}}\n': (
        2, 4, "turn.started came with turn 1", "turn.started     turn 1"
    ),
    f'{WORDS}[[step]]\nwait = "turn.started"\nwithin = 0.5\nwhere = {{turn = 2}}\n': (
        2, 4, "no such turn.started came within 0.5 s", "turn.started     turn 1"
    ),
    f'{WORDS}[[step]]\nnever = "story.beat"\nfor = 9\n': (2, 4, "story.beat came", "story.beat       turn 1"),
    '[[step]]\nplay = "fox.wav"\n[[step]]\nnever = "speech.final"\nfor = 9\n': (2, 4, "speech.final came", "once"),
    '[[step]]\nkill = "story"\n[[step]]\nkill = "story"\n': (2, 4, "story does not run", ""),
    '[[step]]\nkill = "image"\n[[step]]\nstall = "image"\nfor = 1\n': (2, 4, "image does not run", ""),
    '[[step]]\ninject = "cancel"\nin_visit = true\n': (1, 2, "no visit is on", ""),
    WORDS * 9: (6, 12, "the room asks for a moment: too much was written at once", ""),
}  # fmt: skip


def test_what_does_not_come_true_is_told_with_line_and_step_and_what_came_instead(up: Hand, folder: Path) -> None:
    files = [written(folder, steps, f"trial{number}") for number, steps in enumerate(FAILING)]
    done = up("rehearse", "--live", *files)
    assert done.returncode == 1, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    for file, (step, line, failed, instead) in zip(files, FAILING.values(), strict=True):
        said = [number for number, text in enumerate(lines) if text == f"{file}:{line}: step {step}: {failed}"]
        assert said, f"{failed}\n{done.stdout}"
        assert instead in lines[said[0] + 1]
    assert done.stdout.count("to look further: fantascope trace --visit") == len(files)
    assert lines[-1].startswith(f"0 of {len(files)} scenarios passed in ")


def test_what_is_killed_on_the_running_installation_is_really_killed_and_waited_for(up: Hand, folder: Path) -> None:
    before = up.installation.participants()["image"]
    done = up("rehearse", "--live", written(folder, '[[step]]\nkill = "image"\n'))
    assert done.returncode == 0, done.stdout
    assert done.stderr.startswith(f"On {up.installation.name} as it runs: what is killed and stalled is really")
    assert up.installation.participants()["image"] != before
    assert up("status").returncode == 0


def test_visitors_who_speak_another_language_are_left_out(up: Hand, folder: Path) -> None:
    file = written(folder, f'language = "de"\n{WORDS}')
    done = up("rehearse", "--live", file)
    assert done.returncode == 0
    assert "left out: its visitors speak de, and the project en" in done.stdout
    assert done.stdout.splitlines()[-1].endswith(", 1 left out")


def test_it_fits_a_terminal_and_has_colours_only_there(up: Hand, folder: Path) -> None:
    file = written(folder, f'{WORDS}[[step]]\nwait = "page.speaking"\nwithin = 20\n')
    text, code = on_terminal(up, "rehearse", "--live", file)
    assert code == 0
    assert "\x1b[" in text
    assert "\x1b[" not in up("rehearse", "--live", file).stdout
    lines = plain(text).splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert lines[2].split() == ["2", "visitor", "types", '"a', "fox", "in", "the", 'snow"', lines[2].split()[-2], "s"]


def test_an_event_is_injected_into_the_visit_that_is_on(up: Hand, folder: Path) -> None:
    end = '[[step]]\ninject = "visit.ended"\nfields = {reason = "operator"}\nin_visit = true\n'
    wait = '[[step]]\nwait = "turn.started"\nwithin = 20\n'
    file = written(folder, f'{WORDS}{wait}{end}[[step]]\nwait = "page.ended"\nwithin = 5\n')
    done = up("rehearse", "--live", file)
    assert done.returncode == 0, done.stdout


def interrupted(hand: Hand, said: str, *arguments: str) -> tuple[int, str]:
    """Interrupt a rehearsal once it has said something; return how it ended, and what it printed."""
    with subprocess.Popen([COMMAND, "rehearse", *arguments], env=hand.environment, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        text = ""
        while said not in text:
            text += os.read(process.stdout.fileno(), 4096).decode()
        process.send_signal(signal.SIGINT)
        return process.wait(60), text


def test_what_stands_still_goes_on_when_a_rehearsal_is_interrupted(up: Hand, folder: Path) -> None:
    pid = up.installation.participants()["story"]
    steps = '[[step]]\nstall = "story"\nfor = 60\n[[step]]\npause = 60\n'
    code, _ = interrupted(up, "stall story", "--live", written(folder, steps))
    assert code == 130
    until(lambda: up("status").returncode == 0)
    assert up.installation.participants()["story"] == pid


@pytest.fixture
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hand]:
    """Yield the command for the demo, with temporary files in a folder of their own."""
    hand = Hand(CHECKOUT / "projects" / "demo")
    place = tmp_path_factory.mktemp("e")
    hand.environment |= {"TMPDIR": str(place), "XDG_RUNTIME_DIR": ""}
    yield hand
    assert [file for file in place.rglob("*") if file.is_socket()] == []


def test_ctrl_c_leaves_no_copy_and_no_process_behind(elsewhere: Hand, folder: Path) -> None:
    place = elsewhere.environment["TMPDIR"]
    file = written(folder, "[[step]]\npause = 0.1\n[[step]]\npause = 60\n")
    code, _ = interrupted(elsewhere, "pause for 0.1 s", file)
    assert code == 130
    assert [entry for entry in Path(place).iterdir() if entry.name.startswith("fs")] == []
    assert belonging_to(place) == []


def test_ctrl_c_while_it_starts_leaves_nothing_behind_either(elsewhere: Hand, folder: Path) -> None:
    place = elsewhere.environment["TMPDIR"]
    file = written(folder, "[[step]]\npause = 60\n")
    with subprocess.Popen([COMMAND, "rehearse", file], env=elsewhere.environment) as process:
        until(lambda: any(" services " in line for line in belonging_to(place)))
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
    assert belonging_to(place) == []
