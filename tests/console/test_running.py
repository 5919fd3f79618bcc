"""Commands for an installation that runs: call, top, restart, reload, logs, and a status that comes at once."""

import json
import signal
import subprocess
from collections.abc import Iterator

import anyio
import anyio.to_thread
import pytest

from bus import history, open_bus
from schemas import Cancel, Cancelled, RollCall, Status
from services.actor.run import Life
from services.catalogue import service_names
from services.console.supervision import Supervision
from tests.console.hand import COMMAND, Hand
from tests.console.patience import until
from tests.console.terminal import HEIGHT, WIDTH, on_terminal, plain


def pids(hand: Hand) -> dict[str, int]:
    """Return the process id of every service."""
    return {name: pid for name, pid in hand.installation.participants().items() if name in service_names()}


def follow(hand: Hand, *arguments: str) -> subprocess.Popen[str]:
    """Start a command that goes on until it is interrupted."""
    return subprocess.Popen([COMMAND, *arguments], env=hand.environment, stdout=subprocess.PIPE, text=True)


def line_with(lines: Iterator[str], text: str) -> str:
    """Return the first line that holds a text."""
    return next(line for line in lines if text in line)


def test_a_request_by_hand_is_answered(up: Hand) -> None:
    done = up("call", "image.request", "scene=a heron at dawn", "seed=7", "width=320", "height=180")
    told, file = done.stdout.splitlines()
    assert done.returncode == 0
    assert "image.ready" in told
    assert file.startswith(str(up.installation.folder / "assets"))
    assert file.endswith(".jpg")
    reply = json.loads(up("call", "image.request", "scene=x", "width=99", "height=99", "--json").stdout)
    assert reply["asset"]["width"] == 99


def test_a_request_that_fails_ends_with_one(up: Hand) -> None:
    done = up("call", "image.request", "scene=x", "width=9000")
    assert done.returncode == 1
    assert "error=invalid" in done.stdout
    late = up("call", "image.request", "scene=x", "within=0.01")
    assert (late.returncode, "reason=expired" in late.stdout) == (1, True)
    assert up.refused("call", "speech.final", "text=x")[0].startswith("speech.final is no request")


def test_a_request_that_nobody_answers_is_refused_with_the_reason(hand: Hand) -> None:
    (line,) = hand.refused("call", "image.request", "scene=x")
    assert line == f"nobody on the bus of {hand.installation.name} answers image.request; `fantascope status` says why"


def test_an_interrupted_request_is_cancelled(up: Hand) -> None:
    with follow(up, "call", "narration.request", *(["sentences=A long story, which goes on and on."] * 400)) as process:
        query = history.Query(topics=("narration.request",), limit=1, newest=True)
        until(lambda: bool(history.read(up.installation.journals, query)))
        process.send_signal(signal.SIGINT)
        assert process.wait() == 130
    (request,) = history.read(up.installation.journals, query)
    (cancel,) = history.read(up.installation.journals, history.Query(topics=("cancel",), limit=1, newest=True))
    assert isinstance(cancel, Cancel)
    assert cancel.request == request.id
    replies = history.Query(cause=request.id, topics=("cancelled",))
    until(lambda: any(isinstance(reply, Cancelled) for reply in history.read(up.installation.journals, replies)))


@pytest.mark.anyio
async def test_who_is_asked_how_they_are_says_so_at_once(hand: Hand) -> None:
    async with (
        open_bus("story", run=hand.installation.run, journals=hand.installation.journals) as story,
        open_bus("witness", run=hand.installation.run, journals=hand.installation.journals) as witness,
        witness.subscribe(Status) as heard,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(Life(story, "c0ffee").answer)
        with anyio.fail_after(10):
            while not story.reports.get("topic roll.call"):
                await anyio.sleep(0.01)
            witness.post(RollCall())
            status = await anext(aiter(heard))
        assert (status.source, status.config) == ("story", "c0ffee")
        tasks.cancel_scope.cancel()


def test_top_shows_what_services_cost(up: Hand) -> None:
    text, code = on_terminal(up, "top", "--once", "--every", "0.5")
    lines = plain(text).splitlines()
    assert code == 0
    assert len(lines) < HEIGHT
    assert max(map(len, lines)) <= WIDTH
    assert {line.split()[0] for line in lines[4:9]} == set(service_names())
    assert "% of a core" in lines[0]
    found = json.loads(up("top", "--json", "--every", "0.5").stdout)
    assert found["image"]["cost"]["megabytes"] > 20
    assert found["audio"]["cost"]["processes"] > 1


def test_top_goes_on_until_it_is_interrupted(up: Hand) -> None:
    with follow(up, "top", "--every", "0.2") as process:
        assert process.stdout is not None
        for _ in range(2):
            line_with(process.stdout, "story")
        process.send_signal(signal.SIGINT)
        assert process.wait() == 130
    assert Supervision.of(up.installation).pid()


def test_what_does_not_run_is_told_for_every_command(hand: Hand) -> None:
    for command in ("top", "restart", "reload"):
        (line,) = hand.refused(command)
        assert line == f"{hand.installation.name} does not run; `fantascope up` starts it"
    assert hand.refused("logs")[0].endswith("has no log of any service: it was not started yet")


def test_named_services_are_started_anew_and_the_others_left_alone(up: Hand) -> None:
    before = pids(up)
    done = up("restart", "image", "story")
    after = pids(up)
    assert done.returncode == 0
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["image", "story"]
    assert sorted(name for name in before if before[name] != after[name]) == ["image", "story"]
    assert up.refused("restart", "imgae")[0].startswith("there is no service 'imgae' (did you mean `image`?)")


def test_changed_settings_are_taken_up_by_those_whom_they_concern(up: Hand) -> None:
    before = pids(up)
    assert up("reload").stdout == f"{up.installation.name}: no setting has changed\n"
    up.write("[display]\nport = 0\n[story]\nbeats = 3\n")
    done = up("reload")
    assert done.returncode == 0
    assert done.stdout.splitlines()[0] == f"{up.installation.name}: settings of story have changed"
    after = pids(up)
    assert [name for name in before if before[name] != after[name]] == ["story"]
    assert up("reload").stdout.endswith("no setting has changed\n")


def test_with_a_mistake_all_go_on_with_what_they_have(up: Hand) -> None:
    before = pids(up)
    up.write("[display]\nport = 0\n[story]\nbeets = 4\n[image]\nqueue = 3\n")
    lines = up.refused("reload")
    assert len(lines) == 3
    assert "project.toml:4: story.beets: unknown key (did you mean `beats`?)" in lines[0] + lines[1]
    assert lines[-1] == f"{up.installation.name} goes on with the settings that it has"
    assert pids(up) == before
    up.write("[display]\nport = 0\n")
    assert up("reload").returncode == 0


def test_logs_are_shown_by_service_and_level(up: Hand) -> None:
    assert all("service=image" in line for line in up("logs", "image", "-n", "3").stdout.splitlines())
    several = up("logs", "-n", "20").stdout.splitlines()
    assert {line.split()[0] for line in several} <= set(service_names())
    assert len(several) == 20
    lines = [json.loads(line) for line in up("logs", "image", "--json", "-n", "2").stdout.splitlines()]
    assert [(line["service"], line["level"]) for line in lines] == [("image", "info")] * 2
    assert "level=info" not in up("logs", "--level", "error").stdout
    assert "spawned" in up("logs", "supervisord").stdout
    lines = plain(on_terminal(up, "logs", "story", "-n", "5")[0]).splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert "timestamp=" not in lines[0]
    assert up.refused("logs", "imag")[0].startswith("there is no service 'imag' (did you mean `image`?)")


def test_a_log_is_followed_over_a_restart(up: Hand) -> None:
    with follow(up, "logs", "-f", "story", "-n", "0") as process:
        assert process.stdout is not None
        up("restart", "story")
        assert "service.stopping" in line_with(process.stdout, "service.stopping")
        assert "service.ready" in line_with(process.stdout, "service.ready")
        process.send_signal(signal.SIGINT)
        assert process.wait() == 130
