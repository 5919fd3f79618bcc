"""Music: in the mood, quiet under speech, the same for the same seed, and without a seam."""

from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from services.audio.composer import Piece
from services.audio.composing.form import Form
from services.audio.composing.instruments import INSTRUMENTS, plucked
from services.audio.composing.performance import ensemble_of, instrument_of
from services.audio.rendering import compose
from services.audio.sound.loudness import loudness
from services.audio.sound.moods import MODES, MOODS, mood_of
from services.audio.sound.take import RATE, Take
from services.audio.soundscaper import Recording
from tests.audio.measuring import bend, centroid, heard, seam


@cache
def made(mood: str, instruments: tuple[str, ...] = (), seed: int = 1, seconds: float = 6.0) -> Recording:
    """Return a piece of music."""
    return compose(Piece(mood=mood, instruments=instruments, seconds=seconds, seed=seed), seconds)


@pytest.mark.parametrize("mood", MOODS)
def test_every_mood_is_clean_quiet_and_without_a_seam(mood: str) -> None:
    sound, rate = heard(made(mood).data)
    assert sound.shape == (2, 6 * rate)
    assert np.abs(sound).max() < 0.6
    assert abs(sound.mean()) < 1e-4
    assert seam(sound) < 1.5
    assert bend(sound) < 2.5
    assert abs(loudness(sound.astype(np.float32), rate) - -21.0) < 1.8


def test_the_same_seed_gives_the_same_bytes_and_another_does_not() -> None:
    wish = Piece(mood="wonder", instruments=(), seconds=6.0, seed=3)
    assert compose(wish, 6.0).data == compose(wish, 6.0).data
    assert made("wonder", seed=3).data != made("wonder", seed=4).data


def test_light_moods_are_major_and_dark_ones_minor() -> None:
    thirds = {mood: MODES[MOODS[mood].mode][2] for mood in MOODS}
    assert {thirds[mood] for mood in ("joyful", "playful", "hopeful", "calm", "wonder")} == {4}
    assert {thirds[mood] for mood in ("melancholy", "fearful", "dark", "tense", "mysterious")} == {3}


def test_driven_moods_are_faster() -> None:
    assert made("adventurous").made["beats_per_minute"] > made("calm").made["beats_per_minute"]  # type: ignore[operator]


def test_every_note_belongs_to_the_scale_and_is_within_reach() -> None:
    for mood in MOODS.values():
        form = Form(mood, 30.0, np.random.default_rng(5))
        notes = list(form.notes(INSTRUMENTS))
        assert {note.pitch % 12 for note in notes} <= set(form.key.scale)
        assert min(form.key.hertz(note.pitch) for note in notes) > 40
        assert max(form.key.hertz(note.pitch) for note in notes) < 1800


def test_chords_move_in_small_steps() -> None:
    for mood in MOODS.values():
        chords = Form(mood, 30.0, np.random.default_rng(2)).chords
        assert all(2 <= len(chord) <= 4 for chord in chords)
        assert max(abs(float(np.mean(a)) - float(np.mean(b))) for a, b in pairwise(chords)) < 5


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_every_instrument_begins_and_ends_without_a_click(name: str) -> None:
    note = INSTRUMENTS[name].play(220.0, 1.2, np.random.default_rng(1))
    assert note.dtype == np.float32
    assert max(abs(note[0]), abs(note[-1])) < 0.02
    assert 0.05 < np.abs(note).max() < 2.5


@pytest.mark.parametrize("hertz", [98.0, 233.08, 523.25])
def test_a_plucked_string_is_in_tune(hertz: float) -> None:
    sound = plucked(hertz, np.random.default_rng(1), lasts=3.0, bright=2.0, place=0.3)
    window = sound[: 2 * RATE] * np.hanning(2 * RATE)
    spectrum = np.abs(np.fft.rfft(window, 1 << 19))
    near = slice(round(hertz * 0.9 * (1 << 19) / RATE), round(hertz * 1.1 * (1 << 19) / RATE))
    peak = (near.start + int(np.argmax(spectrum[near]))) * RATE / (1 << 19)
    assert abs(1200 * np.log2(peak / hertz)) < 6


def test_instruments_are_found_by_name_and_play_what_was_asked() -> None:
    assert [instrument_of(name) for name in ("Piano", "violins", "music box", "Flöte", "kazoo")] == [
        "piano",
        "strings",
        "celesta",
        "flute",
        None,
    ]
    assert made("calm", ("piano", "cello")).made["instruments"] == "piano, cello"
    assert len(ensemble_of(mood_of("calm"), ("kazoo",), Take(100, "x"))) >= 2


def test_instruments_differ() -> None:
    flute, drum = (centroid(*heard(made("calm", (name,)).data)) for name in ("flute", "drum"))
    assert flute > 2 * drum
