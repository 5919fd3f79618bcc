"""What `fantascope bus` says of participants on a real bus, and of journals while there is none."""

import json
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import Any

import anyio
import pytest

from bus import Bus, open_bus
from schemas import SpeechFinal, SpeechPartial, StoryBeat
from services.actor.run import Life
from services.console.lines import harmless
from services.console.traffic import Participant
from services.console.troubles import complaints
from tests.console.hand import Hand
from tests.console.test_bus import run

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def living(hand: Hand, name: str, bus_says: dict[str, Any] | None = None) -> AsyncIterator[Bus]:
    """Yield a participant that says how it is every second, as a service does; `bus_says` is not quite true."""
    async with (
        open_bus(name, run=hand.installation.run, journals=hand.installation.journals) as bus,
        anyio.create_task_group() as tasks,
    ):
        if bus_says:
            counted = bus.reports["bus"]
            bus.reports["bus"] = lambda: {**counted(), **bus_says}
        tasks.start_soon(Life(bus).tell)
        yield bus
        tasks.cancel_scope.cancel()


async def seen(hand: Hand, *arguments: str) -> dict[str, Any]:
    """Return what the command says to programs."""
    document: dict[str, Any] = json.loads((await run(hand, "bus", "--seconds", "1", "--json", *arguments)).stdout)
    return document


async def talk(bus: Bus) -> None:
    """Say something all the time."""
    for number in range(100_000):
        bus.post(SpeechPartial(text="a fox"))
        if number % 10 == 0:
            bus.post(StoryBeat(number=number, text="A fox ran."))
        await anyio.sleep(0.01)


async def test_who_says_what_to_whom_is_shown(hand: Hand) -> None:
    async with (
        living(hand, "story") as story,
        living(hand, "display") as display,
        display.subscribe(StoryBeat, SpeechPartial),
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(talk, story)
        found = await seen(hand)
        tasks.cancel_scope.cancel()
    topics = {each["topic"]: each for each in found["topics"]}
    beat = topics["story.beat"]
    assert (beat["lane"], beat["says"], beat["hears"]) == ("log", ["story"], {"display": 1})
    assert 0 < beat["said_rate"] < topics["speech.partial"]["said_rate"]
    assert beat["said_bytes"] > 20 * beat["said"]
    assert [each["name"] for each in found["participants"]] == ["display", "story"]
    assert found["participants"][0]["heard_rate"] > 0
    assert (found["runs"], found["wrong"]) == (True, [])


async def test_what_a_slow_listener_drops_is_shown_by_topic(hand: Hand) -> None:
    async with (
        living(hand, "story") as story,
        living(hand, "display") as display,
        display.subscribe(SpeechPartial),
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(talk, story)
        found = await seen(hand)
        told = await run(hand, "status")
        listed = json.loads((await run(hand, "status", "--json")).stdout)
        tasks.cancel_scope.cancel()
    assert {each["topic"]: each["dropped"] > 0 for each in found["topics"]}["speech.partial"]
    assert {each["name"]: each["dropped"] > 0 for each in found["participants"]} == {"display": True, "story": False}
    assert re.search(r"dropped [\d,]+ speech.partial$", told.stdout, re.MULTILINE)
    assert [list(each["dropped"]) for each in listed["services"]] == [["speech.partial"], []]


async def test_events_that_leave_unrecorded_are_loud(hand: Hand) -> None:
    async with living(hand, "story") as story:
        with closing(sqlite3.connect(hand.installation.journals / "story.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")  # nobody else can write until this ends
            story.post(StoryBeat(number=1, text="A fox ran."))
            with anyio.fail_after(30):
                while not story.reports["bus"]().get("message"):
                    await anyio.sleep(0.01)
            shown = await run(hand, "bus", "--seconds", "1")
            told = await run(hand, "status")
    assert shown.returncode == 1
    assert shown.stdout.startswith("story: NOT RECORDED: ")
    assert told.stdout.count("NOT RECORDED") == 1


async def test_while_nothing_runs_the_journals_are_shown(hand: Hand) -> None:
    async with living(hand, "story") as story:
        await story.publish(SpeechFinal(text="a fox"))
        beat = await story.publish(StoryBeat(number=1, text="A fox ran."))
    shown = await run(hand, "bus")
    first, head, *rows = shown.stdout.splitlines()
    assert shown.returncode == 1
    assert first == f"{hand.installation.name} does not run; `fantascope up` starts it"
    assert head.split()[:3] == ["journal", "size", "frames"]
    assert [row.split()[0] for row in rows] == ["story"]
    assert rows[0].endswith("story.beat story:1.2")
    (journal,) = (await seen(hand))["journals"]
    assert (journal["event"], journal["frames"], journal["newest"] >= journal["oldest"]) == (beat.id, 2, True)


async def test_where_nothing_ever_ran_there_is_nothing_to_show(hand: Hand) -> None:
    shown = await run(hand, "bus")
    assert shown.stdout.splitlines()[1:] == ["there are no journals"]
    assert not hand.installation.journals.exists()
    assert (await run(hand, "bus", "--letters")).stdout == f"{hand.installation.name}: no dead letters\n"


async def test_a_damaged_journal_is_named_before_and_after_it_was_mended(hand: Hand) -> None:
    hand.installation.journals.mkdir()
    (hand.installation.journals / "story.db").write_bytes(b"this is no journal" * 100)
    before = (await run(hand, "bus")).stdout
    async with living(hand, "story"):
        after = await run(hand, "bus", "--seconds", "1")
    assert "the journal of story cannot be read: file is not a database; what is whole in it is kept when" in before
    assert after.stdout.startswith(
        "the journal of story was damaged; what is whole is kept, the rest is journal/story."
    )
    assert after.returncode == 1


async def test_dead_letters_are_counted_and_listed(hand: Hand) -> None:
    async with living(hand, "story") as story:
        event = await story.publish(SpeechFinal(text="a fox, in private"))
        await story.set_aside(event, "broke `story` 2 times")
        shown = await run(hand, "bus", "--seconds", "1")
        told = await run(hand, "status")
    assert shown.stdout.startswith("1 dead letter (story), the newest ")
    assert "set 1 event aside, see `fantascope bus --letters`" in told.stdout
    listed = await run(hand, "bus", "--letters")
    head, line = listed.stdout.splitlines()
    assert head.split() == ["time", "journal", "from", "topic", "size", "reason"]
    assert line.split()[2:5] == ["story", "story", "speech.final"]
    assert line.endswith("broke `story` 2 times")
    whole = await run(hand, "bus", "--letters", "--json")
    assert [each["reason"] for each in json.loads(whole.stdout)] == ["broke `story` 2 times"]
    assert "private" not in whole.stdout
    assert listed.returncode == 0


async def test_a_participant_that_tells_nonsense_does_no_harm(hand: Hand) -> None:
    nonsense = {"lost": "many", "waiting": float("nan"), "message": "\x1b]0;owned\x07"}
    async with living(hand, "witness", nonsense) as bus:
        bus.reports["topic \x1b[2J"] = lambda: {"lane": 3, "said": 7, "readers": []}
        shown = await run(hand, "bus", "--seconds", "1")
    assert shown.stdout.splitlines()[0] == "witness: ·]0;owned·"
    assert "\x1b" not in shown.stdout
    assert harmless("\x1b[2J") in shown.stdout


async def test_somebody_who_says_nothing_is_shown_and_named_when_it_is_a_service(hand: Hand) -> None:
    place = hand.installation
    async with (
        open_bus("image", run=place.run, journals=place.journals),
        open_bus("witness", run=place.run, journals=place.journals),
    ):
        shown = await run(hand, "bus", "--seconds", "1")
    assert shown.stdout.splitlines()[0] == "image says nothing of how it is"
    assert [line.split()[0] for line in shown.stdout.splitlines()[1:5]] == [
        f"{place.name}:",
        "who",
        "image",
        "witness",
    ]


async def test_everything_that_is_wrong_has_a_line(hand: Hand) -> None:
    hurt = Participant(name="asr", answers=False, unrecorded=1, never_recorded=9, lost=2, undeclared=3, bad_frames=1)
    assert [*complaints(hurt)] == [
        "asr does not answer: it is stopped, or busy with something else",
        "asr: 1 event left without being recorded",
        "asr gave up 9 events that its journal had no room for",
        "asr met 2 gaps that no journal could close",
        "asr dropped 3 events of topics that their senders had not declared",
        "asr dropped 1 frame that could not be read",
    ]


async def test_a_moment_that_is_too_short_is_refused(hand: Hand) -> None:
    shown = await run(hand, "bus", "--seconds", "0")
    assert shown.returncode == 2
    assert "0.0 is not in the range" in shown.stderr
