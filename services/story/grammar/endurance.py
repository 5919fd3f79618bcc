"""Tells stories to their end before visitors hear them, to see how long a world lasts."""

from collections import Counter
from random import Random

from services.actor.toml import TomlFile
from services.story.grammar.composing import Composer
from services.story.grammar.story import Story, begin, hear
from services.story.grammar.world import World

VISITS = 3
"""Stories that are told."""
TURN = 10
"""Beats between two utterances."""


def check_endurance(file: TomlFile, world: World) -> None:
    """Raise ConfigError when a story repeats itself before the beats are over that the world promises."""
    for visit in range(VISITS):
        story = tell(world, f"rehearsal {visit}", talkative=visit > 0)
        if story.repeated:
            weakest = weakness(story)
            promised = world.tables.world.beats
            raise file.error(
                ("stakes", story.stake) if weakest == "stakes" else (weakest,),
                f"a story repeats itself before {promised} beats are told: after {story.number - 1} beats nothing new"
                f" fits; add passages (`{weakest}` is used up most), or promise fewer with `world.beats`",
            )


def tell(world: World, visit: str, *, talkative: bool) -> Story:
    """Return a story that was told to the end, or to where it began to repeat itself."""
    beats = world.tables.world.beats
    story = begin(world, visit, beats if not talkative else TURN)
    rng = Random(visit)
    hear(world, story, 1, utterance(world, rng) if talkative else "")
    while story.number < beats and not story.repeated:
        if talkative and story.index >= TURN:
            hear(world, story, story.turn + 1, utterance(world, rng))
        Composer(world, story).beat()
    return story


def utterance(world: World, rng: Random) -> str:
    """Return some words of the world."""
    words = [entity.forms["name"][0] for entity in world.entities.values()]
    return " ".join(rng.sample(words, k=min(2, len(words))))


def weakness(story: Story) -> str:
    """Return the section of which most has been told."""
    sections = Counter(str(at[0]) for at in story.used if len(at) == 2 or at[0] == "stakes")
    return sections.most_common(1)[0][0] if sections else "event"
