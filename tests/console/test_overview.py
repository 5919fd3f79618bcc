"""`fantascope bus` on a whole installation, as one sees it on a small terminal."""

import json
import os
import signal

import pytest

from bus import history
from services.catalogue import service_names
from services.console.troubles import troubles
from tests.console.hand import Hand
from tests.console.patience import until
from tests.console.terminal import HEIGHT, WIDTH, on_terminal, photograph, plain


def tell_a_story(hand: Hand) -> None:
    """Let a visitor say something, and wait for the picture."""
    hand("send", "speech.final", "text=a fox that collects lost shadows")
    shown = history.Query(topics=("scene.shown", "image.ready"), limit=1)
    until(lambda: bool(history.read(hand.installation.journals, shown)))


@pytest.mark.anyio
async def test_it_fits_a_terminal_of_eighty_columns(up: Hand) -> None:
    tell_a_story(up)
    text, code = on_terminal(up, "bus", "--seconds", "3")
    lines = plain(text).splitlines()
    assert code == 0
    assert len(lines) < HEIGHT
    assert max(map(len, lines)) <= WIDTH
    assert "\x1b[32m" in text
    assert lines[0].startswith(f"{up.installation.name}: {len(service_names())} participants, ")
    assert {line.split()[0] for line in lines[2:7]} == set(service_names())
    assert "--all" in lines[-1]
    await photograph(text.replace(up.installation.name, "demo"), "bus")


def test_everything_is_shown_to_who_asks_for_it(up: Hand) -> None:
    some, whole = on_terminal(up, "bus")[0], on_terminal(up, "bus", "--all")[0]
    assert len(whole.splitlines()) > len(some.splitlines())
    assert "mic.chunk" in plain(whole)


def test_a_program_reads_it_without_colours(up: Hand) -> None:
    assert "\x1b" not in up("bus").stdout
    found = json.loads(up("bus", "--json").stdout)
    assert [each["name"] for each in found["participants"]] == sorted(service_names())
    heard = {each["topic"]: each["hears"] for each in found["topics"]}
    assert heard["mic.chunk"] == {"asr": 1}
    assert {each["source"] for each in found["journals"]} >= set(service_names())


def test_who_does_not_answer_is_named_first(up: Hand) -> None:
    pid = up.installation.participants()["image"]
    os.kill(pid, signal.SIGSTOP)
    try:
        done = up("bus", "--seconds", "1")
    finally:
        os.kill(pid, signal.SIGCONT)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines()[0] == "image does not answer: it is stopped, or busy with something else"


def test_who_should_be_there_and_is_not_is_named(up: Hand) -> None:
    wrong = troubles(up.installation, [])
    assert wrong == [f"{name} is not on the bus; `fantascope status` says why" for name in sorted(service_names())]
