"""The painter keeps its promises: same seed same bytes, any words, any size, a preview first, and it can be stopped."""

import random
from pathlib import Path

import anyio
import pytest
from msgspec.structs import replace
from PIL import Image

from services.actor.errors import Invalid, Transient, Unavailable
from services.image.backends.encoding import require_picture
from services.image.config import PainterConfig
from tests.image.studio import Listener, apart, painted, painter, pixels, shown, wish

pytestmark = pytest.mark.anyio

TEXT = (
    "a the my two seven no without giant tiny red golden glowing fox foxes children dragon lighthouse accordion "
    "zyxwv Ünïcødé l'été 東京 forest sea moon space underwater castle rain storm snow fog winter spring dawn midnight "
    "rainbow aurora comet fireworks lanterns volcano waterfall station room , . !? -- ' ’s don't 42 \n \x00 🦊"  # noqa: RUF001
)
WORDS = TEXT.split(" ")


async def test_the_same_words_and_seed_give_the_same_bytes() -> None:
    async with painter() as one, painter() as other:
        first = await one.paint(wish("a fox in the snow"), Listener())
        again = await other.paint(wish("a fox in the snow"), Listener())
    assert first.data == again.data


async def test_a_request_without_a_seed_has_one_from_its_words() -> None:
    async with painter() as opened:
        first = await opened.paint(wish("a fox", seed=None), Listener())
        again = await opened.paint(wish("a fox", seed=first.seed), Listener())
        other = await opened.paint(wish("a bear", seed=None), Listener())
    assert first.data == again.data
    assert other.seed != first.seed


@pytest.mark.parametrize("size", [(1, 1), (7, 300), (300, 7), (64, 64), (217, 401), (800, 200)])
async def test_any_size_is_kept(size: tuple[int, int]) -> None:
    async with painter(PainterConfig()) as opened:
        painting = await opened.paint(wish("a castle in the rain and a fox", size=size), Listener())
    assert pixels(painting).shape == (size[1], size[0], 3)


@pytest.mark.parametrize("size", [(0, 100), (100, -1), (100_000, 100)])
async def test_an_impossible_size_is_invalid(size: tuple[int, int]) -> None:
    async with painter() as opened:
        with pytest.raises(Invalid):
            await opened.paint(wish("a fox", size=size), Listener())


async def test_no_words_give_a_picture_too() -> None:
    assert (await painted("", seed=None)).std() > 0.05


async def test_no_words_can_break_it() -> None:
    chance = random.Random(4)
    async with painter() as opened:
        for number in range(40):
            scene, mood = (" ".join(chance.choices(WORDS, k=chance.randint(0, most))) for most in (14, 2))
            characters = tuple(" ".join(chance.choices(WORDS, k=3)) for _ in range(chance.randint(0, 3)))
            size = chance.choice(((96, 54), (96, 96), (64, 128)))
            request = replace(wish(scene, mood, number, size), characters=characters)
            assert len((await opened.paint(request, Listener())).data) > 600


async def test_a_preview_comes_before_the_picture() -> None:
    listener = Listener()
    async with painter(PainterConfig(preview=120)) as opened:
        painting = await opened.paint(wish("a fox in the snow"), listener)
    assert listener.steps == [1, 2, 3, 4, 5]
    assert len(listener.previews) == 1
    assert len(listener.previews[0]) < len(painting.data)


async def test_the_preview_shows_what_the_picture_will_show() -> None:
    listener = Listener()
    async with painter(PainterConfig(preview=192)) as opened:
        painting = await opened.paint(wish("a red balloon over a lake at dusk"), listener)
        other = await opened.paint(wish("a city street at noon"), Listener())
    small, wrong = shown(painting.data, (192, 108)), shown(other.data, (192, 108))
    preview = shown(listener.previews[0])
    assert apart(preview, small) < 0.05 < apart(preview, wrong)


async def test_it_stops_between_two_steps() -> None:
    listener = Listener()
    async with painter(PainterConfig(preview=120)) as opened:
        with anyio.CancelScope() as scope:

            def stop(step: int, of: int, preview: bytes = b"", media_type: str = "image/jpeg") -> None:
                listener(step, of, preview)
                scope.cancel()

            await opened.paint(wish("a fox in the snow"), stop)
    assert scope.cancelled_caught
    assert listener.steps == [1]


async def test_what_is_unwanted_is_left_out() -> None:
    wanted = wish("a fox and a bear in a meadow")
    async with painter() as opened:
        both = await opened.paint(wanted, Listener())
        one = await opened.paint(replace(wanted, negative_prompt="bears"), Listener())
    assert both.made["cast"] == "fox:1 bear:1"
    assert one.made["cast"] == "fox:1"


async def test_characters_are_painted_too() -> None:
    async with painter() as opened:
        characters = ("Mira, a girl in a red coat", "Ole")
        painting = await opened.paint(replace(wish("a fox in a meadow"), characters=characters), Listener())
    assert painting.made["cast"] == "girl:1 fox:1"
    assert painting.alt.startswith("A painting: a girl and a fox in a meadow")


async def test_a_project_brings_its_own_words_and_drawings(tmp_path: Path) -> None:
    file = tmp_path / "figures.txt"
    file.write_text(
        "selkie water .3 #607080 sea : seal-folk\n  limb 0 .2 .1, .5 .4 .2\n  glow dot .5 .5 .05\n", "utf-8"
    )
    config = PainterConfig(preview=0, drawings=file, words={"fuchs": "fox", "wald": "forest"})
    async with painter(config) as opened:
        own = await opened.paint(wish("a selkie"), Listener())
        german = await opened.paint(wish("ein Fuchs im Wald"), Listener())
    assert (own.made["cast"], own.made["place"]) == ("selkie:1", "sea")
    assert (german.made["cast"], german.made["place"]) == ("fox:1", "forest")


@pytest.mark.parametrize("text", ["fox", "fox nowhere .3 #000000\n  dot 0 0 1", "fox ground .3 #000000\n  blob 1 2 3"])
async def test_a_drawing_that_cannot_be_read_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "figures.txt"
    file.write_text(text, "utf-8")
    with pytest.raises(Unavailable, match=r"figures\.txt: fox"):
        async with painter(PainterConfig(drawings=file)):
            pass


@pytest.mark.parametrize("colour", ["#000000", "#ffffff", "#123456"])
def test_a_picture_of_one_colour_is_no_picture(colour: str) -> None:
    with pytest.raises(Transient):
        require_picture(Image.new("RGB", (320, 180), colour))


@pytest.mark.parametrize(
    ("scene", "said"),
    [
        ("three old women by the sea", "three women"),
        ("two foxes in the forest", "two foxes"),
        ("two wolves", "two wolves"),
    ],
)
async def test_several_are_named_as_people_would_name_them(scene: str, said: str) -> None:
    async with painter() as opened:
        painting = await opened.paint(wish(scene), Listener())
    assert f"{said} " in painting.alt
