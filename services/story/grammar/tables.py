"""The tables of a world file, as they are written."""

from typing import Literal, get_args

import msgspec

Stage = Literal["beginning", "complication", "turn", "resolution", "openness"]
STAGES: tuple[Stage, ...] = get_args(Stage)

Kind = Literal[
    "figure", "thing", "vessel", "power", "place", "weather", "hour", "season", "feeling", "deed", "quality", "unknown"
]
"""What a word is to a story."""


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every table of a world file."""


class WorldTable(Table, frozen=True, kw_only=True):
    """`[world]`"""

    title: str
    """What the world is called."""
    plain: str = "name"
    """The form that `{hero}` means."""
    start: tuple[str, ...]
    """Places where a story may begin."""
    sounds: tuple[str, ...]
    """Every sound that may be heard, by its name in the audio service."""
    moods: dict[Stage, str]
    """The mood of each stage, where nothing else gives one."""
    more_moods: tuple[str, ...] = ()
    """Further moods that may be used."""
    beats: int = 60
    """Beats that a story must be able to go on for without repeating itself."""
    chapter: int = 8
    """Beats that one arc takes when a story is left to itself."""
    hour_beats: int = 4
    """Beats until the next hour comes."""
    see: tuple[str, ...] = ()
    """Single sentences that suit anywhere."""


class Smooth(Table, frozen=True, kw_only=True):
    """`[[smooth]]`: how words change when they meet."""

    find: str
    """A regular expression."""
    put: str
    """What stands there instead; `\\1` is the first group."""


class UnknownRule(Table, frozen=True, kw_only=True):
    """`[[listen.unknown]]`: how to take a noun that is in no table. The first rule that fits is used."""

    after: tuple[str, ...]
    """Words before it that show it to be a noun."""
    ends: tuple[str, ...] = ()
    """Its ending; empty for any."""
    grammar: str = msgspec.field(name="class")
    """Its class."""
    kind: Kind = "unknown"
    """What it is to the story."""
    capital: bool = False
    """Whether it is written with a capital letter."""


class Listen(Table, frozen=True, kw_only=True):
    """`[listen]`: how to hear."""

    stop: tuple[str, ...] = ()
    """Words that say nothing by themselves."""
    endings: tuple[str, ...] = ()
    """What a word may have at its end beside the form in the tables."""
    wishing: tuple[str, ...] = ()
    """Words before a deed that make it a wish."""
    wish: str = ""
    """What is at stake when a deed is wished for: the slot {wish}."""
    denying: tuple[str, ...] = ()
    """Words shortly before a feeling that turn it into its opposite."""
    never_ends: tuple[str, ...] = ()
    """Endings by which a word shows that it is no noun."""
    refuse: tuple[str, ...] = ()
    """Words that are never taken up."""
    unknown: tuple[UnknownRule, ...] = ()


class Entry(Table, frozen=True, kw_only=True):
    """A word that visitors say: `[figures.fox]`, `[things.key]`, `[powers.moon]`, `[deeds.fly]` …"""

    words: tuple[str, ...] = ()
    """How it may be said; its key is always one of them."""
    kin: dict[str, str] = {}
    """Words of the same class and use that keep their own name, each with how it looks, in English."""
    name: str = ""
    """How it is told; its key when empty."""
    grammar: str = msgspec.field(name="class", default="")
    """Its class, which gives its forms."""
    look: str = ""
    """How it looks, in English, for the picture."""
    forms: dict[str, str | tuple[str, ...]] = {}
    """Forms of its own; of several one is taken each time."""
    see: tuple[str, ...] = ()
    """Single sentences about it, told while it is there."""
    sounds: tuple[str, ...] = ()
    """What is heard while it is there."""
    mood: str = ""
    """The mood that it brings."""
    scene: str = ""
    """For places, weathers, hours and seasons: what a picture shows of it, in English."""


class Figure(Entry, frozen=True, kw_only=True):
    """`[figures.…]`: who may act."""

    cast: bool = False
    """Whether it may come along unasked."""
    hero: bool = False
    """Whether it may be whom the story is about when nobody was named."""


class Thing(Entry, frozen=True, kw_only=True):
    """`[things.…]`: what may be found and carried."""

    found: bool = False
    """Whether it may be found unasked."""


class Place(Entry, frozen=True, kw_only=True):
    """`[places.…]`"""

    to: tuple[str, ...] = ()
    """Where one can go from here."""
    indoors: bool = False
    """Whether it lies under a roof: pictures of it show no weather."""
    arrive: tuple[str, ...] = ()
    """Single sentences told on coming here."""


class Alias(Entry, frozen=True, kw_only=True):
    """`[aliases.…]`: a place that this world has under another name."""

    at: str
    """The place."""


class Sky(Entry, frozen=True, kw_only=True):
    """`[weathers.…]`, `[hours.…]` in their order, `[seasons.…]`"""

    comes: tuple[str, ...] = ()
    """Single sentences told when it comes."""
    visits: bool = True
    """Whether it may come unasked."""


class Feeling(Entry, frozen=True, kw_only=True):
    """`[feelings.…]`"""

    stakes: tuple[str, ...] = ()
    """What it puts at stake."""
    about: str = ""
    """What is at stake when it is a feeling about something that was named: the slot {object}."""
    opposite: str = ""
    """The feeling that is meant when this one is denied."""


class Passage(Table, frozen=True, kw_only=True):
    """One to four sentences that are told together."""

    say: tuple[str, ...]
    """The sentences, each with its end mark."""
    scene: str = ""
    """What the picture shows happening, in English; may have slots in the form `look`."""
    mood: str = ""
    """Its mood; that of the stage when empty."""
    sounds: tuple[str, ...] = ()
    """What is heard beside the place and the weather."""
    at: str = ""
    """The place to which this passage takes the story."""
    stage: tuple[Stage, ...] = ()
    """Only in these stages."""
    place: tuple[str, ...] = ()
    """Only at these places."""
    weather: tuple[str, ...] = ()
    """Only in this weather."""
    hour: tuple[str, ...] = ()
    """Only at these hours."""
    of: tuple[Kind, ...] = ()
    """What {new} or {memory} may be."""
    heard: tuple[Kind, ...] = ()
    """For the opening: what must have been named."""
    alone: bool = False
    """Only while nobody is with the hero."""


class Stake(Table, frozen=True, kw_only=True):
    """`[stakes.…]`: what a chapter is about, told in `[[stakes.….beginning]]` and so on."""

    beginning: tuple[Passage, ...]
    complication: tuple[Passage, ...]
    turn: tuple[Passage, ...]
    resolution: tuple[Passage, ...]
    openness: tuple[Passage, ...] = ()
    asked: bool = False
    """Whether it comes only when a visitor's words call for it."""
    mood: str = ""
    """The mood of its beginning and complication."""


class WorldFile(Table, frozen=True, kw_only=True):
    """A whole `world.toml`."""

    world: WorldTable
    classes: dict[str, dict[str, str]] = {}
    smooth: tuple[Smooth, ...] = ()
    listen: Listen = msgspec.field(default_factory=Listen)
    figures: dict[str, Figure]
    things: dict[str, Thing] = {}
    vessels: dict[str, Entry] = {}
    powers: dict[str, Entry] = {}
    places: dict[str, Place]
    aliases: dict[str, Alias] = {}
    weathers: dict[str, Sky]
    hours: dict[str, Sky]
    seasons: dict[str, Sky]
    feelings: dict[str, Feeling] = {}
    deeds: dict[str, Entry] = {}
    qualities: dict[str, Entry] = {}
    open: tuple[Passage, ...]
    answer: tuple[Passage, ...]
    again: tuple[Passage, ...]
    unheard: tuple[Passage, ...]
    travel: tuple[Passage, ...]
    meet: tuple[Passage, ...]
    find: tuple[Passage, ...] = ()
    event: tuple[Passage, ...]
    recall: tuple[Passage, ...]
    onward: tuple[Passage, ...]
    ending: tuple[Passage, ...]
    stakes: dict[str, Stake]
