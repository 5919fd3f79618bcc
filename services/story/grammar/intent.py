"""What the next beat may do, in order of preference."""

from collections.abc import Iterator
from random import Random

import msgspec

from services.story.grammar.entity import Entity
from services.story.grammar.saying import Saying
from services.story.grammar.story import Story
from services.story.grammar.tables import Figure, Stage, Thing
from services.story.grammar.world import World


class Intent(msgspec.Struct, frozen=True):
    """One thing that a beat may do."""

    sayings: tuple[Saying, ...]
    """The passages that do it."""
    bound: dict[str, Entity] = {}
    """What fills slots beside the state of the story; it becomes part of the story when this is done."""
    move: bool = False
    """Whether the story arrives somewhere with it."""
    lays_out: bool = False
    """Whether it says what is at stake."""
    turns: bool = False
    """Whether it tells the turn of what is at stake."""
    resolves: bool = False
    """Whether it lays to rest what is at stake."""
    answers: bool = False
    """Whether it answers the visitor's words."""


def intents(world: World, story: Story, rng: Random) -> Iterator[Intent]:
    """Yield what the next beat may do, the best first. The last of them are always possible."""
    if story.number == 1:
        yield Intent(world.sayings["open"], answers=True)
    yield from answers(world, story)
    yield from course(world, story, rng)
    yield from anything(world, story, rng)


def answers(world: World, story: Story) -> Iterator[Intent]:
    """Yield what takes up the visitor's words."""
    for entity in sorted(story.waiting, key=lambda entity: IMPORTANCE.get(entity.kind, 5)):
        section = "again" if story.knows(entity) else "answer"
        bound = {"new": entity}
        if entity.kind == "place" and section == "answer":
            bound |= {"place": entity, "from": story.called or story.place}
        if entity.kind in ("weather", "hour", "season", "feeling"):
            bound[entity.kind] = entity
        yield Intent(world.sayings[section], bound, answers=True)
    if story.index == 1 and story.number > 1 and not story.greeted:
        yield Intent(world.sayings["unheard"], answers=True)


IMPORTANCE = {"figure": 0, "place": 1, "vessel": 1, "thing": 2, "unknown": 2, "power": 3, "feeling": 3, "deed": 4}
"""In which order several words of one utterance are taken up."""


def course(world: World, story: Story, rng: Random) -> Iterator[Intent]:
    """Yield what the stage of the arc asks for."""
    stage = story.stage()
    if story.finale and story.beats > 1:
        if story.resolved:
            yield Intent(world.stake(story.stake, "openness"))
        yield Intent(world.sayings["ending"])
    elif stage == "openness":
        yield Intent(world.sayings["onward"])
    elif story.resolved:
        yield Intent(events(world, "resolution"))
    elif not story.introduced:
        yield Intent(world.stake(story.stake, "beginning"), lays_out=True)
    elif stage == "complication":
        yield from complication(world, story, rng)
    elif stage in ("turn", "resolution"):
        yield Intent(world.stake(story.stake, stage), turns=stage == "turn", resolves=stage == "resolution")


def complication(world: World, story: Story, rng: Random) -> Iterator[Intent]:
    """Yield steps of a complication: by turns the stake itself, a way, and somebody or something on it."""
    stake = Intent(world.stake(story.stake, "complication"))
    way = travelling(world, story, rng)
    happening = Intent(events(world, "complication"))
    encounters = [finding(world, story, rng), happening] if story.friends else [meeting(world, story, rng)]
    steps = (stake, way, stake, rng.choice(encounters), way, stake, happening)
    step = steps[story.steps % len(steps)]
    arrived = story.been.get(story.place.key, 0) == story.number - 1
    if not (arrived and step.move):
        yield step
    yield from (stake, happening, way) if arrived else (stake, way, happening)


def anything(world: World, story: Story, rng: Random) -> Iterator[Intent]:
    """Yield what can happen at any time."""
    rest = [
        Intent(events(world, story.stage())),
        travelling(world, story, rng),
        meeting(world, story, rng),
        finding(world, story, rng),
        Intent(world.sayings["event"]),
    ]
    yield from rest


def events(world: World, stage: Stage) -> tuple[Saying, ...]:
    """Return the happenings that belong to a stage."""
    return tuple(saying for saying in world.sayings["event"] if stage in saying.table.stage)


def travelling(world: World, story: Story, rng: Random) -> Intent:
    """Return the way to the neighbour that was visited longest ago."""
    ways = list(world.ways(story.place.key))
    rng.shuffle(ways)
    place = min(ways, key=lambda way: story.been.get(way, 0))
    bound = {"place": world.entity("place", place), "from": story.called or story.place}
    return Intent(world.sayings["travel"], bound, move=True)


def meeting(world: World, story: Story, rng: Random) -> Intent:
    """Return how somebody of the world's own comes along."""
    free = [
        figure
        for figure in world.of("figure")
        if isinstance(figure.entry, Figure) and figure.entry.cast and not story.knows(figure)
    ]
    seen = {mention.entity.key for mention in story.mentions}
    fresh = [figure for figure in free if figure.key not in seen] or free
    return Intent(world.sayings["meet"], {"friend": rng.choice(fresh)}) if fresh else Intent(())


def finding(world: World, story: Story, rng: Random) -> Intent:
    """Return how something of the world's own is found."""
    free = [
        thing
        for thing in world.of("thing")
        if isinstance(thing.entry, Thing) and thing.entry.found and not story.knows(thing)
    ]
    return Intent(world.sayings["find"], {"thing": rng.choice(free)}) if free else Intent(())
