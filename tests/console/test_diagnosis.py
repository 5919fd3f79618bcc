"""What `fantascope doctor` finds of disks, journals, the clock and the port: each of it made to happen."""

import os
import socket
import time
from pathlib import Path

import pytest

from bus import open_bus
from schemas import SpeechFinal
from services.console.diagnosis import finding, storage
from services.console.diagnosis.clock import clock
from services.console.diagnosis.outside import port
from services.console.diagnosis.storage import disk, journals, run_folder
from tests.console.hand import Hand
from tests.console.looking import found, script, told

pytestmark = pytest.mark.anyio


def fill(hand: Hand, days: int, size: float) -> None:
    """Let it look as if so many days had taken so many bytes each; the files have holes."""
    for day in range(days):
        folder = hand.installation.folder / "assets" / f"2026-10-{day + 1:02}"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "picture.jpg").open("wb") as file:
            file.truncate(int(size))


def test_a_port_that_is_taken_is_named_with_who_has_it(hand: Hand) -> None:
    assert told(hand, port) == ["ok: any free one will do"]
    with socket.create_server(("127.0.0.1", 0)) as other:
        number = other.getsockname()[1]
        hand.write(f"[display]\nport = {number}\n")
        (line,) = told(hand, port)
    assert line.startswith(f"wrong: {hand.installation.folder}/project.toml:2: display.port: port {number} is in use")
    assert line.endswith(f", pid {os.getpid()}, has it")
    assert told(hand, port) == [f"ok: {number} is free"]


async def test_a_journal_from_the_future_speaks_against_the_clock(hand: Hand) -> None:
    async with open_bus("story", run=hand.installation.run, journals=hand.installation.journals) as bus:
        await bus.publish(SpeechFinal(text="a fox"))
    assert told(hand, clock)[0].startswith("ok: ")
    (line,) = told(hand, clock, now=time.time() - 3 * 86_400)
    assert line.endswith("the newest event of story is 3 d ahead of that")
    assert told(hand, clock, now=1000.0) == ["wrong: it is set to 1970-01-01 00:16"]


@pytest.mark.parametrize(
    ("says", "told"),
    [
        ("echo yes", "ok: synchronised"),
        ("echo no", "note: it is not synchronised; over months it goes wrong by minutes"),
        ("echo 'no bus' >&2; exit 1", "note: nobody can say whether it is synchronised: timedatectl: no bus"),
        ("sleep 60", "note: nobody can say whether it is synchronised: timedatectl does not answer"),
    ],
)
def test_who_keeps_the_clock_right_is_asked(
    hand: Hand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str, told: str
) -> None:
    script(tmp_path, "timedatectl", says)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(finding, "ANSWER", 0.5)
    assert [f"{each.state}: {each.text}" for each in found(hand, clock)][1] == told


def test_a_damaged_journal_is_named(hand: Hand) -> None:
    hand.installation.journals.mkdir()
    (hand.installation.journals / "story.db").write_bytes(b"no journal" * 1000)
    wrong, rest = found(hand, journals)
    assert (wrong.state, rest.state) == ("wrong", "ok")
    assert wrong.text.startswith("the journal of story cannot be read: file is not a database")


def test_journals_that_cannot_be_written_are_named(hand: Hand) -> None:
    hand.installation.journals.touch()
    assert told(hand, journals)[0] == f"wrong: {hand.installation.journals} cannot be written: Not a directory"


def test_a_file_system_of_the_network_is_refused(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = storage.file_system(hand.installation.folder)
    assert kind
    monkeypatch.setattr(storage, "NETWORK", {kind})
    assert told(hand, journals)[0] == f"wrong: they lie on {kind}, whose locks cannot be relied upon"
    assert told(hand, run_folder)[0].endswith(f"lies on {kind}")


def test_a_journal_of_somebody_else_is_named(hand: Hand) -> None:
    if os.geteuid():
        return  # only root can give files away
    hand.installation.journals.mkdir()
    (hand.installation.journals / "story.db").touch()
    os.chown(hand.installation.journals / "story.db", 1234, -1)
    assert told(hand, journals)[0] == f"wrong: {hand.installation.journals}/story.db belongs to somebody else"


def test_a_disk_that_will_be_full_is_told_in_days(hand: Hand) -> None:
    free = os.statvfs(hand.installation.folder).f_bavail * os.statvfs(hand.installation.folder).f_frsize
    assert found(hand, disk)[0].state == "ok"
    fill(hand, 2, free / 2.5)
    soon = found(hand, disk)[0]
    assert (soon.state, soon.cure) == ("wrong", "make room, or lower keep_days under [project]")
    assert "lasts 2 days, 14 are kept" in soon.text or "lasts 3 days" in soon.text
    fill(hand, 2, free / 6)
    assert found(hand, disk)[0].state == "note"
    hand.write("[project]\nkeep_days = 4\n")
    assert found(hand, disk)[0].state == "ok"


def test_a_disk_that_is_full_is_wrong(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "LEAST", 10**18)
    assert found(hand, disk)[0].state == "wrong"


def test_a_run_folder_that_is_open_or_too_deep_is_named(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    run = hand.installation.run
    run.mkdir(parents=True, mode=0o700)
    assert told(hand, run_folder) == [f"ok: {run} is private"]
    run.chmod(0o755)
    assert told(hand, run_folder)[0].endswith(f"{run} is open to others: it has to be yours, with mode 0700")
    deep = hand.installation.folder / ("x" * 90)
    deep.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(deep))
    assert "a socket's path has room for" in told(hand, run_folder)[0]
