"""`fantascope forget`: of a visit nothing is left anywhere, and everything else is as it was."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from bus import history
from bus.wire import encode
from schemas import Asset, Event, Forget, SpeechFinal
from services.console.forgetting.texts import texts_of
from services.console.supervision import Supervision
from tests.console.hand import Hand
from tests.console.patience import until

SECRET, KNOWN = "eleven blue whales sing under the ice", "a lantern that is afraid of the dark"
MADE = ("image.ready", "narration.ready", "sound.ready", "music.ready")
FORGOT = re.compile(
    r"forgot 1 visit: (\d+) events in (\d) journals, (\d+) pictures?, (\d+) sounds?; (\d+) files searched, no trace"
)


def said(hand: Hand, *topics: str, visit: str = "") -> list[Event]:
    """Return what is in the journals, oldest first."""
    return history.read(hand.installation.journals, history.Query(topics=topics, visit=visit, limit=1_000_000))


def assets(events: list[Event], hand: Hand) -> set[Path]:
    """Return the files that some events name."""
    found = [event.asset for event in events if isinstance(getattr(event, "asset", None), Asset)]  # type: ignore[attr-defined]
    return {hand.installation.assets / asset.path for asset in found}


def files(hand: Hand) -> list[Path]:
    """Return every file of the project and of the run folder."""
    places = (hand.installation.folder, hand.installation.run)
    return [path for place in places for path in place.rglob("*") if path.is_file()]


def holding(hand: Hand, texts: set[bytes]) -> list[str]:
    """Return the files in which a text stands."""
    return [str(path) for path in files(hand) if any(text in path.read_bytes() for text in texts)]


@contextmanager
def page(hand: Hand, name: str) -> Iterator[tuple[ClientConnection, list[str]]]:
    """Yield a page without a browser, and the kinds of what it is told first."""
    about = Supervision.of(hand.installation).about()
    assert about is not None
    address = about.address.rstrip("/")
    with connect(f"{address.replace('http', 'ws')}/ws", origin=Origin(address)) as line:
        line.send(json.dumps({"type": "join", "page": name}))
        while (told := json.loads(line.recv(timeout=10)))["type"] != "stage":
            pass
        yield line, [each["type"] for each in told.get("messages", [])]


def speak(hand: Hand, words: str) -> SpeechFinal:
    """Let a visitor type at a page of their own; return the words as they were published."""
    with page(hand, f"page{len(words)}") as (line, _):
        line.send(json.dumps({"type": "say", "id": words[:4], "text": words}))
        until(lambda: words in [event.text for event in said(hand, "speech.final") if isinstance(event, SpeechFinal)])
    return next(event for event in said(hand, "speech.final") if isinstance(event, SpeechFinal) and event.text == words)


def visit_of(hand: Hand, words: SpeechFinal) -> str:
    """Return the visit that some words opened, once it is there."""

    def opened() -> list[Event]:
        return [event for event in said(hand, "visit.started") if event.cause == words.id]

    until(lambda: bool(opened()))
    return opened()[0].visit


def visited(hand: Hand, words: str, *topics: str) -> str:
    """Let somebody come, see and hear one step of a story, and go; return the visit."""
    visit = visit_of(hand, speak(hand, words))
    for topic in topics:
        until(lambda topic=topic: bool(said(hand, topic, visit=visit)))  # type: ignore[misc]
    hand("send", "visit.ended", f"visit={visit}", "reason=operator")
    return visit


def test_of_a_visit_nothing_is_left_and_another_one_is_untouched(up: Hand) -> None:
    first, second = (visited(up, words, *MADE) for words in (SECRET, KNOWN))
    going, staying = said(up, visit=first), said(up, visit=second)
    stays = b"".join(map(encode, staying))
    texts = {text for event in going for text in texts_of(event) if text not in stays} | {SECRET.encode()}
    gone, kept = assets(going, up), assets(staying, up)
    assert len(holding(up, {SECRET.encode()})) >= 2
    assert len(gone) >= 4
    done = up("forget", first[-6:], "--yes")
    found = FORGOT.search(done.stdout)
    assert found, done.stdout + done.stderr
    assert done.returncode == 0
    assert max(map(len, done.stdout.splitlines()[:-1])) <= 80
    assert int(found[1]) >= len(going) + 1
    assert int(found[5]) > 20
    assert holding(up, texts) == []
    assert not any(path.exists() for path in gone)
    assert all(path.exists() for path in kept)
    assert said(up, visit=second) == staying
    (picture,) = said(up, "image.ready", visit=second)
    assert up("trace", picture.id).stdout.count(KNOWN) >= 2
    wish = said(up, "forget")[-1]
    assert isinstance(wish, Forget)
    assert (wish.visits, wish.hand.endswith(": forget")) == ((first,), True)
    assert {answer.source for answer in said(up, "forgotten") if answer.cause == wish.id} >= {"story", "image", "audio"}
    assert up("status").returncode == 0


def test_a_visit_on_stage_is_ended_and_the_display_shows_nothing_of_it(up: Hand) -> None:
    words = "three grey herons wait for the tide"
    visit = visit_of(up, speak(up, words))
    until(lambda: bool(said(up, "image.request", visit=visit)))
    shown = up("forget", "newest", "--dry-run").stdout
    assert shown.splitlines()[1].endswith("  on stage")
    done = up("forget", "newest", "--yes")
    assert (done.returncode, bool(FORGOT.search(done.stdout))) == (0, True), done.stdout
    with page(up, "late") as (_, told):
        assert told == []
    time.sleep(1.0)  # whatever was in hand has had its time
    assert said(up, visit=visit) == []
    assert holding(up, {words.encode()}) == []
    assert not [path for path in up.installation.assets.rglob("*") if "herons" in path.name]
    another = visit_of(up, speak(up, "is anybody still there, please"))
    assert another != visit
    up("send", "visit.ended", f"visit={another}", "reason=operator")


def test_a_service_that_is_down_forgets_in_its_absence_or_when_it_is_back(up: Hand) -> None:
    visit = visited(up, "nine red foxes cross the frozen lake", "image.ready")
    supervision = Supervision.of(up.installation)
    with supervision._asked() as supervisor:
        supervisor.stopProcess("image")
    try:
        until(lambda: "image" not in up.installation.participants())
        done = up("forget", visit, "--yes", "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        document = json.loads(done.stdout)
        assert document["removed"]["events"]["image"] >= 1
        assert document["search"]["traces"] == []
    finally:
        with supervision._asked() as supervisor:
            supervisor.startProcess("image")
    until(lambda: "image" in up.installation.participants())
