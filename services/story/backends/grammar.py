"""The planner that needs no model: it tells from the sentences of the world file."""

from collections import OrderedDict
from importlib.metadata import version
from types import TracebackType
from typing import Self

from services.actor.threads import in_thread
from services.story.config import GrammarConfig
from services.story.grammar.composing import Composer
from services.story.grammar.story import Story, begin, hear
from services.story.planner import Beat, Said, Tale, Told


class Grammar:
    """Goes on with stories. What it says follows from the visit's name and what was said and told, and nothing else."""

    name = "grammar"
    version = version("fantascope")
    capabilities: frozenset[str] = frozenset()

    def __init__(self, config: GrammarConfig) -> None:
        self.keep = config.keep
        self.kept: OrderedDict[str, tuple[int, Story]] = OrderedDict()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kept.clear()

    async def plan(self, tale: Tale) -> Beat:
        """Return the next beat."""
        return await in_thread(self.compose, tale)

    def compose(self, tale: Tale) -> Beat:
        """Return the next beat, at once."""
        done, story = self.kept.pop(tale.visit, (0, None))
        if story is None or done > len(tale.parts):
            done, story = 0, begin(tale.world, tale.visit, tale.beats)
        for part in tale.parts[done:]:
            retell(tale, story, part)
        self.kept[tale.visit] = (len(tale.parts), story)
        while len(self.kept) > self.keep:
            self.kept.popitem(last=False)
        return Composer(tale.world, story.copy()).beat()


def retell(tale: Tale, story: Story, part: Said | Told) -> None:
    """Bring a story's state up to something that was said or told."""
    if isinstance(part, Said):
        hear(tale.world, story, part.turn, part.text)
        return
    Composer(tale.world, story).beat()
    story.number = part.number
    for sentence in part.sentences:
        story.told[sentence] = part.number
