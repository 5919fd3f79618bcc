"""Produced files appear whole, under a name that people can read, and go when they are old."""

import hashlib
import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from schemas import ImageRequest
from services.actor.assets import Assets, Making, slug

pytestmark = pytest.mark.anyio

FOX = Making(
    request=ImageRequest(id="story:7", scene="a fox"),
    kind="image",
    title="A fox in the snow — größer, größer",
    suffix=".jpg",
    media_type="image/jpeg",
    width=4,
    made={"seed": 1},
)


async def test_a_file_is_named_by_day_kind_time_title_and_request(tmp_path: Path) -> None:
    asset = await Assets(tmp_path).write(b"pixels", FOX)
    day, kind, name = asset.path.split("/")
    assert (day, kind) == (time.strftime("%Y-%m-%d"), "image")
    assert name[8:] == "_a-fox-in-the-snow-grosser-grosser_story-7.jpg"
    assert (tmp_path / asset.path).read_bytes() == b"pixels"
    assert (asset.sha256, asset.size, asset.width, asset.made) == (
        hashlib.sha256(b"pixels").hexdigest(),
        6,
        4,
        {"seed": 1},
    )


async def test_nothing_half_written_is_left_when_the_disk_refuses(tmp_path: Path) -> None:
    (tmp_path / time.strftime("%Y-%m-%d")).write_text("a file where the folder should be")
    with pytest.raises(OSError, match=r"exists|directory"):
        await Assets(tmp_path).write(b"pixels", FOX)
    assert len(list(tmp_path.rglob("*"))) == 1


@pytest.mark.parametrize(("keep_days", "left"), [(2, {0, 1, 2}), (0, {0, 1, 2, 3, 30})])
async def test_old_days_are_removed(tmp_path: Path, keep_days: int, left: set[int]) -> None:
    today = date.today()
    for age in (1, 2, 3, 30):
        (tmp_path / (today - timedelta(days=age)).isoformat() / "image").mkdir(parents=True)
    (tmp_path / "9999-99-99").mkdir()
    (tmp_path / "my own things").mkdir()
    await Assets(tmp_path, keep_days).write(b"pixels", FOX)
    days = {(today - timedelta(days=age)).isoformat() for age in left}
    assert {path.name for path in tmp_path.iterdir()} == days | {"9999-99-99", "my own things"}


def test_a_title_without_letters_has_a_name_too() -> None:
    assert slug("…!") == "untitled"
