"""Who may say what: every service declares it beside its `serve`, and the bus holds it to that."""

import ast
import tempfile
from collections.abc import Iterator
from pathlib import Path

import anyio
import anyio.to_thread
import pytest

from bus import Undeclared, open_bus
from bus.mesh.said import Declared
from bus.names import run_folder
from schemas import EVENTS, Event, MusicRequest, Status, VisitStarted, topic_of
from services.actor import queue
from services.actor.run import HEARS as RUN_HEARS
from services.actor.run import SAYS as EVERYBODY
from services.catalogue import service_names, service_of
from services.console import hand
from tests.house.sources import HOUSE, python_files
from tests.installation import Installation, installed

ELSEWHERE: set[type[Event]] = {*queue.SAYS, *EVERYBODY}
"""What `services.actor` says for all."""


def made(name: str) -> set[type[Event]]:
    """Return the kinds of event that a service's code makes. Backends, and who tries them, have no bus."""
    kinds = {kind.__name__: kind for kind in EVENTS.values()}
    files = [file for file in python_files(f"services/{name}") if not {"backends", "conformance.py"} & {*file.parts}]
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    calls = {node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    return {kinds[call] for call in calls & kinds.keys()}


@pytest.mark.parametrize("name", service_names())
def test_a_service_says_what_it_declares_and_nothing_else(name: str) -> None:
    assert made(name) == set(service_of(name).says or ()) - ELSEWHERE


def test_all_that_is_heard_is_said_by_somebody() -> None:
    services = [service_of(name) for name in service_names()]
    said = {kind for service in services for kind in service.says or ()}
    heard = {kind for service in services for kind in service.hears or ()}
    assert heard <= said | ELSEWHERE | set(hand.SAYS)


def test_all_that_is_said_is_heard_by_somebody() -> None:
    services = [service_of(name) for name in service_names()]
    said = {kind for service in services for kind in service.says or ()} | ELSEWHERE | set(hand.SAYS)
    heard = {kind for service in services for kind in service.hears or ()} | set(RUN_HEARS)
    assert said <= heard | set(hand.HEARS)


def test_a_request_is_answered_by_one_service() -> None:
    answered = [kind for name in service_names() for kind in service_of(name).hears or () if hasattr(kind, "within")]
    assert len(set(answered)) == len(answered)


@pytest.mark.anyio
async def test_a_service_that_says_what_it_did_not_declare_is_stopped_at_once() -> None:
    folder, image = Path(tempfile.mkdtemp(prefix="fs")), service_of("image")
    async with open_bus("image", run=folder / "r", journals=folder / "j", says=image.says, hears=image.hears) as bus:
        with pytest.raises(Undeclared, match=r"`image` does not say `visit\.started`"):
            bus.post(VisitStarted(visit="v"))
        with pytest.raises(Undeclared, match=r"`image` does not hear `music\.request`"):
            async with bus.subscribe(MusicRequest):
                pass


@pytest.fixture(scope="module")
def demo() -> Iterator[Installation]:
    """Run the demo installation."""
    with installed(HOUSE / "projects" / "demo") as running:
        yield running


async def statuses(demo: Installation) -> dict[str, Status]:
    """Return the newest status of every service."""
    said: dict[str, Status] = {}
    async with (
        open_bus("witness", run=run_folder(demo.project), journals=demo.project / "journal") as bus,
        bus.subscribe(Status, keep=100) as events,
    ):
        with anyio.fail_after(30):
            async for status in events:
                said[status.source] = status
                if len(said) == len(service_names()):
                    break
    return said


def topics(status: Status, number: str) -> set[str]:
    """Return the topics of which a number in a status is not zero."""
    sections = [section for section, report in status.reports.items() if section.startswith("topic ")]
    return {section.removeprefix("topic ") for section in sections if status.reports[section][number]}


def topics_of(kinds: Declared) -> set[str]:
    """Return the topics of some kinds."""
    return {topic_of(kind) for kind in kinds or ()}


@pytest.mark.anyio
async def test_what_runs_hears_all_that_it_declares_and_is_held_to_it(demo: Installation) -> None:
    demo.command("send", "speech.final", "text=a fox")
    for topic in ("image.ready", "narration.ready", "sound.ready", "music.ready"):
        await anyio.to_thread.run_sync(demo.wait_for, topic)
    found = await statuses(demo)
    for name, status in found.items():
        service = service_of(name)
        assert topics(status, "readers") == topics_of(service.hears) | topics_of(RUN_HEARS)
        assert topics(status, "said") <= topics_of(service.says) | topics_of(EVERYBODY)
        assert status.reports["bus"]["undeclared"] == 0
    assert {"story.beat", "turn.started"} <= topics(found["story"], "said")
