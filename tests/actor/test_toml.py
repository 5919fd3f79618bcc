"""Errors in TOML files name file, line and key."""

from pathlib import Path

import msgspec
import pytest

from services.actor.positions import positions
from services.actor.toml import ConfigError, TomlFile


class Lamp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A double of a settings table."""

    colour: str = "white"
    watts: int = 5


class Room(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A double of a settings file."""

    name: str = ""
    lamps: tuple[Lamp, ...] = ()
    by_name: dict[str, Lamp] = {}


def complaint(folder: Path, text: str) -> str:
    """Return what is said of a file with this text."""
    path = folder / "room.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        TomlFile(path).convert(Room)
    return str(caught.value).removeprefix(f"{path}:")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\nnam = 'a'", "2: nam: unknown key (did you mean `name`?)"),
        ("name = 3", "1: name: expected `str`, got `int`"),
        ("[[lamps]]\n[[lamps]]\nwats = 1", "3: lamps[1].wats: unknown key (did you mean `watts`?)"),
        ("lamps = [\n {},\n {colour = 1},\n]", "3: lamps[1].colour: expected `str`, got `int`"),
        ("[by_name.left]\n[by_name.right]\nwatts = 'x'", "3: by_name.right.watts: expected `int`, got `str`"),
        (
            "[by_name.a]\n[by_name.b]\nwats = 1\n[by_name.c]\nwats = 1",
            "3: by_name.b.wats: unknown key (did you mean `watts`?)",
        ),
        ("[by_name.left]\n[by_name.right]\nzzz = 'x'", "3: by_name.right.zzz: unknown key"),
        ("name = 'a'\nname = 'b'", "2: cannot overwrite a value"),
        ("name = ", "1: invalid value"),
    ],
)
def test_the_place_is_named(tmp_path: Path, text: str, said: str) -> None:
    assert complaint(tmp_path, text) == said


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere.toml: cannot be read: No such file"):
        TomlFile(tmp_path / "nowhere.toml")


def test_every_item_of_an_array_has_its_line() -> None:
    lines = positions('a = [\n "x # [",  # one\n """\ny""",\n [1,\n 2],\n]\n[t]\n"b c".d = {e = 1}\n')
    assert [lines["a", 0], lines["a", 1], lines["a", 2], lines["a", 2, 1]] == [2, 3, 5, 6]
    assert lines["t", "b c", "d", "e"] == 9
