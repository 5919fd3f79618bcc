"""A world file is refused with file, line and key wherever a story would stumble over it."""

from pathlib import Path

import pytest

from services.actor.toml import ConfigError
from services.story.world import LITTLE, load_world
from tests.story.telling import PROJECTS, WORLDS

MANUAL = Path(__file__).parents[2] / "docs" / "world.md"
TEXT = LITTLE.read_text(encoding="utf-8")


def refused(folder: Path, old: str, new: str) -> str:
    """Return why the little world is refused with `old` replaced by `new`, from the line number on."""
    assert old in TEXT
    file = folder / "world.toml"
    file.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load_world(file)
    told = str(error.value)
    assert told.startswith(f"{file}:")
    return told.removeprefix(f"{file}:")


def line_of(text: str) -> int:
    """Return the line of the little world in which a text stands first."""
    return TEXT[: TEXT.index(text)].count("\n") + 1


@pytest.mark.parametrize("path", [LITTLE, *(PROJECTS / name / "world.toml" for name in WORLDS)])
def test_the_shipped_worlds_can_be_told(path: Path) -> None:
    assert load_world(path).title


def test_there_are_two_projects_with_a_world() -> None:
    assert {"demo", "unruh"} <= set(WORLDS)


def test_the_manual_shows_the_little_world() -> None:
    assert f"```toml\n{TEXT}```" in MANUAL.read_text(encoding="utf-8")


def test_an_unknown_key_is_refused_with_the_nearest_one(tmp_path: Path) -> None:
    told = refused(tmp_path, 'scene = "{hero} listening', 'scnee = "{hero} listening')
    assert "scnee: unknown key (did you mean `scene`?)" in told
    line = line_of("listening among still reeds")
    assert told.startswith(f"{line}: stakes.quiet.complication[1]")


def test_an_unknown_slot_is_refused(tmp_path: Path) -> None:
    told = refused(tmp_path, "So {hero} went on", "So {heroo} went on")
    line = line_of("So {hero} went on")
    assert told.startswith(f"{line}: travel[0].say[0]: there is no slot `heroo` here (did you mean `hero`?)")


def test_a_slot_is_refused_where_nothing_fills_it(tmp_path: Path) -> None:
    assert "there is no slot `new` here" in refused(tmp_path, "Even the {frogs|crickets|leaves}", "Even {new}")


def test_a_form_that_a_word_does_not_have_is_refused(tmp_path: Path) -> None:
    told = refused(tmp_path, "{hero.their} reflection", "{hero.thier} reflection")
    assert "has no form `thier` (did you mean `their`?)" in told


def test_a_brace_without_a_partner_is_refused(tmp_path: Path) -> None:
    assert "a brace has no partner" in refused(tmp_path, "{softly|evenly}", "{softly|evenly")


def test_a_sentence_without_an_end_is_refused(tmp_path: Path) -> None:
    told = refused(tmp_path, '"By then it was getting dark."', '"By then it was getting dark"')
    assert "hours.dusk.comes[0]: a sentence ends with" in told


def test_an_unknown_sound_is_refused(tmp_path: Path) -> None:
    told = refused(tmp_path, 'sounds = ["frogs"]', 'sounds = ["frog"]')
    assert "places.pond.sounds: there is no sound `frog` (did you mean `frogs`?)" in told


def test_an_unknown_mood_is_refused(tmp_path: Path) -> None:
    told = refused(tmp_path, 'stakes = ["quiet"]\nmood = "mysterious"', 'stakes = ["quiet"]\nmood = "misterious"')
    assert "feelings.afraid.mood: there is no mood `misterious` (did you mean `mysterious`?)" in told


def test_a_place_that_leads_nowhere_is_refused(tmp_path: Path) -> None:
    told = refused(tmp_path, 'to = ["pond"]', "to = []")
    assert told.startswith(f"{line_of('[places.hill]')}: places.hill: is a dead end")


def test_a_place_that_cannot_be_reached_is_refused(tmp_path: Path) -> None:
    moor = '[places.moor]\nclass = "it"\nto = ["pond"]\nscene = "a moor"\n\n[weathers.rain]'
    assert "places.moor: cannot be reached" in refused(tmp_path, "[weathers.rain]", moor)


def test_a_way_to_an_unknown_place_is_refused(tmp_path: Path) -> None:
    assert "places.pond.to: there is no place `hil` (did you mean `hill`?)" in refused(
        tmp_path, 'to = ["hill"]', 'to = ["hil"]'
    )


def test_a_stake_that_is_never_laid_to_rest_is_refused(tmp_path: Path) -> None:
    told = refused(tmp_path, "[[stakes.quiet.resolution]]", "[[stakes.quiet.openness]]")
    assert "stakes.quiet" in told
    assert "resolution" in told


def test_a_word_that_means_two_things_is_refused(tmp_path: Path) -> None:
    told = refused(tmp_path, 'words = ["mountain"]', 'words = ["toad"]')
    assert "places.hill.words: `toad` already means figures.frog" in told


def test_an_unknown_class_is_refused(tmp_path: Path) -> None:
    assert "`she_" in refused(tmp_path, 'class = "she"', 'class = "she_"')


def test_a_bad_regular_expression_is_refused(tmp_path: Path) -> None:
    assert "smooth[0].find: is no regular expression" in refused(tmp_path, "(?=[aeiou])", "(?=[aeiou]")


def test_a_world_that_begins_to_repeat_itself_is_refused(tmp_path: Path) -> None:
    told = refused(tmp_path, "beats = 12 ", "beats = 60 ")
    assert "a story repeats itself before 60 beats are told" in told


def test_a_kind_of_word_without_an_answer_is_refused(tmp_path: Path) -> None:
    assert "answer: no passage answers a thing" in refused(tmp_path, 'of = ["thing"]', 'of = ["power"]')


def test_a_file_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    told = refused(tmp_path, 'title = "The Pond', "title = The Pond")
    assert told.startswith(f"{line_of('title = ')}: invalid value")
