"""Reading logs: rotated files, and those that are begun anew while they are followed."""

from pathlib import Path

from services.console.logbook import Logbook


def stamped(clock: str, event: str, level: str = "info") -> str:
    """Return a line as services write it."""
    return f'timestamp="2026-11-28 {clock}" level={level} service=story event={event}\n'


def test_the_newest_lines_reach_back_into_rotated_files(tmp_path: Path) -> None:
    file = tmp_path / "story.log"
    (tmp_path / "story.log.2").write_text("one\ntwo\n")
    (tmp_path / "story.log.1").write_text("three\n")
    file.write_text("four\n")
    assert [line.text for line in Logbook("story", file).newest(3)] == ["two", "three", "four"]
    assert [line.text for line in Logbook("story", file).newest(99)] == ["one", "two", "three", "four"]
    assert Logbook("story", file).newest(0) == []


def test_a_stack_belongs_to_the_line_before_it(tmp_path: Path) -> None:
    file = tmp_path / "story.log"
    file.write_text(stamped("10:00:00", "broken", "error") + "Traceback\n")
    last = Logbook("story", file).newest(1)[0]
    assert Logbook("story", file).newest(2)[1].level == "error"
    assert (last.text, last.level) == ("Traceback", "info")


def test_whole_lines_are_handed_on_as_they_are_written(tmp_path: Path) -> None:
    file = tmp_path / "story.log"
    file.write_text("old\n")
    book = Logbook("story", file)
    book.newest(1)
    with file.open("a") as log:
        log.write("new\nhal")
    assert [line.text for line in book.new()] == ["new"]
    with file.open("a") as log:
        log.write("f\n")
    assert [line.text for line in book.new()] == ["half"]
    assert list(book.new()) == []


def test_nothing_is_lost_when_a_log_is_put_aside(tmp_path: Path) -> None:
    file = tmp_path / "story.log"
    file.write_text("old\n")
    book = Logbook("story", file)
    book.newest(1)
    with file.open("a") as log:
        log.write("last of the old\n")
    file.rename(tmp_path / "story.log.1")
    file.write_text("first of the new\n")
    assert [line.text for line in book.new()] == ["last of the old", "first of the new"]


def test_a_log_that_does_not_exist_yet_may_come(tmp_path: Path) -> None:
    book = Logbook("story", tmp_path / "story.log")
    assert book.newest(5) == []
    assert list(book.new()) == []
    book.file.write_text("here\n")
    assert [line.text for line in book.new()] == ["here"]
