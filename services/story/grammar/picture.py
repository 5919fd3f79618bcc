"""What is to be seen and heard of a beat."""

from random import Random

from services.story.grammar.choosing import Chosen
from services.story.grammar.saying import Saying
from services.story.grammar.story import Story
from services.story.grammar.tables import Place
from services.story.grammar.world import World

HEARD = 4
"""Sounds at the same time."""


def scene(story: Story, chosen: Chosen, rng: Random) -> str:
    """Return what a picture of the beat shows: what happens, then where, when and in which weather."""
    if chosen.saying.table.scene:
        happens = chosen.saying.scene.render(lambda slot, form: chosen.bound[slot].form(form, "look", rng), rng)
    else:
        happens = " and ".join(one.forms["look"][0] for one in story.company())
    place = story.called.forms["look"][0] if story.called else story.place.entry.scene
    entry = story.place.entry
    around = (story.hour,) if isinstance(entry, Place) and entry.indoors else (story.hour, story.weather, story.season)
    frame = [place, *(entity.entry.scene for entity in around)]
    return ", ".join(part for part in (happens, *frame) if part)


def characters(story: Story) -> tuple[str, ...]:
    """Return how everybody looks who is there."""
    return tuple(one.forms["look"][0] for one in story.company())


def undertone(world: World, story: Story) -> str:
    """Return the mood of a stretch of the story: the feeling's or the stake's at first, later that of the stage."""
    stage = story.stage()
    stake = world.tables.stakes[story.stake]
    if stage in ("beginning", "complication") and story.feeling and story.feeling.entry.mood and story.index <= 3:
        return story.feeling.entry.mood
    if stage in ("beginning", "complication") and stake.mood and story.number > 1:
        return stake.mood
    return world.tables.world.moods[stage]


def sounds(story: Story, saying: Saying) -> tuple[str, ...]:
    """Return what is heard: what happens, then the weather, the place, the hour and who is there."""
    there = (story.weather, story.place, story.hour, *story.company(), *story.vessels)
    named = [*saying.table.sounds, *(sound for entity in there for sound in entity.entry.sounds)]
    return tuple(dict.fromkeys(named))[:HEARD]
