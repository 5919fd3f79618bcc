"""Where sound comes from: files at the pace of their sound, cards that come late, and rates of all kinds."""

import time
import wave
from pathlib import Path
from typing import cast

import anyio
import numpy as np
import pytest
from anyio import TASK_STATUS_IGNORED
from anyio.abc import TaskStatus

from bus import Bus
from schemas import MicChunk
from services.actor.backend import BackendConfig
from services.actor.errors import Unavailable
from services.asr import inlet
from services.asr.config import CardConfig, FileConfig, PageConfig
from services.asr.inlet import Inlet
from services.asr.listener import Hear, Sound
from services.asr.sources import card, file
from services.asr.sources.card import Card
from services.asr.sources.file import WavFile, read
from services.asr.sources.page import Page
from services.asr.sources.rate import Converter
from tests.asr.sounds import SOUNDS, recording

pytestmark = pytest.mark.anyio

NO_BUS = cast("Bus", None)


def tone(rate: int, channels: int = 1, seconds: float = 1.0) -> bytes:
    """Return 440 Hz."""
    times = np.arange(round(rate * seconds)) / rate
    return np.repeat(8000 * np.sin(2 * np.pi * 440 * times), channels).astype("<i2").tobytes()


def pitch(pcm: bytes) -> float:
    """Return the strongest frequency in sound of 16 kHz."""
    samples = np.frombuffer(pcm, "<i2")
    return float(np.argmax(np.abs(np.fft.rfft(samples * np.hanning(len(samples)))))) * 16000 / len(samples)


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (16000, 2), (22050, 1), (44100, 2), (48000, 1)])
def test_sound_of_any_rate_is_brought_to_the_recognisers(rate: int, channels: int) -> None:
    convert, data = Converter(rate, channels), tone(rate, channels)
    size = 2 * channels * 441
    heard = b"".join(convert(data[at : at + size]) for at in range(0, len(data), size))
    assert len(heard) == pytest.approx(32000, abs=4)
    assert pitch(heard) == pytest.approx(440, abs=2)


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_a_file_of_any_width_is_read(tmp_path: Path, width: int) -> None:
    samples = np.frombuffer(tone(48000), "<i2").astype("<i4") << 16
    data = samples.view(np.uint8).reshape(-1, 4)[:, 4 - width :]
    with wave.open(str(tmp_path / "a.wav"), "wb") as out:
        out.setparams((1, width, 48000, 0, "NONE", ""))
        out.writeframes((data ^ 128 if width == 1 else data).tobytes())
    assert pitch(read(tmp_path / "a.wav")) == pytest.approx(440, abs=2)


def test_a_file_that_is_no_sound_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_text("hello")
    with pytest.raises(Unavailable, match=r"a\.wav cannot be played"):
        read(tmp_path / "a.wav")


async def test_nothing_of_a_file_is_heard_before_its_time() -> None:
    heard: list[tuple[Sound, float]] = []
    source = WavFile(FileConfig(path=SOUNDS / "yes.wav", mic="m"))
    await source.listen(NO_BUS, lambda sound: heard.append((sound, time.monotonic())))
    sounds = [sound for sound, _ in heard]
    assert b"".join(sound.pcm for sound in sounds).startswith(recording("yes"))
    assert all(at >= sound.clock for sound, at in heard)
    assert np.diff([sound.clock for sound in sounds[:-2]]) == pytest.approx(0.03)
    assert [sound.last for sound in sounds] == [False] * (len(sounds) - 1) + [True]


async def test_a_file_begins_again_and_is_late_as_often_as_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "TAIL", 0.1)
    heard: list[Sound] = []
    config = FileConfig(path=SOUNDS / "yes.wav", loop=True, delay=0.06)
    with anyio.CancelScope() as scope:

        def hear(sound: Sound) -> None:
            heard.append(sound)
            if sound.clock - heard[0].clock > 2.0:
                scope.cancel()

        await WavFile(config).listen(NO_BUS, hear)
    whole = b"".join(sound.pcm for sound in heard)
    assert whole[:1920] == bytes(1920)
    assert whole.count(recording("yes")[10000:12000]) == 2


def test_what_cannot_be_sound_is_counted() -> None:
    page, heard = Page(PageConfig()), list[Sound]()
    page.take(MicChunk(mic="m", pcm=b"123"), heard.append)
    page.take(MicChunk(mic="m", pcm=b"12", rate=1), heard.append)
    assert not heard
    assert page.bad == 2


def test_a_chunk_of_another_rate_is_brought_to_ours() -> None:
    page, heard = Page(PageConfig()), list[Sound]()
    data = tone(48000)
    for at in range(0, len(data), 2880):
        page.take(MicChunk(mic="m", pcm=data[at : at + 2880], rate=48000), heard.append)
    assert pitch(b"".join(sound.pcm for sound in heard)) == pytest.approx(440, abs=2)


def test_a_chunk_carries_the_clock_of_its_machine() -> None:
    page, heard = Page(PageConfig()), list[Sound]()
    now = time.monotonic()
    page.take(MicChunk(mic="m", pcm=b"", clock=now - 0.5), heard.append)
    page.take(MicChunk(mic="m", pcm=b"", clock=now + 5000), heard.append)
    assert heard[0].clock == now - 0.5
    assert now <= heard[1].clock <= time.monotonic()


async def test_a_card_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card, "PORTAUDIO", "package_that_is_not_there.portaudio")
    with pytest.raises(Unavailable, match="install the extra `audio`"):
        await Card(CardConfig()).listen(NO_BUS, lambda _: None)


class Late:
    """A source that is there at the third attempt."""

    attempts = 0

    def __init__(self, config: "LateConfig") -> None:
        pass

    async def listen(self, _: Bus, hear: Hear, *, task_status: TaskStatus[None] = TASK_STATUS_IGNORED) -> None:
        Late.attempts += 1
        if Late.attempts < 3:
            raise Unavailable("it is not plugged in")
        task_status.started()
        hear(Sound("late", b"", 0.0, last=True))


class LateConfig(BackendConfig, tag="late", frozen=True):
    """Its settings."""

    factory = "tests.asr.test_sources:Late"


async def test_a_source_that_appears_late_is_opened_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inlet, "RETRY", 0.0)
    heard: list[str] = []
    late = Inlet(LateConfig())

    def hear(sound: Sound) -> None:
        heard.append(sound.mic)

    async with anyio.create_task_group() as group:
        await group.start(late.run, NO_BUS, hear)
        assert late.state() == "late: it is not plugged in"
    assert heard == ["late"]
    assert late.state() == "late: ended"
