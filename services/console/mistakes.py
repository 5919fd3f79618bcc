"""Every mistake in a project that can be found without starting anything."""

from services.actor.toml import ConfigError
from services.console.installation import Installation
from services.console.page import holder, page_of
from services.console.settings import Settings
from services.story.config import Config as Story
from services.story.world import load_world


def mistakes(settings: Settings) -> list[str]:
    """Return one line for each mistake in a project that has been read."""
    found = list(settings.problems)
    story = settings.tables.get("story")
    if isinstance(story, Story) and story.world is not None:
        try:
            load_world(story.world)
        except ConfigError as error:
            found.append(str(error))
    return found


def taken(settings: Settings, installation: Installation) -> list[str]:
    """Return what is wrong with the page's port on this machine, at this moment."""
    page = page_of(settings)
    wrong = holder(page, installation) if page else ""
    return [wrong] if wrong else []
