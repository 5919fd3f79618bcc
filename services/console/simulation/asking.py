"""What somebody said, and how the room answered it."""

import itertools
import math
from collections.abc import Iterable

import anyio
import msgspec

from schemas import SpeechFinal, TurnStarted
from services.console.visitors.record import Seen, Told
from services.display.messages import Ears, Missing, Present, Said, Tick

NO_SIGN = (Said, Ears, Missing, Present, Tick)
"""Messages that show a visitor nothing."""


class Asked(msgspec.Struct, kw_only=True, eq=False):
    """One thing that somebody said. All times are of the machine's monotonic clock."""

    visit: int
    """Which of the day's."""
    guest: int
    number: int
    """Counts what this guest says."""
    page: str
    text: str
    nothing: bool = False
    """Whether it needs no answer."""
    gone: bool = False
    """Whether the visitor left without waiting."""
    at: float = 0.0
    """When it was said."""
    taken: bool = True
    """Whether the page took it."""
    final: SpeechFinal | None = None
    turn: TurnStarted | None = None
    over: float = math.inf
    """When something else was said that was answered in its place."""
    moments: dict[str, float] = {}
    """`word`, `picture`, `sound`: when the first of each of its turn was there."""
    signs: list[float] = []
    """When there was something new to be seen or heard."""
    answered: anyio.Event = msgspec.field(default_factory=anyio.Event)

    def waited(self, what: str) -> float | None:
        """Return the seconds until something was there; None when it never was."""
        return self.moments[what] - self.at if what in self.moments else None

    @property
    def outcome(self) -> str:
        """What became of it."""
        if "word" in self.moments:
            return "answered"
        if not self.taken:
            return "not taken"
        if self.over < math.inf:
            return "overtaken"
        if self.nothing:
            return "said nothing"
        return "left" if self.gone and self.final is None else "unanswered"

    @property
    def silence(self) -> float:
        """The longest time, in seconds, without any sign on the way to the first word, or to what overtook it."""
        end = min(self.moments.get("word", math.inf), self.over)
        if end == math.inf:
            return 0.0
        times = [self.at, *(sign for sign in self.signs if self.at < sign < end), end]
        return max(later - earlier for earlier, later in itertools.pairwise(times))

    def tell(self, told: Told) -> None:
        """Take in what its page was told."""
        if told.page == self.page and told.at > self.at and not isinstance(told.message, NO_SIGN):
            self.signs.append(told.at)

    def see(self, seen: Seen) -> None:
        """Take in what was to be seen or heard at its page."""
        if seen.page != self.page or seen.began < self.at or self.turn is None:
            return
        self.signs.append(seen.began)
        if (seen.visit, seen.turn) != (self.turn.visit, self.turn.turn):
            return
        what = {"speaking": "word", "reading": "word", "shown": "picture", "playing": "sound"}.get(seen.kind)
        if what:
            self.moments.setdefault(what, seen.began)
        if what == "word":
            self.answered.set()


def plain(text: str) -> str:
    """Return a text as the page sends it."""
    return " ".join(text.split())


def match(final: SpeechFinal, asked: Iterable[Asked]) -> Asked | None:
    """Return what was said that these words are: the same text, or the last that was said there and has none yet."""
    before = [each for each in asked if each.final is None and each.at <= final.clock]
    here = [each for each in before if final.mic == f"page-{each.page}"]
    same = [each for each in here if plain(each.text) == final.text]
    found = same or here
    return found[-1] if found else None
