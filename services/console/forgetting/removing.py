"""Removes what was chosen: files first, because the journals tell which, then the journals' own words.

Whoever runs is asked to forget, and says when nothing is left; in the place of those who do not run it is done here.
"""

import sqlite3
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path

import anyio
import anyio.to_thread
import msgspec

from bus import Bus, Forgot, NameTaken, Subscription, Wish, forget_for, history
from bus.journal.files import draft_path, journal_path, set_aside
from bus.journal.needles import Needles
from bus.open import HANDS
from bus.wire import encode
from schemas import Forget, Forgotten, VisitEnded
from services.actor.marks import mark_in, mark_of
from services.console.forgetting.choosing import Choice, Choose
from services.console.hand import on_bus
from services.console.installation import Installation

SETTLING = 10.0
"""Seconds for work in hand to be answered, once its visit has ended."""
QUIET = 0.3
"""Seconds in which nothing more is said of a visit that is over."""
PATIENCE, PER_EVENT = 10.0, 0.002
"""Seconds that somebody may take to forget, and for every event more."""
LOOK = 0.2
ROUNDS = 3
"""What somebody said while the others forgot is forgotten in another round."""


class Removed(msgspec.Struct):
    """What was removed."""

    visits: list[str] = []
    events: dict[str, int] = {}
    """By journal."""
    letters: int = 0
    pictures: int = 0
    sounds: int = 0
    asides: list[str] = []
    """Journals that had been put aside."""
    silent: dict[str, str] = {}
    """Whose journals may still hold some of it, and why."""
    texts: set[bytes] = msgspec.field(default_factory=set)
    """What must be found nowhere now."""
    marks: set[str] = msgspec.field(default_factory=set)
    """Of the requests that files were made for, as they stand in names."""

    def note(self, name: str, gone: Forgot | Forgotten) -> None:
        """Count what went from a journal."""
        self.events[name] = self.events.get(name, 0) + gone.events
        self.letters += gone.letters
        self.asides += gone.files


async def remove(installation: Installation, choose: Choose, choice: Choice, rewrite: Collection[str] = ()) -> Removed:
    """Remove what is chosen, and what `choose` finds after that; `rewrite` names journals that are written anew."""
    removed = Removed()
    async with on_bus(installation, "forget") as bus, bus.subscribe(Forgotten) as answers:
        if installation.participants().keys() > {bus.name}:
            choice = await settled(bus, choose, choice)
        removed.visits = list(choice.visits)
        for _ in range(ROUNDS):
            removed.texts |= choice.texts
            removed.marks.update(map(mark_of, choice.requests))
            await anyio.to_thread.run_sync(remove_files, installation, choice, removed)
            everybody = await anyio.to_thread.run_sync(Round, installation, bus, choice, rewrite)
            removed.silent = await everybody.forget(answers, removed)
            choice = await anyio.to_thread.run_sync(choose)
            if removed.silent or not choice.events:
                return removed
    removed.silent = dict.fromkeys(sorted(choice.sources), "has said more of it meanwhile")
    return removed


async def settled(bus: Bus, choose: Choose, choice: Choice) -> Choice:
    """Return what goes, once the visits have ended and what was asked for in them is answered; wait only so long."""
    for each in choice.visits.values():
        if each.events and not each.ended:
            await bus.publish(VisitEnded(visit=each.visit, turn=each.turn, reason="operator"))
    with anyio.move_on_after(SETTLING):
        while True:
            before = choice.events
            await anyio.sleep(QUIET)
            choice = await anyio.to_thread.run_sync(choose)
            if choice.events == before and not choice.open:
                break
    return choice


def remove_files(installation: Installation, choice: Choice, removed: Removed) -> None:
    """Remove what was made for the visits, also what nobody was told of; not what others tell of, too."""
    made: dict[str, Path] = {}
    for path in installation.assets.rglob("*"):
        name = path.relative_to(installation.assets).as_posix()
        if path.is_file() and (name in choice.paths or mark_in(path.name) in removed.marks):
            made[name] = path
    names = Needles(name.encode() for name in made)
    spared = held_by(installation.journals, history.sources(installation.journals), names, choice.visits)
    for name, path in made.items():
        if name.encode() in spared:
            continue
        with suppress(OSError):  # what cannot be removed is found, and named, afterwards
            path.unlink()
            whole, picture = not path.name.startswith("."), name.split("/")[1:2] == ["image"]
            removed.pictures += whole and picture
            removed.sounds += whole and not picture


def held_by(folder: Path, sources: Iterable[str], texts: Needles, without: Collection[str] = ()) -> set[bytes]:
    """Return which texts stand in what the journals of some sources hold, but for some visits."""
    return {text for source in sources for text in history.held(folder, source, texts, without)}


class Round:
    """Everybody forgets once."""

    def __init__(self, installation: Installation, bus: Bus, choice: Choice, rewrite: Collection[str]) -> None:
        self.installation, self.bus, self.choice, self.rewrite = installation, bus, choice, rewrite
        self.missing = {name for name in history.sources(installation.journals) if self.may_hold(name)}
        self.reasons: dict[str, str] = {}

    def may_hold(self, name: str) -> bool:
        """Return whether a journal holds some of what goes, or something was put aside of it."""
        journals, choice = self.installation.journals, self.choice
        path = journal_path(journals, name)
        mentions = Needles(encode(one) for one in (*choice.visits, *choice.ids))
        return (
            name in {*choice.sources, *self.rewrite, *(one.rpartition(":")[0] for one in choice.ids)}
            or bool(set_aside(path))
            or draft_path(path).exists()
            or any(mentions.found(letter.body) for letter in history.letters(journals, name))
        )

    async def forget(self, answers: Subscription[Forgotten], removed: Removed) -> dict[str, str]:
        """Return whose journals may still hold some of it when this is over, and why."""
        wish = await self.bus.publish(
            Forget(visits=tuple(self.choice.visits), ids=tuple(self.choice.ids), rewrite=tuple(self.rewrite))
        )
        with anyio.move_on_after(PATIENCE + PER_EVENT * self.choice.events):
            own = self.wish(self.bus.name)
            removed.note(self.bus.name, await self.bus.forget(own.visits, own.ids, rewrite=own.rewrite))
            self.missing.discard(self.bus.name)
            while self.missing:
                await self.forget_for_the_absent(removed)
                with anyio.move_on_after(LOOK):
                    while self.missing:
                        answer = await anext(answers)
                        if answer.cause == wish.id:
                            removed.note(answer.source, answer)
                            self.missing.discard(answer.source)
        return {name: self.reason(name) for name in sorted(self.missing)}

    def reason(self, name: str) -> str:
        """Return why a participant has not forgotten."""
        pid = self.installation.participants().get(name)
        if pid and name in HANDS:
            return f"is another command, pid {pid}; forget again when it has ended"
        return f"runs, pid {pid}, and does not answer" if pid else self.reasons.get(name, "does not answer")

    async def forget_for_the_absent(self, removed: Removed) -> None:
        """Do it in the place of those who do not run. One who starts at this moment does it then."""
        for name in self.missing - self.installation.participants().keys():
            try:
                removed.note(name, await anyio.to_thread.run_sync(self.forget_for, name))
            except NameTaken:
                continue
            except (sqlite3.Error, OSError) as error:
                self.reasons[name] = f"cannot be written: {error}"
                continue
            self.missing.discard(name)

    def forget_for(self, name: str) -> Forgot:
        """Take somebody's name, and forget."""
        return forget_for(self.installation.run, self.installation.journals, name, self.wish(name))

    def wish(self, name: str) -> Wish:
        """Return what one participant has to forget."""
        return Wish(frozenset(self.choice.visits), frozenset(self.choice.ids), name in self.rewrite)
