"""Which words a text has, and when they are spoken."""

import numpy as np

from services.audio.backends.phones import Phone, word_onsets
from services.audio.speech.marks import envelope, estimated, marks, voiced
from services.audio.speech.words import ascii_only, spans, speakable

RATE = 16000


def beeps(*times: tuple[float, float], seconds: float = 3.0) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """Return a sound that is heard only between the given times."""
    sound = np.zeros(round(seconds * RATE), np.float32)
    for begin, end in times:
        sound[round(begin * RATE) : round(end * RATE)] = 0.5
    return sound


def test_words_stand_without_their_punctuation() -> None:
    text = "“Sleep,” said the ghost\u2019s great-grandmother… 5 % — *now* 🦊!"
    assert [text[word.offset : word.offset + word.length] for word in spans(text)] == [
        "Sleep", "said", "the", "ghost\u2019s", "great-grandmother", "5", "now",
    ]  # fmt: skip


def test_scripts_without_spaces_are_marked_by_character() -> None:
    assert [word.text for word in spans("你好, 世界")] == ["你", "好", "世", "界"]


def test_what_is_not_read_aloud_leaves_places_as_they_are() -> None:
    text = "a *b* 🦊 c"
    assert speakable(text) == "a  b    c"
    assert len(speakable(text)) == len(text)


def test_an_english_voice_gets_english_letters() -> None:
    assert ascii_only("“Grüße” — naïve café…") == '"Grusse" - naive cafe...'


def test_pauses_belong_to_no_word() -> None:
    levels = envelope(beeps((0.2, 0.7), (1.2, 1.6)), RATE)
    assert voiced(levels) == (0.2, 1.6)
    first, second = marks(spans("far away"), (0.2, 1.2), levels, shift=0.1)
    assert (first.start, first.end, second.start, second.end) == (0.1, 0.6, 1.1, 1.5)


def test_missing_times_are_filled_in_between() -> None:
    levels = envelope(beeps((0.0, 2.0)), RATE)
    found = marks(spans("one two six ten"), (None, 0.5, None, 1.5), levels)
    assert [mark.start for mark in found] == [0.0, 0.5, 1.0, 1.5]
    assert found[-1].end == 2.0


def test_times_that_run_backward_are_put_in_order() -> None:
    found = marks(spans("one two six"), (0.4, 0.2, 9.0), envelope(beeps((0.0, 1.0)), RATE))
    assert [mark.start for mark in found] == sorted(mark.start for mark in found)
    assert found[-1].end <= 1.0


def test_an_estimate_skips_the_silence() -> None:
    levels = envelope(beeps((0.0, 1.0), (2.0, 3.0)), RATE)
    onsets = estimated(spans("aaaa bbbb cccc dddd"), levels)
    assert onsets[0] == 0.0
    assert all(onset is not None and not 1.05 < onset < 1.95 for onset in onsets)


def test_words_are_found_by_their_sounds_though_one_is_slurred() -> None:
    said = [Phone(name, 0.1 * (n + 1)) for n, name in enumerate("pau dh ax f aa k s pau s l eh p t pau".split())]  # noqa: SIM905
    apart = ["pau", "dh", "iy", "pau", "f", "aa", "k", "s", "pau", "z", "l", "eh", "p", "t", "pau"]
    assert np.allclose(np.asarray(word_onsets(said, apart, 3), float), [0.1, 0.3, 0.8])
    assert word_onsets(said, apart, 4) == (None,) * 4
