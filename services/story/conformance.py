"""What must be true of a planner. It is tried on the little world that comes along."""

from collections.abc import Sequence
from functools import cache

from services.actor.conformance import OTHER, PLAIN, Suite, require
from services.story.grammar.world import World
from services.story.planner import Beat, Planner, Said, Tale, Told
from services.story.words import says_nothing
from services.story.world import LITTLE, load_world

BEATS = 6
NAMED = ("heron", "key")
"""What a visitor names that the world has."""


@cache
def world() -> World:
    """Return the world that everything is told in."""
    return load_world(LITTLE, thorough=False)


def tale(*parts: Said | Told, visit: str = "trial") -> Tale:
    """Return a visit so far."""
    return Tale(visit=visit, world=world(), beats=BEATS, parts=parts)


async def told(planner: Planner, words: str, *, beats: int = BEATS, visit: str = "trial") -> list[Beat]:
    """Return what a planner tells a visitor who says something once; it may end before `beats` beats."""
    parts: list[Said | Told] = [Said(turn=1, text=words)]
    found: list[Beat] = []
    while len(found) < beats and not (found and found[-1].last):
        beat = await planner.plan(tale(*parts, visit=visit))
        found.append(beat)
        parts.append(Told(number=len(found), turn=1, sentences=beat.sentences, place=beat.place))
    return found


async def ask(planner: Planner, words: str) -> None:
    """Have a beat planned and read it."""
    for beat in await told(planner, words, beats=1):
        read(beat)


def read(beat: Beat) -> None:
    """Raise Broken when a beat cannot be told or painted."""
    require(bool(beat.sentences), "a beat has no sentences")
    mute = [sentence for sentence in beat.sentences if says_nothing(sentence)]
    require(not mute, f"there is nothing to say in {mute[:1]}")
    require(not says_nothing(beat.scene), "a beat has no scene: nobody could paint it")


def text_of(beats: Sequence[Beat]) -> str:
    """Return everything that is spoken."""
    return " ".join(sentence for beat in beats for sentence in beat.sentences)


PLANNER = Suite(ask)
SUITES = {"backends": PLANNER}


@PLANNER.check()
async def the_same_tale_has_the_same_beat(planner: Planner) -> None:
    """The same tale always gets the same next beat: after a restart a story goes on as it was."""
    first, again = [await told(planner, PLAIN, beats=2) for _ in range(2)]
    require(first == again, f"{text_of(first)[:40]!r}, and then {text_of(again)[:40]!r}")


@PLANNER.check()
async def a_whole_turn_is_told(planner: Planner) -> None:
    """It tells as many beats as a turn wants, or says which is the last; each is whole, and none comes twice."""
    beats = await told(planner, PLAIN)
    for beat in beats:
        read(beat)
    require(len(beats) > 1, "the first beat of a turn is its last")
    texts = [beat.sentences for beat in beats]
    require(len(set(texts)) == len(texts), "a beat comes twice")


@PLANNER.check()
async def other_words_make_another_story(planner: Planner) -> None:
    """What is told depends on what was said."""
    one, other = [text_of(await told(planner, words, beats=3)) for words in (PLAIN, OTHER)]
    require(one != other, "two wishes are answered in the same words")


@PLANNER.check()
async def the_visitors_words_are_taken_up(planner: Planner) -> None:
    """What a visitor names, and the world has, comes in the next two beats; `taken` are words that were said."""
    for name in NAMED:
        words = f"tell me about a {name}"
        beats = await told(planner, words, beats=2)
        taken = [word for beat in beats for word in beat.taken]
        require(name in f"{text_of(beats)} {taken}".lower(), f"{words!r}: {text_of(beats)[:60]!r}")
        strange = [word for word in taken if word.lower() not in words]
        require(not strange, f"{words!r}: takes up {strange}, which was never said")


@PLANNER.check()
async def a_new_turn_is_taken_up(planner: Planner) -> None:
    """New words in the middle of a story turn it, and what was told stays told."""
    first = (await told(planner, PLAIN, beats=1))[0]
    before = Told(number=1, turn=1, sentences=first.sentences, place=first.place)
    wish = Said(turn=2, text=f"a {NAMED[0]}")
    went_on = await planner.plan(tale(Said(turn=1, text=PLAIN), before))
    turned = await planner.plan(tale(Said(turn=1, text=PLAIN), before, wish))
    require(turned.sentences != went_on.sentences, "new words change nothing")
    require(turned.sentences != first.sentences, "it begins again instead of going on")
