"""What came of a rehearsal: as it goes on, at its end, and as a document."""

from pathlib import Path
from typing import Any

import click
import msgspec

from services.console.columns import cut, times
from services.console.lines import harmless
from services.console.rehearsal.done import Done
from services.console.rehearsal.scenario import Scenario

WIDTH, WORDS = 80, 61


class Played(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario that was played, or left out."""

    name: str
    title: str
    file: str
    skipped: str = ""
    """Why it was left out."""
    visit: str = ""
    """The newest visit in it."""
    steps: list[Done] = []

    @property
    def wrong(self) -> Done | None:
        """What failed first."""
        return next((done for done in self.steps if done.failed), None)


class Results:
    """Tells a person, unless it is to be silent, and remembers."""

    def __init__(self, look_further: str, *, silent: bool) -> None:
        """`look_further` tells how to find out more about what failed; `{visit}` in it stands for its visit."""
        self.look_further, self.silent = look_further, silent
        self.played: list[Played] = []

    @property
    def passed(self) -> bool:
        """Whether nothing has failed."""
        return all(played.wrong is None for played in self.played)

    def say(self, text: str, **style: Any) -> None:
        """Print a line, in some style."""
        if not self.silent:
            click.echo(click.style(harmless(text), **style) if style else harmless(text))

    def begin(self, scenario: Scenario) -> None:
        """Say what comes now."""
        self.say(cut(scenario.title, WIDTH), bold=True)

    def tell(self, scenario: Scenario, done: Done) -> None:
        """Say that a step is done, and what is wrong with it."""
        words = cut(done.words, WORDS)
        line = f"  {done.line or '':>4}  {words:{WORDS}}  {done.seconds:6.1f} s"
        if not done.failed:
            self.say(line)
        else:
            self.say(line, fg="red")
            place = f":{done.line}: step {done.step}" if done.step else ""
            self.say(f"{scenario.path}{place}: {done.failed}", fg="red")
        for line in done.instead:
            self.say(cut(f"    {line}", WIDTH))

    def end(self, played: Played) -> None:
        """Remember a scenario; say why it was left out, or how to find out more about what failed."""
        self.played.append(played)
        if played.skipped:
            self.say(f"        left out: {played.skipped}", fg="yellow")
        if played.wrong:
            self.say(f"to look further: {self.look_further.replace('{visit}', played.visit[-4:])}")
        self.say("")

    def summary(self, seconds: float) -> str:
        """Return in one line how it went."""
        failed = [played.name for played in self.played if played.wrong]
        tried = [played for played in self.played if not played.skipped]
        words = f"{len(tried) - len(failed)} of {times(len(tried), 'scenario')} passed in {seconds:.0f} s"
        if len(tried) < len(self.played):
            words += f", {len(self.played) - len(tried)} left out"
        return words + (f"; failed: {', '.join(failed)}" if failed else "")

    def document(self, project: Path, *, live: bool) -> bytes:
        """Return all of it as JSON."""
        whole = {"project": str(project), "live": live, "passed": self.passed, "scenarios": self.played}
        return msgspec.json.format(msgspec.json.encode(whole))
