"""A simulated day: who comes, what is counted, and a short one on a whole installation."""

import itertools
import json
import math
import re
import signal
import subprocess
from typing import Any

import msgspec
import pytest

from schemas import ClockAdvanced, Failed, SpeechFinal, Status, StoryBeat, TurnStarted, VisitEnded
from services.actor.clock import Clock
from services.console.simulation.asking import Asked, match
from services.console.simulation.crowd import KINDS, Visit, Words, crowd
from services.console.simulation.day import DayClock
from services.console.simulation.house import House
from services.console.simulation.people import PAGES, People
from services.console.simulation.report import figure_of, percentile, report_of
from services.console.visitors.record import Seen, Told
from services.display.messages import Hearing, Tick, ToPage, Turn
from tests.console.hand import COMMAND, Hand
from tests.house.sources import HOUSE

ENGLISH = Words.of("en-GB", ("A fox",))
DEMO = str(HOUSE / "projects" / "demo")


def said(visits: list[Visit]) -> list[list[Any]]:
    """Return all that visits have in mind to say, as a report tells it."""
    return [
        [visit.number, number, count, PAGES[guest.page], wish.text]
        for visit in visits
        for number, guest in enumerate(visit.guests)
        for count, wish in enumerate(guest.wishes)
    ]


def test_the_same_seed_gives_the_same_crowd() -> None:
    assert crowd(7, 300, 8, ENGLISH) == crowd(7, 300, 8, ENGLISH) != crowd(8, 300, 8, ENGLISH)
    assert crowd(7, 300, 8, ENGLISH)[:50] == crowd(7, 50, 8 * 50 / 300, ENGLISH)


def test_all_kinds_of_people_come_in_the_course_of_a_day() -> None:
    visits = crowd(7, 300, 8, ENGLISH)
    kinds = {visit.kind for visit in visits}
    assert {kind.__name__ for kind in KINDS} <= kinds
    assert any(kind.endswith("back again") for kind in kinds)
    assert 6 * 3600 < visits[-1].at < 10 * 3600
    assert [visit.at for visit in visits] == sorted(visit.at for visit in visits)
    assert max(after.at - before.at for before, after in itertools.pairwise(visits)) > 900
    wishes = [wish for visit in visits for guest in visit.guests for wish in guest.wishes]
    assert any(wish.part < 1 for wish in wishes)
    assert {wish.upon for wish in wishes} == {"arrival", "answer", "words"}
    assert not [visit for visit in crowd(7, 300, 8, ENGLISH, together=False) if len(visit.guests) > 1]


def test_they_speak_the_language_of_the_project() -> None:
    assert "ein Fuchs" in Words.of("de", ()).things
    assert Words.of("en", ("A {fox}",)).wishes[-1].format("x") == "A {fox}"
    assert {wish[4] for wish in said(crowd(1, 20, 1, Words.of("fi", ("Kettu", "Meri"))))} <= {"Kettu", "Meri", "hm"}


def asked(**facts: Any) -> Asked:
    """Return something that was said at 100 s."""
    return Asked(**{"visit": 1, "guest": 0, "number": 0, "page": "p", "text": "a fox", "at": 100.0, **facts})


def test_they_say_what_was_recorded() -> None:
    words = Words.recorded(HOUSE / "tests" / "sounds")
    assert {wish[4] for wish in said(crowd(1, 20, 1, words))} <= {"fox", "lighthouse", "moon", "yes"}


def test_what_became_of_words_is_told() -> None:
    assert asked(moments={"word": 101.0}).outcome == "answered"
    assert asked(taken=False).outcome == "not taken"
    assert asked(over=100.5).outcome == "overtaken"
    assert asked(nothing=True).outcome == "said nothing"
    assert asked(gone=True).outcome == "left"
    assert asked(gone=True, final=SpeechFinal(text="a")).outcome == "unanswered"
    assert asked().outcome == "unanswered"


def test_a_silence_is_the_longest_time_without_a_sign_before_the_answer() -> None:
    assert asked(moments={"word": 103.0}, signs=[100.5, 102.8, 105.0]).silence == pytest.approx(2.3)
    assert asked(moments={"word": 103.0}).silence == 3.0
    assert asked(over=101.0, signs=[100.2]).silence == pytest.approx(0.8)
    assert asked().silence == 0.0


def test_only_what_can_be_seen_or_heard_is_a_sign() -> None:
    one = asked(turn=TurnStarted(visit="v", turn=2))
    for message in (Tick(), Hearing(mic="page-p", text="a")):
        one.tell(Told(page="p", at=100.4, message=message))
    one.tell(Told(page="other", at=100.6, message=Hearing(mic="page-p")))
    one.see(seen("shown", turn=1, began=100.7))
    one.see(seen("speaking", turn=2, began=101.0))
    one.see(seen("shown", turn=2, began=101.5))
    assert one.signs == [100.4, 100.7, 101.0, 101.5]
    assert one.moments == {"word": 101.0, "picture": 101.5}
    assert one.waited("picture") == 1.5


def seen(kind: Any, *, turn: int, began: float, page: str = "p") -> Seen:
    """Return something that was to be seen or heard."""
    return Seen(kind=kind, page=page, id="x", visit="v", turn=turn, began=began)


def test_words_are_known_again_by_their_text_or_their_microphone() -> None:
    first, second = asked(text="a fox"), asked(text="an owl", at=101.0)
    final = SpeechFinal(text="a fox", mic="page-p", clock=102.0)
    assert match(final, [first, second]) is first
    heard = SpeechFinal(text="an awl", mic="page-p", clock=102.0, spoken=1.0)
    assert match(heard, [first, second]) is second
    assert match(SpeechFinal(text="x", mic="page-q", clock=102.0), [first]) is None


def people() -> People:
    """Return a crowd that nobody has let in yet."""
    return People("http://127.0.0.1:1/", DayClock(), House(), None)


def told(at: float, message: ToPage) -> Told:
    """Return a message to a page."""
    return Told(page="p", at=at, message=message)


def test_what_is_shown_after_a_newer_turn_is_stale() -> None:
    crowd_there = people()
    crowd_there.noted(told(100.0, Turn(visit="v", turn=1)))
    crowd_there.noted(seen("shown", turn=1, began=100.5))
    crowd_there.noted(told(101.0, Turn(visit="v", turn=2)))
    assert report_of(crowd_there, House(), 1, 1).good
    crowd_there.noted(seen("shown", turn=1, began=101.2))
    report = report_of(crowd_there, House(), 1, 1)
    assert (report.stale, report.good) == (1, False)


def test_silence_and_unanswered_words_make_a_day_a_bad_one() -> None:
    crowd_there = people()
    crowd_there.asked = [asked(moments={"word": 102.5})]
    assert (report_of(crowd_there, House(), 1, 1).dead_air, report_of(crowd_there, House(), 1, 1).good) == (1, False)
    crowd_there.asked = [asked()]
    assert report_of(crowd_there, House(), 1, 1).unanswered == ["“a fox”"]


def test_percentiles_are_those_of_the_nearest_rank() -> None:
    ordered = [float(number) for number in range(1, 101)]
    assert (percentile(ordered, 0.5), percentile(ordered, 0.95)) == (50.0, 95.0)
    assert percentile([3.0], 0.95) == 3.0
    figure = figure_of([(1.0, asked()), (9.0, asked(final=SpeechFinal(text="x", id="display:3")))])
    assert figure is not None
    assert (figure.worst, figure.event, figure.count) == (9.0, "display:3", 2)


def test_time_is_skipped_only_while_nothing_is_to_come() -> None:
    house = House()
    house.last = 0.0
    assert house.quiet(0.03)
    house.note(TurnStarted(id="story:1", visit="v", turn=1))
    house.last = 0.0
    assert not house.quiet(0.03)
    house.note(TurnStarted(id="story:2", visit="v", turn=2))
    house.note(StoryBeat(number=1, text="x", visit="v", turn=2, cause="story:2"))
    house.last = 0.0
    assert house.quiet(0.03)
    house.busy = 1
    assert not house.quiet(0.03)


def test_failures_are_counted_by_service() -> None:
    house = House()
    house.note(Failed(id="image:1", source="image", error="transient", message="m", request="image.request"))
    for pid in (5, 5, 6):
        house.note(Status(source="audio", state="ready", pid=pid))
    house.note(VisitEnded(visit="v"))
    report = report_of(people(), house, 1, 1)
    assert [(each.service, each.what, each.count) for each in report.failures] == [
        ("image", "image.request failed (transient)", 1), ("audio", "started anew", 1),
    ]  # fmt: skip
    assert report.failures[0].event == "image:1"


def test_the_story_waits_by_the_clock_that_was_put_forward() -> None:
    house = House()
    house.note(story_status(pid=7, ahead=5.0, next_step=8.0, clock=10.0))
    assert house.story_heard(9.0)
    house.advanced += 30.0
    assert not house.story_heard(9.0)
    house.note(story_status(pid=7, ahead=35.0, next_step=2.0, clock=11.0))
    assert house.story_heard(9.0)
    house.note(story_status(pid=8, ahead=0.0, next_step=2.0, clock=12.0))
    assert house.story_heard(9.0)
    house.note(Status(source="story", state="ready", pid=8, clock=13.0, reports={"story": {"visit": ""}}))
    assert house.story_waits(9.0) == math.inf


def story_status(*, pid: int, ahead: float, next_step: float, clock: float) -> Status:
    """Return what the story says of itself."""
    reports: dict[str, Any] = {"story": {"visit": "v", "ahead": ahead, "next_step": next_step}}
    return Status(source="story", state="ready", pid=pid, clock=clock, reports=reports)


@pytest.mark.anyio
async def test_a_clock_knows_who_waits_longest_and_never_goes_back() -> None:
    clock = DayClock()
    assert clock.next == math.inf
    clock.note(ClockAdvanced(seconds=100.0))
    clock.note(ClockAdvanced(seconds=-50.0))
    assert 99.9 < clock.hour < 110
    await clock.reach(clock.now() - 1)
    assert clock.dues == []
    assert isinstance(clock, Clock)


def test_what_they_would_do_is_told_without_doing_it(hand: Hand) -> None:
    plan = hand("simulate", "--visits", "9", "--seed", "7", "--plan")
    assert plan.stdout == hand("simulate", "--visits", "9", "--seed", "7", "--plan").stdout
    assert plan.stdout.endswith("9 visits\n")
    folder = str(hand.installation.folder)
    assert hand.refused("simulate", "--recordings", folder) == [f"there is no .wav file in {folder}"]
    assert hand.refused("simulate", "--live")[0].endswith("does not run; `fantascope up` starts it")


@pytest.mark.parametrize("visits", [3, pytest.param(300, marks=pytest.mark.trial)])
def test_a_day_on_a_whole_installation(visits: int) -> None:
    arguments = ["--visits", str(visits), "--seed", "7", "--project", DEMO, "--json"]
    done = subprocess.run([COMMAND, "simulate", *arguments], capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)
    plan = subprocess.run([COMMAND, "simulate", *arguments, "--plan"], capture_output=True, text=True, check=True)
    intended = said(msgspec.json.decode(plan.stdout, type=list[Visit]))
    assert report["did"] == sorted(intended) != []
    assert (report["visits"], report["stale"], report["unanswered"], report["failures"]) == (visits, 0, [], [])
    assert report["waits"]["first word"]["count"] == report["outcomes"]["answered"]
    assert report["day"] > report["seconds"]
    assert re.fullmatch(r"display:\d+", report["waits"]["first picture"]["event"])
    assert done.returncode == (0 if not report["dead_air"] else 1)


def test_an_interrupted_day_reports_what_it_has_seen() -> None:
    command = [COMMAND, "simulate", "--visits", "50", "--project", DEMO, "--speed", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert "Starting a copy of demo" in process.stderr.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(5)
        process.send_signal(signal.SIGINT)
        said_at_last, _ = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "stale shown" in said_at_last
