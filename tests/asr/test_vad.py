"""When somebody speaks, and when they have finished: the real detector on recorded sentences and on noise."""

import numpy as np
import pytest

from services.asr.backends.webrtc import Webrtc
from services.asr.config import VoiceConfig
from services.asr.vad import Endpointer
from tests.asr.sounds import bare, frames, noise, recording, silence


def endpointer(config: VoiceConfig | None = None) -> Endpointer:
    """Return what the service makes for every microphone."""
    config = config or VoiceConfig()
    return Endpointer(config, Webrtc(config.strictness))


def utterances(pcm: bytes, config: VoiceConfig | None = None) -> list[tuple[bytes, bool]]:
    """Return the sound of every utterance that was found to its end, and whether it was mere noise."""
    ear, found = endpointer(config), []
    for frame in frames(pcm):
        if ear.hear(frame) == "end":
            found.append((b"".join(each.pcm for each in ear.utterance), ear.steady()))
            ear.finish()
    return found


def test_silence_is_no_speech() -> None:
    assert utterances(silence(5)) == []


@pytest.mark.parametrize("level", [2, 20, 200, 2000])
def test_steady_noise_is_no_speech(level: int) -> None:
    assert utterances(noise(5, level)) == []


def test_noise_that_is_switched_on_is_found_out_and_then_ignored() -> None:
    found = utterances(noise(2, 5) + noise(10, 800))
    assert [steady for _, steady in found] == [True]


def test_a_click_is_no_speech() -> None:
    assert utterances(noise(1, 5) + noise(0.02, 8000) + noise(2, 5)) == []


@pytest.mark.parametrize("lead", [0.0, 0.1, 1.0])
def test_a_sentence_is_whole_whatever_comes_before_it(lead: float) -> None:
    sentence = bare("lighthouse")
    ((heard, steady),) = utterances(silence(lead) + sentence + silence(1))
    assert not steady
    assert sentence[:6400] in heard


def test_a_short_word_is_not_dropped() -> None:
    assert [steady for _, steady in utterances(noise(1, 5) + bare("yes") + noise(1, 5))] == [False]


def test_a_sentence_is_found_in_noise() -> None:
    speech = np.frombuffer(silence(1) + recording("fox") + silence(1), "<i2").astype(int)
    hiss = np.frombuffer(noise(10, 200), "<i2").astype(int)[: len(speech)]
    assert [steady for _, steady in utterances((speech + hiss).astype("<i2").tobytes())] == [False]


def test_the_silence_that_ends_an_utterance_is_the_configured_one() -> None:
    pause = bare("yes") + silence(0.5) + bare("yes") + silence(2)
    assert len(utterances(pause, VoiceConfig(silence=0.4))) == 2
    assert len(utterances(pause, VoiceConfig(silence=1.0))) == 1


def test_who_does_not_stop_is_cut_short() -> None:
    found = utterances((bare("fox") + bare("moon")) * 3, VoiceConfig(longest=3.0))
    assert max(len(heard) for heard, _ in found) == 3 * 32000


def test_what_was_cut_is_not_said_twice() -> None:
    pcm = (bare("fox") + bare("moon")) * 2
    assert sum(len(heard) for heard, _ in utterances(pcm, VoiceConfig(longest=2.0))) <= len(pcm)
