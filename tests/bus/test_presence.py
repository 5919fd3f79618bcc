"""Who is there: names, starts, hands, and those who stopped, died or never answer."""

import os
import signal
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import anyio
import pytest

from bus import BadFolder, BadName, NameTaken, open_bus
from bus.names import run_folder
from schemas import SpeechFinal, StoryBeat
from tests.bus.mesh import Mesh, take

pytestmark = pytest.mark.anyio


async def test_a_second_process_of_a_name_is_refused_in_one_line(mesh: Mesh) -> None:
    async with mesh.player("story", "hold") as first:
        await first.line()
        async with mesh.player("story", "hold") as second:
            assert await second.line() == f"`story` is running already, as process {first.process.pid}"
            assert await second.end() == 3
        with pytest.raises(NameTaken):
            async with mesh.open("story"):
                pass


async def test_a_killed_name_is_free_at_once(mesh: Mesh) -> None:
    async with mesh.open("display") as display, display.subscribe(StoryBeat) as beats:
        async with mesh.player("story", "hold") as first:
            await first.line()
            first.process.kill()
            await first.end()
        async with mesh.open("story") as story:
            sent = await story.publish(StoryBeat(number=1, text="x"))
            assert await take(beats) == [sent]
    assert not list(mesh.run.glob("*.l[oi][gv]*"))


async def test_a_name_never_uses_a_number_twice(mesh: Mesh) -> None:
    ids = set()
    for _ in range(3):
        async with mesh.open("story") as story:
            ids.add((await story.publish(StoryBeat(number=1, text="x"))).id)
            ids.add(story.post(StoryBeat(number=2, text="x")).id)
        (mesh.journals / "story.db").unlink()
    assert len(ids) == 6


async def test_everybody_hears_a_hand_that_leaves_at_once(mesh: Mesh) -> None:
    async with (
        mesh.open("story") as story,
        mesh.open("display") as display,
        story.subscribe(SpeechFinal) as one,
        display.subscribe(SpeechFinal) as other,
    ):
        async with anyio.create_task_group() as tasks:
            for number in range(6):
                tasks.start_soon(say, mesh, str(number))
        for heard in (await take(one, 6), await take(other, 6)):
            assert sorted(word.text for word in heard) == ["0", "1", "2", "3", "4", "5"]
            assert {word.source for word in heard} <= {f"hand-{number}" for number in range(1, 7)}


async def say(mesh: Mesh, text: str) -> None:
    """Say something by hand, in a process of its own."""
    async with mesh.player("hand", text) as hand:
        assert await hand.end() == 0


async def test_there_are_nine_hands(mesh: Mesh) -> None:
    async with anyio.create_task_group() as tasks:
        for _ in range(9):
            await tasks.start(hold_hand, mesh)
        with pytest.raises(NameTaken, match="hand-1 to hand-9"):
            async with mesh.hand():
                pass
        tasks.cancel_scope.cancel()


async def hold_hand(mesh: Mesh, *, task_status: anyio.abc.TaskStatus[None]) -> None:
    """Keep a hand up."""
    async with mesh.hand():
        task_status.started()
        await anyio.sleep_forever()


async def test_the_sockets_of_the_dead_are_removed(mesh: Mesh) -> None:
    mesh.run.mkdir(mode=0o700)
    for lane in ("log", "live"):
        with socket.socket(socket.AF_UNIX) as dead:
            dead.bind(str(mesh.run / f"ghost.7.{lane}"))
    async with mesh.open("story") as story:
        assert story.reports["bus"]()["participants"] == []
        assert not list(mesh.run.glob("ghost*"))


@contextmanager
def stopped(process: anyio.abc.Process) -> Iterator[None]:
    """Stop a process for a while."""
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)


async def test_a_stopped_participant_holds_up_nobody_and_misses_nothing(mesh: Mesh) -> None:
    async with mesh.player("audio", "listen") as audio, mesh.open("story") as story:
        assert await audio.line() == "ready"
        with stopped(audio.process):
            async with mesh.open("image") as image, image.subscribe(StoryBeat) as beats:
                assert image.reports["bus"]()["silent"] == ["audio"]
                sent = [await story.publish(StoryBeat(number=number, text="x" * 500)) for number in range(1, 3001)]
                assert await take(beats, 3000) == sent
        assert [int(await audio.line()) for _ in range(3000)] == list(range(1, 3001))


async def test_a_hand_that_came_and_went_while_a_process_stood_still_is_heard(mesh: Mesh) -> None:
    async with mesh.player("audio", "listen") as audio, mesh.open("story") as story:
        assert await audio.line() == "ready"
        with stopped(audio.process):
            async with mesh.hand() as hand:
                await hand.publish(StoryBeat(number=7, text="x"))
            await anyio.sleep(2.5)  # so that they could no longer have met
        assert await audio.line() == "7"
        await story.publish(StoryBeat(number=8, text="x"))
        assert await audio.line() == "8"


async def test_no_port_is_open(mesh: Mesh) -> None:
    async with mesh.player("story", "hold") as story, mesh.open("image"):
        await story.line()
        assert not sockets(story.process.pid) & ports(story.process.pid)


def sockets(pid: int) -> set[str]:
    """Return the sockets of a process."""
    links = [link.readlink().name for link in Path(f"/proc/{pid}/fd").iterdir()]
    return {link for link in links if link.startswith("socket:")}


def ports(pid: int) -> set[str]:
    """Return the network sockets that a process can see."""
    tables = [Path(f"/proc/{pid}/net/{table}").read_text(encoding="ascii") for table in ("tcp", "tcp6", "udp", "udp6")]
    return {f"socket:[{line.split()[9]}]" for table in tables for line in table.splitlines()[1:]}


async def test_names_and_places_that_cannot_be_used_are_refused_in_clear_words(mesh: Mesh) -> None:
    for name in ("", "a" * 25, "a b", "../a", "a.b", "ä"):
        with pytest.raises(BadName, match="no name for a participant"):
            async with mesh.open(name):
                pass
    deep = mesh.run / ("x" * 80)
    with pytest.raises(BadName, match="shorten `run`"):
        async with open_bus("story", run=deep, journals=mesh.journals):
            pass


async def test_a_run_directory_that_others_can_open_is_refused(mesh: Mesh) -> None:
    mesh.run.mkdir(mode=0o755)
    with pytest.raises(BadFolder, match="0700"):
        async with mesh.open("story"):
            pass
    mesh.run.rmdir()
    mesh.run.symlink_to(mesh.run.parent)
    with pytest.raises(BadFolder, match="not a directory"):
        async with mesh.open("story"):
            pass


@pytest.mark.parametrize("mode", [0o770, 0o702, 0o705, 0o710])
async def test_a_run_directory_that_others_could_write_or_read_is_refused(mesh: Mesh, mode: int) -> None:
    mesh.run.mkdir()
    mesh.run.chmod(mode)
    with pytest.raises(BadFolder, match="0700"):
        async with mesh.open("story"):
            pass


async def test_a_run_directory_is_made_private_whatever_the_habits_of_the_process(mesh: Mesh) -> None:
    before = os.umask(0)
    try:
        async with mesh.open("story"):
            assert stat.S_IMODE(mesh.run.stat().st_mode) == 0o700
            assert stat.S_IMODE(mesh.journals.stat().st_mode) == 0o700
    finally:
        os.umask(before)


def test_every_project_has_a_folder_of_its_own_for_sockets(mesh: Mesh, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(mesh.run.parent))
    one, other = run_folder(Path("projects/demo")), run_folder(Path("projects/other"))
    assert one != other
    assert one.parent == mesh.run.parent / "fantascope"
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    assert run_folder(Path("projects/demo")).name == one.name
