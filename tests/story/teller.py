"""A story service for the tests, in a process of its own; its planner dies over one word.

`teller.py <folder>`
"""

import os
import signal
import sys
from pathlib import Path

from services.actor.backend import BackendConfig
from services.actor.config import Project
from services.actor.run import Service, run_service
from services.story.backends.grammar import Grammar
from services.story.config import Config, GrammarConfig, StoryBackends
from services.story.planner import Beat, Said, Tale
from services.story.service import HEARS, SAYS, serve

FOLDER = Path(sys.argv[1])


class MortalConfig(BackendConfig, tag="mortal", frozen=True, kw_only=True):
    """Settings of a planner that can die."""

    factory = "__main__:Mortal"


class Mortal(Grammar):
    """Plans as ever, and kills its process when it hears of poison."""

    def __init__(self, _: MortalConfig) -> None:
        super().__init__(GrammarConfig())

    async def plan(self, tale: Tale) -> Beat:
        """Return the next beat."""
        if any("poison" in part.text for part in tale.parts if isinstance(part, Said)):
            os.kill(os.getpid(), signal.SIGKILL)
        return await super().plan(tale)


if __name__ == "__main__":
    project = Project(folder=FOLDER, journal=FOLDER / "journal", run=FOLDER / "run", log="warning")
    config = Config(project=project, backends=StoryBackends((MortalConfig(),)), answer_within=600.0, pause=0.0)
    sys.exit(run_service("story", config, Service(serve, SAYS, HEARS)))
