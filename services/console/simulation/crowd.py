"""What a crowd will do on a day: drawn once from a seed, before anybody comes, so that it is the same every time."""

import random
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import msgspec

WORDS = Path(__file__).with_name("words.toml")
HOUR = 3600.0
Upon = Literal["arrival", "answer", "words"]


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a visitor says, and when."""

    text: str
    upon: Upon = "answer"
    """What they wait for first: nothing but their arrival, the first word of the answer, or their own last words."""
    after: float = 0.0
    """Seconds that they then let pass."""
    part: float = 1.0
    """How much of it is said before they go; 1 for all of it."""
    nothing: bool = False
    """Whether it says nothing, and needs no answer."""


class Guest(msgspec.Struct, frozen=True, kw_only=True):
    """One visitor at one page."""

    page: int
    wishes: tuple[Wish, ...] = ()
    stays: float = 0.0
    """Seconds after the last answer, or after they came, until they go."""


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """A visitor's stay, or that of two who come together."""

    number: int
    at: float
    """Seconds after opening; who comes while others are there waits until they go."""
    kind: str
    guests: tuple[Guest, ...]


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """What visitors of one language say."""

    things: Sequence[str]
    wishes: Sequence[str]
    changes: Sequence[str]
    short: Sequence[str]
    murmurs: Sequence[str]

    @classmethod
    def of(cls, language: str, examples: Sequence[str]) -> "Words":
        """Return the words of a language; a project's own examples serve where there are none."""
        known = tomllib.loads(WORDS.read_text(encoding="utf-8"))
        table = known.get(language.lower().replace("_", "-").split("-")[0])
        if table is None:
            return cls(things=examples, wishes=("{}",), changes=("{}",), short=examples, murmurs=("hm",))
        words = msgspec.convert(table, cls)
        return msgspec.structs.replace(words, wishes=(*words.wishes, *(plain(example) for example in examples)))

    @classmethod
    def recorded(cls, folder: Path) -> "Words":
        """Return what is said in the WAV files of a folder, by their names. Raise FileNotFoundError for none."""
        names = sorted(file.stem for file in folder.glob("*.wav"))
        if not names:
            raise FileNotFoundError(f"there is no .wav file in {folder}")
        return cls(things=names, wishes=("{}",), changes=("{}",), short=names, murmurs=names)


def plain(example: str) -> str:
    """Return a sentence that stays as it is."""
    return example.replace("{", "{{").replace("}", "}}")


class Dice(random.Random):
    """What the crowd does by chance."""

    def __init__(self, seed: int, words: Words) -> None:
        super().__init__(seed)
        self.words = words

    def wish(self, upon: Upon = "answer", low: float = 2.0, high: float = 12.0) -> Wish:
        """Return a whole sentence."""
        text = self.choice(self.words.wishes).format(self.choice(self.words.things))
        return Wish(text=text, upon=upon, after=round(self.uniform(low, high), 2))

    def first(self) -> Wish:
        """Return what somebody says who has just come."""
        return self.wish("arrival", 1.0, 8.0)

    def change(self, upon: Upon, low: float, high: float) -> Wish:
        """Return a sentence with which somebody changes their mind."""
        text = self.choice(self.words.changes).format(self.choice(self.words.things))
        return Wish(text=text, upon=upon, after=round(self.uniform(low, high), 2))


def listener(dice: Dice) -> tuple[Guest, ...]:
    """One wish, and patience."""
    return (Guest(page=0, wishes=(dice.first(),), stays=round(dice.uniform(15, 60), 1)),)


def talker(dice: Dice) -> tuple[Guest, ...]:
    """Several wishes, each after listening for a while."""
    more = [dice.wish("answer", 4.0, 20.0) for _ in range(dice.randint(1, 4))]
    return (Guest(page=0, wishes=(dice.first(), *more), stays=round(dice.uniform(5, 25), 1)),)


def interrupter(dice: Dice) -> tuple[Guest, ...]:
    """Another wish in the middle of the answer, or before it."""
    more = [dice.change(dice.choice(("words", "answer")), 0.3, 3.0) for _ in range(dice.randint(1, 2))]
    return (Guest(page=0, wishes=(dice.first(), *more), stays=round(dice.uniform(5, 20), 1)),)


def child(dice: Dice) -> tuple[Guest, ...]:
    """A word or two at a time, soon after each other."""
    short = [
        Wish(
            text=dice.choice(dice.words.short),
            upon="answer" if number else "arrival",
            after=round(dice.uniform(0.5, 4.0), 2),
        )
        for number in range(dice.randint(2, 4))
    ]
    return (Guest(page=0, wishes=tuple(short), stays=round(dice.uniform(2, 10), 1)),)


def mumbler(dice: Dice) -> tuple[Guest, ...]:
    """Says something, and then nothing to the point."""
    murmurs = [Wish(text=text, after=3.0, nothing=True) for text in dice.sample(dice.words.murmurs, 1)]
    return (Guest(page=0, wishes=(dice.first(), *murmurs), stays=round(dice.uniform(5, 20), 1)),)


def silent(dice: Dice) -> tuple[Guest, ...]:
    """Looks, and says nothing."""
    return (Guest(page=0, stays=round(dice.uniform(10, 60), 1)),)


def leaver(dice: Dice) -> tuple[Guest, ...]:
    """Goes in the middle of a sentence."""
    first = msgspec.structs.replace(dice.first(), part=round(dice.uniform(0.3, 0.8), 2))
    return (Guest(page=0, wishes=(first,)),)


def pair(dice: Dice) -> tuple[Guest, ...]:
    """Two who talk at the same time, each at a page of their own."""
    one = Guest(page=0, wishes=(dice.first(), dice.wish("answer", 2, 8)), stays=10.0)
    other = Guest(page=1, wishes=(dice.first(), dice.change("words", 1, 6)), stays=8.0)
    return one, other


KINDS: dict[Callable[[Dice], tuple[Guest, ...]], int] = {
    listener: 26, talker: 26, interrupter: 14, child: 10, mumbler: 4, silent: 9, leaver: 6, pair: 5,
}  # fmt: skip
"""Who comes, and how many of a hundred are like that."""
BACK = 0.05
"""How many come back later."""
GAP = 0.01
"""How many leave a long emptiness behind them."""


def crowd(seed: int, visits: int, hours: float, words: Words, *, together: bool = True) -> list[Visit]:
    """Return what so many visitors will do on a day of so many hours. The same seed gives the same.

    `together`: whether words from a second page are listened to.
    """
    dice, found, at = Dice(seed, words), list[Visit](), 0.0
    mean = hours * HOUR / max(1, visits)
    kinds = [kind for kind in KINDS if together or kind is not pair]
    weights = [KINDS[kind] for kind in kinds]
    for number in range(1, visits + 1):
        at += dice.expovariate(1 / mean)
        if dice.random() < GAP:
            at += dice.uniform(900, 2400)
        back = bool(found) and dice.random() < BACK
        kind = talker if back else dice.choices(kinds, weights)[0]
        name = f"{kind.__name__}, back again" if back else kind.__name__
        found.append(Visit(number=number, at=round(at, 1), kind=name, guests=kind(dice)))
    return found
