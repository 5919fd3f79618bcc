"""A story world: one TOML file with words and sentences, described in `docs/world.md`."""

from pathlib import Path

from services.actor.toml import TomlFile
from services.story.grammar.checks import check
from services.story.grammar.endurance import check_endurance
from services.story.grammar.reading import read
from services.story.grammar.world import World

__all__ = ["LITTLE", "World", "load_world"]

LITTLE = Path(__file__).with_name("little.toml")
"""The world of a project that names none: a few pages long, also the example of the manual."""


def load_world(path: Path, *, thorough: bool = True) -> World:
    """Return the world in a file. Raise ConfigError, with file, line and key, for whatever a story would stumble over.

    A `thorough` look also tells stories to their end, to see whether they begin to repeat themselves: about a second.
    """
    file = TomlFile(path)
    world = read(file)
    check(file, world)
    if thorough:
        check_endurance(file, world)
    return world
