"""A whole installation under a real supervisord: up, looked at, hurt, down."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator

import pytest

from services.catalogue import service_names
from services.console.supervision import Supervision
from tests.console.hand import COMMAND, Hand
from tests.console.patience import until


def pids(hand: Hand) -> dict[str, int]:
    """Return the process id of each service that is ready."""
    status = json.loads(hand("status", "--json").stdout)
    return {each["name"]: each["pid"] for each in status["services"] if each["state"] == "ready"}


def alive(pid: int) -> bool:
    """Return whether a process exists and is more than a dead one nobody has buried."""
    done = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return done.stdout.strip()[:1] not in ("", "Z")


def test_it_says_that_it_is_ready_and_where_its_page_is(up: Hand) -> None:
    status = up("status")
    assert status.returncode == 0
    assert f"all {len(service_names())} services are ready; page at http://127.0.0.1:" in status.stdout
    assert set(pids(up)) == set(service_names())


def test_a_second_start_is_refused_with_the_pid_and_the_page(up: Hand) -> None:
    (line,) = up.refused("up")
    pid = Supervision.of(up.installation).pid()
    assert line.startswith(f"{up.installation.name} is already running, pid {pid}; page at http://127.0.0.1:")
    assert up("check").returncode == 0


def test_a_port_that_another_installation_has_is_named_with_it(up: Hand, hand: Hand) -> None:
    about = Supervision.of(up.installation).about()
    assert about is not None
    hand.write(f"[display]\nport = {about.address.rpartition(':')[2].strip('/')}\n")
    (line,) = hand.refused("up")
    assert line.endswith(f" is in use by the installation {up.installation.folder}; choose another")


def test_a_killed_service_comes_back_and_the_others_stay(up: Hand) -> None:
    before = pids(up)
    os.kill(before["story"], signal.SIGKILL)
    until(lambda: pids(up).get("story", before["story"]) != before["story"])
    after = pids(up)
    assert [name for name in before if after.get(name) != before[name]] == ["story"]


def test_nothing_outlives_a_killed_supervisord(up: Hand) -> None:
    running = pids(up)
    os.kill(Supervision.of(up.installation).pid(), signal.SIGKILL)
    until(lambda: not any(map(alive, running.values())))
    assert up("up").returncode == 0


def test_down_leaves_nothing_and_can_be_said_twice(up: Hand) -> None:
    running = pids(up)
    name = up.installation.name
    assert up("down").stdout.endswith(f"{name} is down\n")
    until(lambda: not any(map(alive, running.values())))
    assert up("status").returncode == 1
    again = up("down")
    assert (again.returncode, again.stdout) == (0, f"{name} does not run\n")


@pytest.mark.trial
def test_a_stopped_supervisord_does_not_keep_anything_up(hand: Hand) -> None:
    hand("up")
    running = pids(hand)
    supervisord = Supervision.of(hand.installation).pid()
    os.kill(supervisord, signal.SIGSTOP)
    assert f"supervisord, pid {supervisord}, does not answer and is killed" in hand("down").stdout
    until(lambda: not any(map(alive, running.values())))


def test_in_the_foreground_it_tells_what_matters_until_it_is_interrupted(hand: Hand) -> None:
    command = [COMMAND, "up", "--foreground"]
    with subprocess.Popen(command, env=hand.environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        heard = lines_up_to(iter(process.stdout), "Ctrl-C")
        assert sum("ready after" in line for line in heard) == len(service_names())
        hand("send", "speech.final", "text=a fox")
        lines_up_to(iter(process.stdout), "a fox")
        process.send_signal(signal.SIGINT)
        assert lines_up_to(iter(process.stdout), "is down")
        assert process.wait() == 0
    assert hand("status").returncode == 1


def lines_up_to(lines: Iterator[str], text: str) -> list[str]:
    """Return lines, up to the first that holds a text."""
    found = []
    for line in lines:
        found.append(line)
        if text in line:
            return found
    raise AssertionError(f"no {text!r} in {found}")
