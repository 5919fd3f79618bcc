"""What is on the painter's pictures: the light of the hour, the season, the weather, and who was named."""

from typing import get_args

import numpy as np
import pytest

from services.image.backends.painting.plan import Place
from services.image.config import PainterConfig
from tests.image.studio import apart, brightness, colourfulness, painted, warmth

pytestmark = pytest.mark.anyio


async def test_different_words_give_different_pictures() -> None:
    scenes = ("a fox in a winter forest at night", "a summer meadow at noon", "a storm at sea", "a desert at sunset")
    pictures = [await painted(scene) for scene in scenes]
    gaps = [apart(one, other) for number, one in enumerate(pictures) for other in pictures[:number]]
    assert min(gaps) > 0.08


async def test_another_seed_is_another_picture_of_the_same_thing() -> None:
    one, other = await painted("a lake at dusk", seed=1), await painted("a lake at dusk", seed=2)
    assert apart(one, other) > 0.02
    assert abs(brightness(one) - brightness(other)) < 0.15


async def test_night_is_darker_than_noon_and_dusk_is_warmer() -> None:
    night, noon, dusk = [await painted(f"a meadow at {hour}") for hour in ("night", "noon", "dusk")]
    assert brightness(night) < brightness(dusk) < brightness(noon)
    assert warmth(dusk) > warmth(noon) + 0.1 > warmth(night)


async def test_autumn_is_warmer_than_summer_and_winter_is_paler() -> None:
    summer, autumn, winter = [await painted(f"a meadow at noon in {name}") for name in ("summer", "autumn", "winter")]
    lower = slice(108, None)
    assert warmth(autumn[lower]) > warmth(summer[lower]) + 0.05
    assert colourfulness(winter[lower]) < colourfulness(summer[lower]) - 0.05
    assert brightness(winter[lower]) > brightness(summer[lower]) + 0.1


async def test_a_storm_is_darker_and_greyer_than_a_clear_day() -> None:
    clear, storm = await painted("a clear day at sea"), await painted("a stormy day at sea")
    assert brightness(storm) < brightness(clear) - 0.1
    assert colourfulness(storm) < colourfulness(clear)


async def test_fog_hides_what_is_far() -> None:
    clear, fog = await painted("a pine forest at noon"), await painted("a pine forest at noon in fog")
    far = slice(92, 125)
    assert np.std(fog[far]) < np.std(clear[far])


@pytest.mark.parametrize("noun", ["fox", "bear", "ship", "lighthouse", "dragon", "child", "balloon", "train"])
async def test_what_is_named_appears_and_the_rest_stays(noun: str) -> None:
    empty, with_it = await painted("a meadow at noon"), await painted(f"a meadow at noon with a {noun}")
    changed = np.abs(empty - with_it).max(axis=2) > 0.12
    assert 0.004 < changed.mean() < 0.45
    if noun != "ship":
        rows, columns = np.nonzero(changed)
        assert np.std(columns) < 0.9 * changed.shape[1] / 2
        assert len(rows)


async def test_more_of_them_take_more_room() -> None:
    empty, one, five = [await painted(f"a meadow at noon{more}") for more in ("", " with a horse", " with five horses")]
    alone, herd = (np.abs(empty - picture).max(axis=2) > 0.12 for picture in (one, five))
    assert np.ptp(np.nonzero(herd)[1]) > np.ptp(np.nonzero(alone)[1])


async def test_a_white_horse_is_whiter_than_a_black_one() -> None:
    white, black = (
        await painted("a white horse in a meadow at noon"),
        await painted("a black horse in a meadow at noon"),
    )
    differs = np.abs(white - black).max(axis=2) > 0.1
    assert differs.mean() > 0.004
    assert white[differs].mean() > black[differs].mean() + 0.1


async def test_what_nobody_has_drawn_becomes_a_sign_in_the_sky() -> None:
    empty, with_it = await painted("a lake at night"), await painted("a lake at night and an accordion")
    changed = np.abs(empty - with_it).max(axis=2) > 0.1
    assert changed[:100].any()
    assert changed.mean() < 0.2


@pytest.mark.parametrize("place", get_args(Place))
async def test_every_kind_of_place_has_a_picture_of_its_own(place: str) -> None:
    said = {"clouds": "above the clouds", "space": "in outer space", "interior": "in a room"}.get(place, f"the {place}")
    here, meadow = await painted(f"{said} at noon"), await painted("a wide meadow at noon")
    assert float(np.std(here)) > 0.05
    assert place == "meadow" or apart(here, meadow) > 0.04


async def test_nothing_is_smeared_along_the_borders() -> None:
    picture = await painted("a lake in the mountains at noon")
    inner = np.abs(np.diff(picture[:, 8:-8], axis=1)).mean()
    for edge in (picture[:, :6], picture[:, -6:]):
        assert np.abs(np.diff(edge, axis=1)).mean() < 4 * inner


async def test_a_project_brings_its_own_colours() -> None:
    green = ("#00331a", "#0a5a2f", "#2f9a5f", "#d0ffb0", "#021a0d")
    config = PainterConfig(preview=0, palettes={"verdant": green})
    plain, own = await painted("a lake", "verdant"), await painted("a lake", "verdant", config=config)
    assert own[..., 1].mean() > own[..., 0].mean() + 0.05
    assert own[..., 1].mean() > own[..., 2].mean() + 0.02
    assert apart(plain, own) > 0.05


async def test_one_palette_may_colour_every_mood() -> None:
    red = ("#300000", "#701010", "#c04030", "#ffc0a0", "#100000")
    config = PainterConfig(preview=0, palette=red)
    assert warmth(await painted("a lake", "calm", config=config)) > 0.1
