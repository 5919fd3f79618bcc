"""What is told can be read aloud: no sentence twice, no gap left open, and the visitor's words come back."""

import re
from random import Random

import pytest

from services.story.grammar.tables import Kind
from tests.story.telling import WORLDS, Visit, long_visit, talk, world

SEEDS = range(20)
ENDS = re.compile(r"[.!?…][\"\u201c\u201d\u00ab]?$")


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("seed", SEEDS)
def test_no_sentence_comes_twice_in_sixty_beats(name: str, seed: int) -> None:
    sentences = [sentence for beat in long_visit(name, seed).beats for sentence in beat.sentences]
    assert len(sentences) == len(set(sentences))


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_beat_can_be_read_aloud(name: str, seed: int) -> None:
    for beat in long_visit(name, seed).beats:
        assert 2 <= len(beat.sentences) <= 4, beat.sentences
        assert beat.scene
        assert beat.mood in world(name).moods
        assert set(beat.sounds) <= world(name).sounds
        for sentence in beat.sentences:
            assert not re.search(r"[{}|]|  | [,.;!?]|\.\.|,,", sentence), sentence
            assert ENDS.search(sentence), sentence
            first = next(sign for sign in sentence if sign.isalnum())
            assert first == first.upper(), sentence


@pytest.mark.parametrize("seed", SEEDS)
def test_english_articles_and_numbers_agree(seed: int) -> None:
    text = long_visit("demo", seed).text
    assert not re.search(r"\ba (?!one\b|once\b)[aeio]", text, re.IGNORECASE)
    assert not re.search(r"\ban (?!hour|honest)[^aeiou]", text, re.IGNORECASE)
    assert not re.search(r"\b(the|a|an|of|to|in|was|had|it|she|he) \1\b", text, re.IGNORECASE)
    assert not re.search(r"\b(?:they|we|you) was\b|\b(?:he|she) were\b", text, re.IGNORECASE)


@pytest.mark.parametrize("name", WORLDS)
def test_the_same_visit_is_always_told_in_the_same_way(name: str) -> None:
    first, again = (Visit(world(name)).say("a fox and a key", 12) for _ in range(2))
    assert first == again


@pytest.mark.parametrize("name", WORLDS)
def test_two_visitors_who_say_the_same_hear_different_stories(name: str) -> None:
    told = {Visit(world(name), f"visitor {n}").say(talk(world(name), Random(1)))[0].sentences for n in range(8)}
    assert len(told) >= 3


@pytest.mark.parametrize("name", WORLDS)
def test_the_visitors_words_come_back_in_the_next_beats(name: str) -> None:
    told = world(name)
    kinds: tuple[Kind, ...] = ("figure", "thing", "vessel", "power", "place")
    for kind in kinds:
        for entity in told.of(kind)[:12]:
            visit = Visit(told, entity.key)
            visit.say(talk(told, Random(entity.key)), 3)
            beats = visit.say(entity.forms["name"][0], 2)
            spoken = " ".join(sentence for beat in beats for sentence in beat.sentences).lower()
            forms = {form.lower() for name in ("name", told.plain) for form in entity.forms.get(name, ())}
            assert any(form in spoken for form in forms), (entity.key, spoken)


def test_a_fear_becomes_what_the_story_is_about() -> None:
    visit = Visit(world("demo"))
    visit.say("a fox", 3)
    beats = visit.say("I am afraid of the dark")
    about = [beat for beat in beats if any("the dark" in sentence.lower() for sentence in beat.sentences)]
    assert len(about) >= 3


def test_a_wish_becomes_what_the_story_is_about() -> None:
    beats = Visit(world("demo")).say("I want to fly")
    assert any("to fly" in sentence for beat in beats for sentence in beat.sentences)
    assert any("flew" in sentence for beat in beats for sentence in beat.sentences)


def test_an_unknown_noun_is_told_with_its_article() -> None:
    assert "an armadillo" in Visit(world("demo")).say("tell me about an armadillo", 2)[0].sentences[0].lower()
    first = Visit(world("demo")).say("a purple zorgle in the castle", 2)
    assert any("zorgle" in sentence for beat in first for sentence in beat.sentences)


def test_earlier_words_are_recalled() -> None:
    visit = Visit(world("demo"), "recall")
    visit.say("a fox in the snow with a key", 4)
    later = [*visit.say("a lighthouse"), *visit.say("the moon")]
    taken = [word for beat in later for word in beat.taken]
    assert "snow" in taken
    assert "lighthouse" in taken


def test_a_picture_shows_who_where_and_when() -> None:
    beat = Visit(world("demo")).say("a fox in the snow at the lighthouse at night")[0]
    for word in ("red fox", "lighthouse", "night", "snow"):
        assert word in beat.scene
    assert beat.characters[0].startswith("a red fox")


def test_a_quality_is_seen() -> None:
    beat = Visit(world("demo")).say("a purple elephant")[0]
    assert "purple" in beat.characters[0]


@pytest.mark.parametrize("text", ["", "  ", "qwertz uiop", "the the the", "ÄÖÜ ß ñ", "?!", "the", "a", "no " * 700])
@pytest.mark.parametrize("name", WORLDS)
def test_whatever_is_said_there_is_an_answer(name: str, text: str) -> None:
    visit = Visit(world(name))
    for _ in range(3):
        for beat in visit.say(text, 2):
            assert beat.sentences
