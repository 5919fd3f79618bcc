"""Soundscapes: each word sounds like itself, moods colour it, and it repeats without a seam."""

from functools import cache
from itertools import combinations

import numpy as np
import pytest

from services.audio.layers import LAYERS
from services.audio.layers.words import RECIPES, Vocabulary, plain
from services.audio.rendering import surround
from services.audio.sound.loudness import loudness
from services.audio.sound.moods import MOODS
from services.audio.soundscaper import Ambience, Recording
from tests.audio.measuring import Samples, bend, centroid, heard, seam

SHORT = 4.0


@cache
def made(sounds: tuple[str, ...], mood: str = "neutral", seed: int = 1, seconds: float = SHORT) -> Recording:
    """Return a soundscape."""
    return surround(Ambience(sounds=sounds, mood=mood, seconds=seconds, seed=seed), seconds)


def sound_of(*sounds: str, mood: str = "neutral") -> tuple[Samples, int]:
    """Return the samples of a soundscape, and their rate."""
    return heard(made(sounds, mood).data)


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_is_clean_stereo_that_repeats_without_a_seam(name: str) -> None:
    sound, rate = sound_of(name)
    assert sound.shape == (2, 4 * rate)
    assert np.abs(sound).max() < 0.9
    assert abs(sound.mean()) < 1e-3
    assert seam(sound) < 1.5
    assert bend(sound) < 2.5
    assert np.abs(sound[0] - sound[1]).max() > 1e-3


def test_a_seam_would_be_found() -> None:
    sound, _ = sound_of("owl", "drone")
    assert max(seam(sound[:, :-9001]), bend(sound[:, :-9001])) > 2.5


def test_no_two_layers_sound_alike() -> None:
    spectra = {}
    for name in LAYERS:
        sound, rate = sound_of(name)
        bands = np.geomspace(40, 12000, 25)
        hertz = np.fft.rfftfreq(sound.shape[1], 1 / rate)
        power = np.histogram(hertz, bands, weights=np.abs(np.fft.rfft(sound[0])) ** 2)[0]
        frames = np.sqrt(np.mean(sound[0].reshape(80, -1) ** 2, axis=1))
        spectra[name] = np.concatenate([np.sqrt(power / power.sum()), np.sort(frames / np.linalg.norm(frames))])
    closest = min(float(np.linalg.norm(spectra[a] - spectra[b])) for a, b in combinations(spectra, 2))
    assert closest > 0.1


def test_what_is_deep_sounds_deeper_than_what_is_high() -> None:
    order = ["heartbeat", "thunder", "wolves", "stream", "rain"]
    centres = [centroid(*sound_of(name)) for name in order]
    assert centres == sorted(centres)
    assert centres[-1] > 20 * centres[0]


@pytest.mark.parametrize("mood", MOODS)
def test_every_mood_is_about_as_loud(mood: str) -> None:
    sound, rate = sound_of("wind", "stream", mood=mood)
    assert abs(loudness(sound.astype(np.float32), rate) - -21.0 - MOODS[mood].level) < 0.7
    assert abs(MOODS[mood].level) < 2.5


def test_what_is_soft_stays_softer() -> None:
    levels = [
        loudness(sound.astype(np.float32), rate) for sound, rate in map(sound_of, ("snow", "soft rain", "heavy rain"))
    ]
    assert levels == sorted(levels)
    assert 3 < levels[-1] - levels[0] < 9


def test_dark_moods_are_darker_than_bright_ones() -> None:
    assert centroid(*sound_of("rain", mood="dark")) < 0.8 * centroid(*sound_of("rain", mood="joyful"))


def test_the_same_seed_gives_the_same_bytes_and_another_does_not() -> None:
    wish = Ambience(sounds=("fire", "bells"), mood="calm", seconds=SHORT, seed=7)
    assert surround(wish, SHORT).data == surround(wish, SHORT).data
    assert made(("fire", "bells"), "calm", 7).data != made(("fire", "bells"), "calm", 8).data


def test_it_lasts_as_long_as_was_asked() -> None:
    assert abs(made(("snow",), seconds=7.3).seconds - 7.3) < 0.05


def test_no_word_means_two_layers() -> None:
    words = [plain(word) for layer in LAYERS.values() for word in (layer.name, *layer.also)]
    assert sorted({word for word in words if words.count(word) > 1}) == []
    assert set(words).isdisjoint(RECIPES)


def test_sounds_are_found_by_what_people_call_them() -> None:
    vocabulary = Vocabulary()
    for name, layer in [
        ("ocean", "sea"),
        ("Waves", "sea"),
        ("howling wind", "wind"),
        ("church bells", "bells"),
        ("a crackling fire", "fire"),
        ("Regen", "rain"),
        ("vögel", "birds"),
        ("thundr", "thunder"),
    ]:
        assert [part.layer for part in vocabulary.parts(name)] == [layer], name


def test_distance_and_strength_are_understood() -> None:
    near, far = Vocabulary().parts("thunder")[0], Vocabulary().parts("distant thunder")[0]
    assert (near.far, far.far > 0.5) == (0.0, True)
    assert Vocabulary().parts("soft rain")[0].level < 1 < Vocabulary().parts("heavy rain")[0].level


def test_a_project_mixes_sounds_of_its_own() -> None:
    own = {"workshop of clocks": {"clock": 0.8, "fire": 0.3}, "wind": {"wind": 0.5, "chimes": 0.4}}
    parts, unknown = Vocabulary(own).mix(["Workshop of clocks", "wind"])
    assert {part.layer for part in parts} == {"clock", "fire", "wind", "chimes"}
    assert unknown == []
    with pytest.raises(ValueError, match="did you mean 'clock'"):
        Vocabulary({"x": {"clokc": 1.0}})


def test_unknown_words_are_told_and_the_room_is_not_silent() -> None:
    recording = made(("qwertzuiop",))
    sound, rate = heard(recording.data)
    assert recording.made["unknown"] == "qwertzuiop"
    assert loudness(sound.astype(np.float32), rate) > -29
