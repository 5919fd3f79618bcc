"""Dead letters: what they hold, how many are kept, and how they are read."""

import hashlib
from pathlib import Path

from bus import history
from bus.journal.entry import Batch
from bus.journal.journal import Journal
from bus.journal.letters import KEPT, Letter, letter


def test_a_letter_holds_the_bytes_of_what_is_kept_anyway_and_no_others() -> None:
    log = letter("broke `story` 2 times", b"words", source="asr", topic="speech.final", lane="log")
    live = letter("unreadable", b"a face", source="page", topic="image.progress")
    assert (log.body, log.size, log.sha256) == (b"words", 5, hashlib.sha256(b"words").hexdigest())
    assert (live.body, live.size, live.sha256) == (b"", 6, hashlib.sha256(b"a face").hexdigest())


def test_the_newest_thousand_letters_are_kept(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "story", 0)
    for first in range(0, KEPT + 200, 100):
        journal.record(
            [Batch(letters=[Letter(reason=str(number), time=number) for number in range(first, first + 100)])]
        )
    assert [one.reason for one in history.letters(tmp_path)] == [str(number) for number in range(200, KEPT + 200)]
    journal.close()
    journal = Journal(tmp_path, "story", 0)
    journal.record([Batch(letters=[Letter(reason="newest", time=5_000.0)])])
    journal.close()
    found = history.letters(tmp_path, "story", 2)
    assert [one.reason for one in found] == [str(KEPT + 199), "newest"]
    assert found[1].number == found[0].number + 1


def test_the_letters_of_all_participants_are_read_by_their_time(tmp_path: Path) -> None:
    for source, times in (("asr", (1.0, 4.0)), ("story", (2.0, 3.0))):
        journal = Journal(tmp_path, source, 0)
        journal.record([Batch(letters=[Letter(reason=source, time=time) for time in times])])
        journal.close()
    assert [one.reason for one in history.letters(tmp_path)] == ["asr", "story", "story", "asr"]
    assert [one.reason for one in history.letters(tmp_path, limit=1)] == ["asr"]
    assert history.letters(tmp_path, limit=0) == history.letters(tmp_path, "nobody") == []


def test_a_letter_and_what_it_belongs_to_are_recorded_in_one_piece(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "story", 0)
    journal.record([Batch(begun="asr:7")])
    journal.record([Batch(begun="asr:7")])
    assert history.attempts(tmp_path, "story") == {"asr:7": 2}
    journal.record([Batch(position=("asr", 7), ended="asr:7", letters=[Letter(reason="broke `story` 2 times")])])
    assert history.attempts(tmp_path, "story") == {}
    assert history.positions(tmp_path, "story") == {"asr": 7}
    assert len(history.letters(tmp_path)) == 1
    journal.close()
