"""Whole visits, told without a bus."""

from functools import cache
from pathlib import Path
from random import Random

from services.story.backends.grammar import Grammar
from services.story.config import GrammarConfig
from services.story.grammar.world import World
from services.story.planner import Beat, Said, Tale, Told
from services.story.world import load_world

PROJECTS = Path(__file__).parents[2] / "projects"
WORLDS = sorted(path.parent.name for path in PROJECTS.glob("*/world.toml"))


@cache
def world(name: str) -> World:
    """Return the world of a shipped project."""
    return load_world(PROJECTS / name / "world.toml", thorough=False)


class Visit:
    """One visit, as the service would have it told."""

    def __init__(self, told: World, name: str = "visit", beats: int = 8) -> None:
        self.planner = Grammar(GrammarConfig())
        self.tale = Tale(visit=name, world=told, beats=beats, parts=())
        self.turn = 0
        self.beats: list[Beat] = []

    def say(self, text: str, beats: int = 0) -> list[Beat]:
        """Say something; return the beats that follow."""
        self.turn += 1
        self.add(Said(turn=self.turn, text=text))
        return [self.next() for _ in range(beats or self.tale.beats)]

    def next(self) -> Beat:
        """Return the next beat."""
        beat = self.planner.compose(self.tale)
        self.beats.append(beat)
        number = len(self.beats)
        self.add(Told(number=number, turn=self.turn, sentences=beat.sentences, place=beat.place))
        return beat

    def add(self, part: Said | Told) -> None:
        """Note what was said or told."""
        self.tale = Tale(
            visit=self.tale.visit, world=self.tale.world, beats=self.tale.beats, parts=(*self.tale.parts, part)
        )

    @property
    def text(self) -> str:
        """Return everything that was told."""
        return " ".join(sentence for beat in self.beats for sentence in beat.sentences)


def talk(told: World, rng: Random) -> str:
    """Return what somebody might say."""
    words = [entity.forms["name"][0] for entity in told.entities.values()]
    return " ".join(rng.sample(words, rng.randint(1, 3)))


@cache
def long_visit(name: str, seed: int, beats: int = 60) -> Visit:
    """Return a visit in which somebody speaks now and then; every fifth visitor says one thing only."""
    told, rng = world(name), Random(seed)
    if seed % 5 == 0:
        visit = Visit(told, f"visit {seed}", beats)
        visit.say(talk(told, rng))
        return visit
    visit = Visit(told, f"visit {seed}")
    while len(visit.beats) < beats:
        visit.say(talk(told, rng), min(rng.randint(1, 8), beats - len(visit.beats)))
    return visit
