"""Many texts are found in a file at once, wherever they stand and however it is cut."""

import random
from pathlib import Path

import pytest

from bus.journal.needles import Needles


@pytest.mark.parametrize("piece", [1, 7, 64, 1_000])
def test_what_stands_in_a_file_is_found_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr("bus.journal.needles.PIECE_BYTES", piece)
    dice, file = random.Random(piece), tmp_path / "file"
    for _ in range(40):
        data = bytes(dice.choice(b"abc") for _ in range(400))
        file.write_bytes(data)
        places = [(dice.randrange(400), dice.randrange(1, 60)) for _ in range(20)]
        texts = {data[start : start + length] for start, length in places}
        texts |= {bytes(dice.choice(b"abc") for _ in range(dice.randrange(1, 40))) for _ in range(20)}
        assert Needles(texts).within(file) == {text for text in texts if text in data}


def test_nothing_is_found_in_nothing(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert Needles([b"a fox", b"a fox that collects lost shadows"]).within(file) == set()
    assert Needles([]).found(b"a fox") == set()
