"""The parts of the grammar planner, each by itself."""

import re
from pathlib import Path
from random import Random

import pytest

from services.story.config import Config
from services.story.grammar.arc import arc, chapters, stages
from services.story.grammar.entity import forms_of
from services.story.grammar.listening import Heard
from services.story.grammar.template import Smoothing, capitalise, parse
from services.story.words import SHIPPED, Refusal, says_nothing, tidy
from tests.story.telling import world

ENGLISH = {"noun": {"the": "the {name}", "a": "a {name}"}, "she": {"like": "noun", "they": "she"}}


def heard(text: str, name: str = "demo") -> Heard:
    """Return what the listener of a shipped world makes of a text."""
    return world(name).listener.hear(text)


def keys(text: str, name: str = "demo") -> list[str]:
    """Return what was heard, as kind and key."""
    return [f"{entity.kind}.{entity.key}" for entity in heard(text, name).entities]


def test_slots_and_choices_are_filled() -> None:
    template = parse("{Hero.the} went {on|on}, and {hero.they} sang.")
    assert template.slots == {"hero"}
    assert template.render(lambda _, form: {"the": "the fox", "they": "she"}[form], Random(1)) == (
        "The fox went on, and she sang."
    )


@pytest.mark.parametrize("text", ["{hero", "hero}", "{}", "{a b}", "{hero.}", "{{hero}}"])
def test_a_gap_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"brace|neither"):
        parse(text)


def test_the_first_letter_is_found_behind_a_quotation_mark() -> None:
    assert capitalise("„ach“, sagte er") == "„Ach“, sagte er"
    assert capitalise("…") == "…"


def test_words_change_when_they_meet() -> None:
    smooth = Smoothing(((re.compile(r"\ba (?=[aeiou])"), "an "),))
    assert smooth("there was a owl  and a fox.") == "There was an owl and a fox."


def test_a_class_builds_on_another_and_a_word_on_its_class() -> None:
    assert forms_of({"name": "owl"}, "she", ENGLISH)["the"] == ("the owl",)
    assert forms_of({"name": "owl", "a": ("an owl", "one owl")}, "she", ENGLISH)["a"] == ("an owl", "one owl")


@pytest.mark.parametrize(
    ("classes", "match"),
    [
        ({"a": {"x": "{y}"}}, "not there"),
        ({"a": {"x": "{x}"}}, "not there"),
        ({"a": {"like": "a"}}, "itself"),
        ({}, "no"),
    ],
)
def test_forms_that_cannot_be_made_are_refused(classes: dict[str, dict[str, str]], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        forms_of({"name": "owl"}, "a", classes)


@pytest.mark.parametrize("length", range(1, 20))
def test_an_arc_of_any_length_begins_and_is_laid_to_rest(length: int) -> None:
    course = arc(length)
    assert len(course) == length
    assert course[0] == "beginning"
    assert length < 2 or "resolution" in course
    assert length < 5 or course[-1] == "openness"


def test_a_long_turn_has_several_arcs() -> None:
    assert chapters(60, 8) == (7, 8, 7, 8, 7, 8, 7, 8)
    assert stages(60, 8).count("resolution") == 8


def test_names_of_several_words_plurals_and_kin_are_heard() -> None:
    assert keys("two foxes, a polar bear and the sharks") == ["figure.fox", "figure.polar bear", "figure.shark"]


def test_words_are_heard_in_any_case() -> None:
    assert keys("A FOX in the SNOW") == ["figure.fox", "weather.snow"]


def test_an_unknown_noun_is_heard_behind_an_article() -> None:
    assert keys("I saw a rusty zorgle yesterday in a zingy mordap") == [
        "unknown.zorgle",
        "power.time",
        "unknown.mordap",
    ]
    assert keys("zorgle really runs") == ["deed.run"]


def test_unknown_plurals_agree() -> None:
    assert heard("the zorgles").entities[0].forms["was"] == ("were",)


def test_a_name_is_heard() -> None:
    entity = heard("hello, my name is zoe").entities[0]
    assert (entity.kind, entity.forms["the"]) == ("figure", ("Zoe",))


def test_what_a_feeling_is_about_is_heard() -> None:
    about = heard("I am so afraid of the dark")
    assert about.object is not None
    assert about.object.key == "dark"
    assert [entity.key for entity in about.entities] == ["afraid"]


def test_a_denied_feeling_is_its_opposite() -> None:
    assert keys("I am not afraid") == ["feeling.brave"]


def test_a_wish_is_heard() -> None:
    assert (wish := heard("I wish that I could fly").wish)
    assert wish.key == "fly"
    assert heard("a fox flies").wish is None


def test_phrases_that_say_nothing_are_passed_over() -> None:
    assert keys("once upon a time there was a fox") == ["figure.fox"]


@pytest.mark.parametrize(
    ("text", "form", "told"),
    [
        ("ein Bär", "den", "den Bären"),
        ("die Füchse", "dem", "dem Fuchs"),
        ("eine Waschmaschine", "den", "die Waschmaschine"),
        ("einen Kaktus", "ein", "ein Kaktus"),
        ("ein Zebra", "dem", "dem Zebra"),
        ("ich heiße Mia", "dem", "Mia"),
    ],
)
def test_german_nouns_are_heard_with_their_cases(text: str, form: str, told: str) -> None:
    assert heard(text, "unruh").entities[0].forms[form] == (told,)


def test_german_prepositions_and_articles_melt() -> None:
    smooth = world("unruh").smooth
    assert smooth("er ging zu dem Turm und zu der Eule, in dem Schnee.") == "Er ging zum Turm und zur Eule, im Schnee."
    assert smooth("Das Haus, in dem er wohnte.") == "Das Haus, in dem er wohnte."


def test_refused_words_are_left_out_of_what_is_heard() -> None:
    refusal = Refusal.read(("zeppelin*",), SHIPPED)
    assert refusal.without("the Zeppelins and a SHIT fox").split() == ["the", "and", "a", "fox"]
    assert refusal.without("a cocktail, a peacock and a title") == "a cocktail, a peacock and a title"


def test_a_text_is_tidied_and_cut() -> None:
    assert tidy(" a\x00 fox\n\n in  snow ") == "a fox in snow"
    assert len(tidy("x" * 9999)) == 2000
    assert says_nothing(" …?! ")
    assert not says_nothing("7")


@pytest.mark.parametrize("changes", [{"beats": 0}, {"silence": -1.0}])
def test_figures_that_make_no_story_are_refused(changes: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="`"):
        Config(**changes)  # type: ignore[arg-type]


def test_no_word_of_a_language_is_written_in_the_program() -> None:
    code = Path(__file__).parents[2] / "services" / "story"
    text = "\n".join(file.read_text(encoding="utf-8") for file in code.glob("grammar/*.py"))
    assert not re.search(r"[\"'](the|a|an|der|die|das|she|he|they|I)[\"']", text)
