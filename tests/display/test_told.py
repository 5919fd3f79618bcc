"""Captions cut at the times of their words."""

from schemas import Mark
from services.display.told import pieces


def mark(start: float, offset: int, length: int = 1) -> Mark:
    return Mark(start=start, end=start + 0.5, offset=offset, length=length)


def test_the_pieces_make_up_the_sentence_again() -> None:
    found = pieces("“Oh, a fox!”", (mark(0, 1, 2), mark(0.5, 5), mark(1, 7, 3)), 1.5)
    assert found == (("“Oh, ", 0, 0.5), ("a ", 0.5, 1.0), ("fox!”", 1, 1.5))


def test_without_marks_the_words_share_the_time() -> None:
    found = pieces("One fox runs.", (), 2.6)
    assert [word for word, _, _ in found] == ["One ", "fox ", "runs."]
    assert found[0][1] == 0
    assert found[-1][2] == 2.6


def test_marks_outside_of_the_text_do_no_harm() -> None:
    assert pieces("Fox", (mark(0, 90), mark(1, -1)), 1) == (("Fox", 0, 1),)
    assert pieces("", (), 0) == ()
