"""One microphone: frames out of chunks of any size, and utterances out of frames."""

import pytest

from services.asr.backends.webrtc import Webrtc
from services.asr.config import VoiceConfig
from services.asr.listener import Sound
from services.asr.session import Microphone
from services.asr.utterance import Utterance
from services.asr.vad import Endpointer
from tests.asr.sounds import bare, silence

pytestmark = pytest.mark.anyio

SENTENCE = silence(1) + bare("fox") + silence(1)


def microphone() -> tuple[Microphone, list[Utterance]]:
    """Return a microphone and the utterances that it will find."""
    found: list[Utterance] = []
    config = VoiceConfig()
    return Microphone("m", Endpointer(config, Webrtc(config.strictness)), found.append), found


def play(mic: Microphone, pcm: bytes, size: int, start: float = 100.0) -> None:
    """Hand a microphone its sound in chunks, as a clock would."""
    for at in range(0, len(pcm), size):
        chunk = pcm[at : at + size]
        mic.hear(Sound("m", chunk, start + (at + len(chunk)) / 32000))


@pytest.mark.parametrize("size", [2, 640, 960, 3000, 32000])
def test_the_size_of_the_chunks_makes_no_difference(size: int) -> None:
    mic, found = microphone()
    play(mic, SENTENCE, size)
    other, same = microphone()
    play(other, SENTENCE, 960)
    assert [utterance.frames for utterance in found] == [utterance.frames for utterance in same]
    assert len(found) == 1


@pytest.mark.parametrize("size", [960, 4800])
def test_the_clock_of_the_last_voiced_sample_is_known(size: int) -> None:
    mic, found = microphone()
    play(mic, SENTENCE, size)
    end_of_speech = 100 + (len(SENTENCE) - len(silence(1))) / 32000
    assert found[0].ended == pytest.approx(end_of_speech, abs=0.25)
    assert found[0].seconds == pytest.approx(len(bare("fox")) / 32000, abs=0.35)


def test_who_is_cut_off_has_said_what_was_heard() -> None:
    mic, found = microphone()
    play(mic, SENTENCE[: len(SENTENCE) // 2], 960)
    before = [(utterance.over, utterance.noise) for utterance in found]
    mic.close()
    assert before == [(False, False)]
    assert [(utterance.over, utterance.noise) for utterance in found] == [(True, False)]


async def test_every_reader_gets_the_whole_utterance() -> None:
    mic, found = microphone()
    play(mic, SENTENCE, 960)
    first = [piece async for piece in found[0].pieces()]
    second = [piece async for piece in found[0].pieces()]
    assert first == second
    assert b"".join(piece.pcm for piece in first) == b"".join(found[0].frames)


async def test_the_sound_before_and_after_the_words_is_not_called_voiced() -> None:
    mic, found = microphone()
    play(mic, SENTENCE, 960)
    pieces = [piece async for piece in found[0].pieces()]
    assert not pieces[0].voiced
    assert pieces[1].voiced
    assert not any(piece.voiced for piece in pieces[-3:])
