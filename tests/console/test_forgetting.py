"""What `fantascope forget` chooses, removes and refuses, of journals that were written before."""

import json
import os
import re
import subprocess
import time
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import anyio
import pytest

from bus import Bus, Wish, forget_for, history, open_bus, open_hand
from bus.journal.files import journal_path, set_aside
from bus.journal.journal import Journal
from schemas import (
    Asset,
    Event,
    Forget,
    ImageReady,
    ImageRequest,
    SpeechFinal,
    SpeechStarted,
    TurnStarted,
    VisitEnded,
    VisitStarted,
    because,
)
from services.console.forgetting import removing
from services.console.forgetting.choosing import of_visits
from services.console.forgetting.tracing import search
from tests.bus.test_forgetting import plant
from tests.bus.test_retention import SECRET as PLANTED
from tests.console.hand import COMMAND, Hand

SECRET, KNOWN = "eleven blue whales sing under the ice", "a lantern that is afraid of the dark"
MIC = "page-one"


def joined(hand: Hand, name: str) -> AbstractAsyncContextManager[Bus]:
    """Join the bus of an installation under a name."""
    return open_bus(name, run=hand.installation.run, journals=hand.installation.journals)


async def tell(hand: Hand, visit: str, words: str, mic: str = MIC) -> None:
    """Let a visitor speak, and be told and shown a story by participants that leave afterwards."""
    async with joined(hand, "asr") as asr, joined(hand, "story") as story, joined(hand, "image") as image:
        started = await asr.publish(SpeechStarted(mic=mic))
        spoken = await asr.publish(because(started, SpeechFinal(mic=mic, text=words)))
        await story.publish(VisitStarted(visit=visit, cause=spoken.id, mic=mic))
        turn = await story.publish(TurnStarted(visit=visit, turn=1, cause=spoken.id, text=words, mic=mic))
        request = await story.publish(because(turn, ImageRequest(scene=f"a scene with {words}")))
        await asr.publish(SpeechFinal(mic=mic, text=f"hm, {visit}"))
        await asr.publish(SpeechFinal(mic="page-other", text=f"whispered while {visit} was on"))
        await paint(hand, image, request, f"day/image/12-00-00_picture_{request.id.replace(':', '-')}.jpg")
        await story.publish(VisitEnded(visit=visit, turn=1))


async def paint(hand: Hand, image: Bus, request: ImageRequest, path: str) -> None:
    """Answer a request with a file, and leave the draft of another."""
    file = hand.installation.assets / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"jpeg")
    file.with_name(f".{file.name}.part").write_bytes(b"jp")
    asset = Asset(path=path, media_type="image/jpeg", sha256=f"{hash(path):064x}", size=4)
    await image.publish(because(request, ImageReady(asset=asset)))


def said(hand: Hand, visit: str = "") -> list[Event]:
    """Return what is in the journals, of a visit or at all, but for what is said of forgetting."""
    found = history.read(hand.installation.journals, history.Query(visit=visit, limit=100_000))
    return [event for event in found if not type(event).__name__.startswith("Forg")]


def texts(events: list[Event]) -> list[str]:
    """Return what was spoken."""
    return [event.text for event in events if isinstance(event, SpeechFinal)]


def holding(hand: Hand, words: str) -> list[str]:
    """Return the files in which some words stand."""
    places = (hand.installation.folder, hand.installation.run)
    found = [path for place in places for path in place.rglob("*") if path.is_file()]
    return [path.name for path in found if words.encode() in path.read_bytes()]


@pytest.fixture
def two(hand: Hand) -> Hand:
    """Return an installation that does not run, and that two visitors came to."""
    anyio.run(tell, hand, "one", SECRET)
    anyio.run(tell, hand, "two", KNOWN)
    return hand


def test_what_was_said_into_its_microphones_goes_with_a_visit(two: Hand) -> None:
    choice = of_visits(two.installation.journals, ["one"])
    assert (choice.visits["one"].events, choice.words, choice.visits["one"].pictures) == (5, 3, 1)
    assert two("forget", "one", "--yes").returncode == 0
    assert texts(said(two)) == ["whispered while one was on", KNOWN, "hm, two", "whispered while two was on"]
    assert len(said(two, "two")) == 5
    assert holding(two, SECRET) == holding(two, "hm, one") == []
    assert len([path for path in two.installation.assets.rglob("*") if path.is_file()]) == 2


def test_a_picture_that_another_visit_shows_stays(two: Hand) -> None:
    (picture,) = [event for event in said(two, "one") if isinstance(event, ImageReady)]

    async def again() -> None:
        async with joined(two, "image") as image:
            await image.publish(ImageReady(visit="two", cause="story:7", asset=picture.asset))

    anyio.run(again)
    done = two("forget", "one", "--yes")
    assert (two.installation.assets / picture.asset.path).exists()
    assert " 0 pictures, " in done.stdout


def test_a_dry_run_changes_nothing(two: Hand) -> None:
    before = said(two)
    done = two("forget", "one", "two", "--dry-run")
    assert done.stdout.splitlines()[0].split() == ["visit", "began", "turns", "events", "pictures", "sounds"]
    assert re.search(r"^one +\d\d-\d\d \d\d:\d\d +1 +5 +1 +0$", done.stdout, re.MULTILINE)
    assert done.stdout.splitlines()[-2:] == ["6 events of speech outside of visits", "nothing was removed"]
    document = json.loads(two("forget", "one", "--dry-run", "--json").stdout)
    assert (document["visits"][0]["visit"], document["words"], document["removed"]) == ("one", 3, None)
    assert said(two) == before


def test_all_of_a_time_goes_and_nothing_of_another(hand: Hand) -> None:
    anyio.run(tell, hand, "one", SECRET)
    between = time.time()
    anyio.run(tell, hand, "two", KNOWN)
    moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(between)) + f"{between % 1:.6f}"[1:]
    assert "there is nothing to forget" in hand("forget", "--since", "2h", "--until", "1h", "--yes").stdout
    done = hand("forget", "--since", moment, "--yes")
    assert (done.returncode, done.stdout.splitlines()[-1][:14]) == (0, "forgot 1 visit")
    assert texts(said(hand)) == [SECRET, "hm, one", "whispered while one was on"]
    assert holding(hand, KNOWN) == holding(hand, "while two") == []
    assert hand("forget", "--since", "1h", "--yes").returncode == 0
    assert said(hand) == []
    assert [path for path in hand.installation.assets.rglob("*") if path.is_file()] == []


def test_what_was_interrupted_is_completed(two: Hand) -> None:
    run, journals = two.installation.run, two.installation.journals
    ids = tuple(of_visits(journals, ["one"]).ids)

    async def ask() -> None:
        async with open_hand(run=run, journals=journals) as bus:
            await bus.publish(Forget(visits=("one",), ids=ids))

    anyio.run(ask)
    forget_for(run, journals, "story", Wish(frozenset({"one"}), frozenset(ids)))  # who knew what had led to what
    assert two("forget", "one", "--yes").returncode == 0
    assert said(two, "one") == []
    assert holding(two, SECRET) == holding(two, "hm, one") == []
    again = two("forget", "one", "--yes")
    assert (again.returncode, again.stdout.partition(", ")[0]) == (0, "forgot 1 visit: 0 events in 0 journals")


def test_traces_between_records_and_journals_that_were_put_aside_go_too(two: Hand) -> None:
    path = journal_path(two.installation.journals, "story")
    journal = Journal(two.installation.journals, "story", 0)
    journal.mend("a test")
    journal.close()
    (aside,) = set_aside(path)
    plant(path)
    path.write_bytes(path.read_bytes().replace(PLANTED.encode(), SECRET[: len(PLANTED)].encode()))
    done = two("forget", "one", "--yes")
    assert done.returncode == 0, done.stdout
    assert f"{aside.name} held some of it and was removed" in done.stdout
    assert holding(two, SECRET) == []


def test_a_file_that_still_holds_some_of_it_is_named(two: Hand) -> None:
    log = two.installation.run / "ops" / "story.log"
    log.parent.mkdir(mode=0o700, exist_ok=True)
    log.write_text(f"somebody said: {SECRET}\n", encoding="utf-8")
    done = two("forget", "one", "--yes")
    assert done.returncode == 1
    assert re.search(rf"^{log} still holds [123] of \d+ texts$", done.stdout, re.MULTILINE)
    assert done.stdout.splitlines()[-1].endswith("files searched, traces in 1 of them")
    assert SECRET not in done.stdout


def test_a_file_that_was_made_for_it_is_recognised_by_its_name(two: Hand) -> None:
    choose = partial(of_visits, two.installation.journals, ["one"])
    choice = choose()
    (path,) = choice.paths
    removed = anyio.run(removing.remove, two.installation, choose, choice)
    assert search(two.installation, removed).traces == []
    for name in (path, path.replace("picture", "another")):
        (two.installation.assets / name).write_bytes(b"jpeg")
    found = search(two.installation, removed).traces
    assert [Path(trace.file).name.split("_")[1] for trace in found] == ["another", "picture"]


@pytest.mark.anyio
async def test_who_runs_and_does_not_answer_is_named(two: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(removing, "PATIENCE", 0.5)
    monkeypatch.setattr(removing, "SETTLING", 0.5)
    choose = partial(of_visits, two.installation.journals, ["one"])
    async with joined(two, "story"):
        removed = await removing.remove(two.installation, choose, choose())
        assert removed.silent == {"story": f"runs, pid {os.getpid()}, and does not answer"}
    assert {event.source for event in said(two, "one")} == {"story"}


def at_terminal(hand: Hand, answer: str, *arguments: str) -> tuple[str, int]:
    """Run a command that asks, and answer; return what it printed and how it ended."""
    ours, theirs = os.openpty()
    try:
        os.write(ours, f"{answer}\n".encode())
        done = subprocess.run(
            [COMMAND, *arguments], env=hand.environment, stdin=theirs, capture_output=True, text=True, check=False
        )
    finally:
        os.close(ours)
        os.close(theirs)
    return done.stdout, done.returncode


def test_at_a_terminal_it_asks(two: Hand) -> None:
    told, code = at_terminal(two, "n", "forget", "one")
    assert (code, told.splitlines()[-1]) == (1, "Remove this for good? [y/N]: nothing was removed")
    assert len(said(two, "one")) == 5
    told, code = at_terminal(two, "y", "forget", "one")
    assert (code, said(two, "one")) == (0, [])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "name a visit, or give --since"),
        (("one", "--since", "2h"), "not both"),
        (("nobody",), "no visit 'nobody' is in the journals"),
        (("--since", "2h", "--until", "3h"), "--until is before --since"),
        (("one",), "nobody can be asked here"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(two: Hand, arguments: tuple[str, ...], words: str) -> None:
    done = two("forget", *arguments)
    assert done.returncode in (1, 2)
    assert [words in line for line in done.stderr.splitlines()] == [True]
    assert len(said(two)) == 18


def test_files_are_looked_for_only_where_they_belong(tmp_path: Path, two: Hand) -> None:
    outside = tmp_path / "mine.jpg"
    outside.write_bytes(b"mine")

    async def lie() -> None:
        async with joined(two, "image") as image:
            asset = Asset(path=f"../../../../../..{outside}", media_type="image/jpeg", sha256="0" * 64, size=4)
            await image.publish(ImageReady(visit="one", cause="story:7", asset=asset))

    anyio.run(lie)
    assert two("forget", "one", "--yes").returncode == 0
    assert outside.exists()
