"""What comes on stage, and what is refused."""

from typing import TypeVar

import msgspec
import pytest

from schemas import (
    Asset,
    Event,
    Failed,
    ImageProgress,
    ImageReady,
    NarrationPart,
    NarrationReady,
    SpeechFinal,
    SpeechPartial,
    StoryBeat,
    TurnStarted,
    VisitEnded,
    VisitStarted,
)
from services.actor.turns import Turns
from services.display.messages import Beat, Ended, Hearing, Part, Picture, Preview, Turn
from services.display.stage import Stage
from services.display.words import WordFilter

ASSET = Asset(path="2026-11-20/image/a b.jpg", media_type="image/jpeg", sha256="", size=1, seconds=2.0)
COUNT = iter(range(1, 100_000))

EventT = TypeVar("EventT", bound=Event)


def sent(event: EventT) -> EventT:
    """Return an event as the bus would hand it over."""
    number = next(COUNT)
    return msgspec.structs.replace(event, id=f"story:{number}", time=float(number), clock=float(number))


def a_stage() -> Stage:
    return Stage(Turns(), WordFilter(["darn"]))


def opened(turn: int = 1) -> Stage:
    stage = a_stage()
    stage.hear(sent(VisitStarted(visit="v")))
    for number in range(1, turn + 1):
        stage.hear(sent(TurnStarted(visit="v", turn=number)))
    return stage


def picture(turn: int = 1, visit: str = "v", cause: str = "") -> ImageReady:
    return sent(ImageReady(visit=visit, turn=turn, cause=cause or f"story:{next(COUNT)}", asset=ASSET))


def part(text: str = "Once.", index: int = 0, turn: int = 1, cause: str = "story:7") -> NarrationPart:
    return sent(NarrationPart(visit="v", turn=turn, cause=cause, part=index, of=2, text=text, asset=ASSET))


def test_a_fresh_picture_is_shown_where_the_page_finds_it() -> None:
    shown = opened().hear(picture())
    assert isinstance(shown, Picture)
    assert shown.url == "assets/2026-11-20/image/a%20b.jpg"


def test_a_picture_of_an_older_turn_is_refused() -> None:
    stage = opened(turn=2)
    assert stage.hear(picture(turn=1)) is None
    assert stage.refused == 1


def test_a_picture_of_an_ended_visit_is_refused() -> None:
    stage = opened()
    assert isinstance(stage.hear(sent(VisitEnded(visit="v", turn=1))), Ended)
    assert stage.hear(picture()) is None
    assert stage.present(0) == ()


def test_an_event_that_comes_twice_counts_once() -> None:
    stage, event = opened(), picture()
    assert stage.hear(event)
    assert stage.hear(event) is None


def test_a_second_answer_to_one_request_is_refused() -> None:
    stage = opened()
    assert stage.hear(picture(cause="story:5"))
    assert stage.hear(picture(cause="story:5")) is None


def test_a_late_picture_of_an_earlier_beat_does_not_replace_a_newer_one() -> None:
    stage = opened()
    assert stage.hear(picture(cause="story:9"))
    assert stage.hear(picture(cause="story:8")) is None
    assert stage.hear(picture(cause="story:10"))


def test_a_picture_may_come_before_the_turn_that_it_belongs_to() -> None:
    stage = opened()
    assert isinstance(stage.hear(picture(turn=2)), Picture)
    assert stage.hear(picture(turn=1)) is None


def test_a_visit_that_was_replaced_stays_off_stage() -> None:
    stage = opened()
    stage.hear(sent(TurnStarted(visit="w", turn=1)))
    assert stage.hear(picture(visit="v")) is None
    assert stage.hear(picture(visit="w"))


def test_a_visit_that_speaks_again_returns_to_the_stage() -> None:
    stage = opened()
    stage.hear(sent(TurnStarted(visit="w", turn=1)))
    assert isinstance(stage.hear(sent(TurnStarted(visit="v", turn=2))), Turn)
    assert stage.hear(picture(visit="v", turn=2))


def test_the_last_picture_stays_until_the_next_turn_has_its_own() -> None:
    stage = opened()
    stage.hear(picture())
    stage.hear(sent(TurnStarted(visit="v", turn=2, text="a whale")))
    assert [type(message) for message in stage.present(0)] == [Turn, Picture]


def test_a_preview_gives_way_to_its_picture_and_does_not_come_back() -> None:
    stage = opened()
    coming = sent(ImageProgress(visit="v", turn=1, cause="story:4", step=1, of=2, preview=b"jpeg"))
    assert isinstance(stage.hear(coming), Preview)
    assert stage.hear(picture(cause="story:4"))
    assert stage.hear(coming) is None
    assert not any(isinstance(message, Preview) for message in stage.present(0))


def test_a_picture_that_failed_takes_its_preview_away() -> None:
    stage = opened()
    stage.hear(sent(ImageProgress(visit="v", turn=1, cause="story:4", step=1, of=2, preview=b"jpeg")))
    stage.hear(sent(Failed(visit="v", turn=1, cause="story:4", error="internal", message="", request="image.request")))
    assert not any(isinstance(message, Preview) for message in stage.present(0))


def test_a_newer_turn_silences_what_was_told() -> None:
    stage = opened()
    stage.hear(part())
    stage.hear(sent(TurnStarted(visit="v", turn=2)))
    assert stage.hear(part("Late.", 1)) is None
    assert not any(isinstance(message, Part) for message in stage.present(0))


def test_a_narration_counts_as_heard_once_however_many_pages_play_it() -> None:
    stage = opened()
    stage.hear(part())
    ready = sent(NarrationReady(visit="v", turn=1, cause="story:7", parts=("x",), seconds=2))
    stage.hear(ready)
    assert stage.heard(ready.id) == ready
    assert stage.heard(ready.id) is None
    assert stage.heard("story:9999") is None


def test_a_narration_of_an_older_turn_is_never_reported_as_heard() -> None:
    stage = opened()
    stage.hear(part())
    ready = sent(NarrationReady(visit="v", turn=1, cause="story:7", parts=("x",)))
    stage.hear(ready)
    stage.hear(sent(TurnStarted(visit="v", turn=2)))
    assert stage.heard(ready.id) is None


def test_a_page_that_comes_late_hears_on_from_the_sentence_being_told() -> None:
    stage = opened()
    first, second = part("One.", 0), part("Two.", 1)
    stage.hear(first)
    stage.hear(second)
    stage.begun(second.id)
    told = [message.id for message in stage.present(0) if isinstance(message, Part)]
    assert told == [second.id]


def test_a_page_that_comes_very_late_is_not_told_what_is_over() -> None:
    stage = opened()
    stage.hear(part())
    ready = sent(NarrationReady(visit="v", turn=1, cause="story:7", parts=("x",), seconds=2))
    stage.hear(ready)
    assert not any(isinstance(message, Part) for message in stage.present(ready.clock + 60))


def test_a_picture_counts_as_shown_once_by_each_page() -> None:
    stage, event = opened(), picture()
    stage.hear(event)
    assert stage.on_canvas(event.id, "one") == event
    assert stage.on_canvas(event.id, "one") is None
    assert stage.on_canvas(event.id, "two") == event
    assert stage.on_canvas("story:9999", "one") is None


def test_a_stale_picture_never_counts_as_shown() -> None:
    stage, event = opened(), picture()
    stage.hear(event)
    stage.hear(sent(TurnStarted(visit="v", turn=2)))
    assert stage.on_canvas(event.id, "one") is None


@pytest.mark.parametrize(
    "event",
    [
        SpeechPartial(mic="m", text="a darn fox"),
        SpeechFinal(mic="m", text="a darn fox"),
        TurnStarted(visit="v", turn=2, text="a darn fox"),
    ],
)
def test_a_visitors_words_pass_the_filter(event: Event) -> None:
    told = opened().hear(sent(event))
    assert isinstance(told, Hearing | Turn)
    assert told.text == "a •••• fox"


def test_words_that_the_story_takes_up_pass_the_filter() -> None:
    stage = opened()
    beat = stage.hear(sent(StoryBeat(visit="v", turn=1, number=1, text="", sentences=("The darn fox.",))))
    spoken = stage.hear(part("The darn fox."))
    assert isinstance(beat, Beat)
    assert isinstance(spoken, Part)
    assert (beat.sentences, "".join(word for word, _, _ in spoken.words)) == (("The •••• fox.",), "The •••• fox.")


def test_words_that_are_overtaken_by_the_end_of_their_utterance_are_dropped() -> None:
    stage = a_stage()
    early = sent(SpeechPartial(mic="m", text="a fox"))
    stage.hear(sent(SpeechFinal(mic="m", text="a fox who")))
    assert stage.hear(early) is None
    assert stage.hear(sent(SpeechPartial(mic="m", text="and"))) is not None
