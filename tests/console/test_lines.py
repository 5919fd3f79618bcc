"""Events and ids as an operator reads them."""

import re

from schemas import Asset, ImageProgress, ImageReady, Report, SpeechFinal
from services.console.ids import long, short
from services.console.lines import line_of, words_of


def test_an_id_is_short_to_read_and_long_again_when_typed() -> None:
    assert short(f"story:{(3 << 40) + 17}") == "story:3.17"
    assert long("story:3.17") == f"story:{(3 << 40) + 17}"
    assert [short("page~4"), long("page~4"), long("nonsense")] == ["page~4", "page~4", "nonsense"]


def test_a_line_never_sends_a_terminal_anything_but_letters() -> None:
    line = line_of(SpeechFinal(text="\x1b]0;owned\x07\x1b[2J\nfox\u202e", time=1.0))
    assert line.endswith("·]0;owned··[2J·fox·")


def test_a_line_fits_its_width() -> None:
    plain = re.sub(r"\x1b\[\d+m", "", line_of(SpeechFinal(text="fox " * 99), width=80))
    assert len(plain) == 80
    assert plain.endswith("…")


def test_a_picture_is_told_by_its_file_and_maker() -> None:
    asset = Asset(path="a/fox.jpg", media_type="image/jpeg", sha256="0", size=9, width=640, height=360)
    report = Report(backend="painter", attempts=2, errors=("sdxl: Transient: busy",), seconds=0.5)
    words = words_of(ImageReady(asset=asset, report=report, cause=f"story:{(1 << 40) + 2}"))
    assert words == "a/fox.jpg 640x360  by painter in 0.50 s, 2 attempts, after sdxl: Transient: busy  for story:1.2"


def test_pixels_are_told_by_their_size() -> None:
    assert words_of(ImageProgress(step=1, of=4, preview=bytes(2500))) == "step=1  of=4  preview=2.5 kB"
