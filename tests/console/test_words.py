"""What the command says of itself: help, completion, topics, versions."""

import json
import os
import subprocess
from pathlib import Path

import msgspec
import pytest

from schemas import EVENTS, Request
from services.catalogue import service_names
from services.console.completing import choices
from services.console.main import COMMANDS, SECTIONS
from tests.console.hand import COMMAND, Hand
from tests.console.terminal import WIDTH, on_terminal, plain
from tests.house.sources import HOUSE

ASK = {"_FANTASCOPE_COMPLETE": "bash_complete"}
FILES = {file.stem for file in (HOUSE / "services/console/commands").glob("[!_]*.py")}


def offered(hand: Hand, *words: str) -> list[str]:
    """Return what a shell is offered for the last of some words."""
    asked = {"COMP_WORDS": " ".join(("fantascope", *words)), "COMP_CWORD": str(len(words))}
    done = subprocess.run([COMMAND], env=hand.environment | ASK | asked, capture_output=True, text=True, check=True)
    return [line.partition(",")[2] for line in done.stdout.splitlines() if line]


def test_every_command_is_a_file_and_in_the_help() -> None:
    assert set(COMMANDS) == FILES


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_explains_itself_with_an_example(hand: Hand, name: str) -> None:
    text, code = on_terminal(hand, name, "--help")
    assert code == 0
    assert f"fantascope {name}" in text.partition("Example")[2]
    assert max(map(len, plain(text).splitlines())) <= WIDTH


def test_the_help_of_all_fits_a_terminal(hand: Hand) -> None:
    lines = plain(on_terminal(hand, "--help")[0]).splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert [section for section in SECTIONS if f"{section}:" in lines] == list(SECTIONS)


def test_a_command_that_does_not_exist_is_refused_with_the_nearest(hand: Hand) -> None:
    assert hand.refused("statsu")[0].startswith("there is no command 'statsu' (did you mean `status`?)")


def test_commands_topics_fields_and_values_are_completed(hand: Hand) -> None:
    assert offered(hand, "re") == ["restart", "reload", "rehearse"]
    assert offered(hand, "send", "image.r") == ["image.ready", "image.request"]
    assert set(offered(hand, "call", "")) == {topic for topic, kind in EVENTS.items() if issubclass(kind, Request)}
    assert "image" in offered(hand, "watch", "im")
    assert offered(hand, "send", "image.request", "se") == ["seed="]
    assert "visit=" in offered(hand, "send", "image.request", "vi")
    assert offered(hand, "send", "image.request", "id") == []
    assert offered(hand, "send", "visit.ended", "reason=si") == ["reason=silence"]
    assert offered(hand, "send", "sound.ready", "loop=") == ["loop=true", "loop=false"]
    assert offered(hand, "logs", "image", "i") == []
    assert offered(hand, "restart", "") == list(service_names())


def test_shells_that_take_the_equals_sign_for_a_word_are_answered_with_the_value_alone(hand: Hand) -> None:
    assert "silence" in offered(hand, "send", "visit.ended", "reason", "=")
    assert offered(hand, "send", "visit.ended", "reason", "=", "si") == ["silence"]


def test_a_real_shell_completes(hand: Hand) -> None:
    """Bash is asked as it asks itself: it calls the function that the script defines."""
    script = """
    eval "$(fantascope completion bash)"
    COMP_WORDS=(fantascope send visit.end); COMP_CWORD=2
    _fantascope_completion fantascope 2>/dev/null; echo "${COMPREPLY[@]}"
    """
    path = os.pathsep.join((str(Path(COMMAND).parent), os.environ["PATH"]))
    environment = hand.environment | {"PATH": path}
    done = subprocess.run(["bash", "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "visit.ended"
    assert "completion zsh" in hand("completion").stdout
    assert "compdef" in hand("completion", "zsh").stdout
    assert "complete" in hand("completion", "fish").stdout


def test_every_choice_of_a_schema_can_be_offered() -> None:
    fields = {field.name: field.type for field in msgspec.structs.fields(EVENTS["cancelled"])}
    assert "superseded" in list(choices(msgspec.inspect.type_info(fields["reason"])))


def test_topics_say_who_talks_to_whom(hand: Hand) -> None:
    found = {each["topic"]: each for each in json.loads(hand("topics", "--json").stdout)}
    assert set(found) == set(EVENTS)
    assert (found["image.request"]["says"], found["image.request"]["hears"]) == (["story"], ["image"])
    assert found["image.request"]["means"].startswith("Asks for one picture.")
    lines = plain(on_terminal(hand, "topics", "image")[0]).splitlines()
    assert [line.split()[0] for line in lines] == ["topic", "image.progress", "image.ready", "image.request"]
    assert max(map(len, lines)) <= WIDTH
    assert "no topic matches 'imgae'" in hand.refused("topics", "imgae")[0]


def test_the_graph_shows_who_listens_to_whom(hand: Hand) -> None:
    done = hand("graph")
    assert done.returncode == 0
    assert done.stderr == ""
    assert "  ─▶ image    image.request turn.started" in done.stdout
    assert '"story" -> "image" [label="image.request' in hand("graph", "--dot").stdout
    assert hand("graph", "--mermaid").stdout.startswith("flowchart LR")
    assert json.loads(hand("graph", "--json").stdout)["wrong"] == []


def test_the_graph_fails_on_what_nobody_hears_in_this_project(hand: Hand) -> None:
    hand.write('[display]\nport = 0\n[[asr.sources]]\nuse = "card"\n')
    done = hand("graph")
    assert done.returncode == 1
    assert done.stderr == "mic.chunk: display says it, and nobody hears it; asr would, with other settings\n"
    hand.write('[display]\nport = 0\nmicrophone = false\n[[asr.sources]]\nuse = "card"\n[story]\nmusic = false\n')
    assert hand("graph").returncode == 0


def test_the_graph_of_a_project_with_a_mistake_is_refused(hand: Hand) -> None:
    hand.write("[displai]\n")
    assert "displai: unknown table (did you mean `display`?)" in hand.refused("graph")[0]


def test_versions_are_told(hand: Hand) -> None:
    found = json.loads(hand("version", "--json").stdout)
    assert {"fantascope", "python", "libzmq", "sqlite", "msgspec"} <= set(found)
    assert hand("version").stdout.startswith("fantascope")
