"""Sound from a page's microphone on its way to the listener."""

from schemas import MicChunk
from services.display.mics import LONGEST, PATIENCE, RATE, Mics

SECOND = b"\1\0" * RATE


class Scene:
    """Microphones with a clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0
        self.heard: list[MicChunk] = []
        self.mics = Mics(self.heard.append, lambda: self.now)


def test_sound_is_counted_from_when_the_microphone_was_opened() -> None:
    scene = Scene()
    scene.mics.switch("one", on=True)
    for _ in range(3):
        scene.mics.hear("one", SECOND)
        scene.now += 1
    assert [(chunk.mic, chunk.at, len(chunk.pcm)) for chunk in scene.heard] == [
        ("page-one", at, 2 * RATE) for at in (0.0, 1.0, 2.0)
    ]


def test_switching_off_says_that_nothing_more_will_come() -> None:
    scene = Scene()
    scene.mics.switch("one", on=True)
    scene.mics.switch("one", on=False)
    scene.mics.switch("one", on=False)
    assert [chunk.last for chunk in scene.heard] == [True]


def test_a_page_that_comes_back_soon_is_the_same_microphone() -> None:
    scene = Scene()
    scene.mics.switch("one", on=True)
    scene.mics.lose("one")
    scene.now += PATIENCE - 1
    scene.mics.sweep()
    scene.mics.switch("one", on=True)
    scene.mics.hear("one", SECOND)
    assert [(chunk.last, chunk.at) for chunk in scene.heard] == [(False, PATIENCE - 2)]


def test_a_page_that_stays_away_has_switched_off() -> None:
    scene = Scene()
    scene.mics.switch("one", on=True)
    scene.mics.lose("one")
    scene.now += PATIENCE + 1
    scene.mics.sweep()
    assert [chunk.last for chunk in scene.heard] == [True]


def test_what_no_microphone_can_have_recorded_is_dropped() -> None:
    scene = Scene()
    scene.mics.hear("stranger", SECOND)
    scene.mics.switch("one", on=True)
    for pcm in (b"", b"\0", b"\0" * (LONGEST + 2), *[SECOND] * 60):
        scene.mics.hear("one", pcm)
    assert len(scene.heard) < 5
    assert scene.mics.dropped > 55
