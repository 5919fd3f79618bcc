"""The words so far: not too often, and with what has settled."""

from typing import cast

from bus import Bus
from schemas import SpeechPartial, SpeechStarted
from services.asr.caption import OFTEN, Caption


class Board:
    """A bus that keeps what is posted, and a clock that the test moves."""

    def __init__(self) -> None:
        self.posted: list[SpeechPartial] = []
        self.now = 10.0

    def post(self, event: SpeechPartial) -> SpeechPartial:
        self.posted.append(event)
        return event

    def caption(self) -> Caption:
        return Caption(cast("Bus", self), SpeechStarted(id="asr:1", mic="m"), clock=lambda: self.now)


def shown(board: Board, caption: Caption, *texts: str) -> list[tuple[str, int]]:
    """Show texts, one after the other when it is time; return what was published."""
    for text in texts:
        board.now += OFTEN
        caption.show(text)
    return [(partial.text, partial.stable) for partial in board.posted]


def test_words_settle_when_they_stay_the_same() -> None:
    board = Board()
    texts = ("a", "a story", "a story a", "a story about", "a store about a")
    assert shown(board, board.caption(), *texts)[-3:] == [
        ("a story a", 1),
        ("a story about", 2),
        ("a store about a", 1),
    ]


def test_the_same_words_are_not_said_twice() -> None:
    board = Board()
    assert shown(board, board.caption(), "a fox", "a fox", "a fox") == [("a fox", 0)]


def test_words_that_change_quickly_are_shown_at_their_time() -> None:
    board = Board()
    caption = board.caption()
    for text in ("a", "a fox", "a fox sat"):
        caption.show(text)
    assert [partial.text for partial in board.posted] == ["a"]
    board.now += OFTEN
    caption.show("a fox sat")
    assert [partial.text for partial in board.posted] == ["a", "a fox sat"]


def test_every_partial_has_its_number_and_its_cause() -> None:
    board = Board()
    caption = board.caption()
    shown(board, caption, "a", "a fox")
    caption.clear()
    assert [(partial.revision, partial.cause, partial.text) for partial in board.posted] == [
        (1, "asr:1", "a"),
        (2, "asr:1", "a fox"),
        (3, "asr:1", ""),
    ]
