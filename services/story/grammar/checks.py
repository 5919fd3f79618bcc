"""What a story would stumble over in a world, found before it is told."""

from collections.abc import Iterable, Iterator

from services.actor.near import near
from services.actor.positions import KeyPath
from services.actor.toml import TomlFile
from services.story.grammar.entity import Entity, forms_of
from services.story.grammar.reading import entries
from services.story.grammar.saying import Saying
from services.story.grammar.tables import Kind, Passage
from services.story.grammar.template import Gap
from services.story.grammar.world import KINDS, World

SLOTS: dict[str, tuple[Kind, ...]] = {
    "hero": ("figure", "unknown"),
    "friend": ("figure",),
    "thing": ("thing",),
    "vessel": ("vessel",),
    "place": ("place",),
    "from": ("place",),
    "hour": ("hour",),
    "weather": ("weather",),
    "season": ("season",),
    "feeling": ("feeling",),
    "quality": ("quality",),
    "object": ("figure", "thing", "vessel", "power", "place", "weather", "unknown"),
    "wish": ("deed",),
}
"""Which kinds of words can fill a slot."""
OPEN_SLOTS = {"new": ("answer", "again"), "memory": ("recall", "event", "ending", "onward", "stakes")}
"""Slots whose kinds the passage names itself with `of`, and the sections that know them."""


def check(file: TomlFile, world: World) -> None:
    """Raise ConfigError for the first thing that is wrong."""
    for wrong in (names, ways, stakes, texts, answers):
        for at, text in wrong(world):
            raise file.error(at, text)


Wrong = Iterator[tuple[KeyPath, str]]


def names(world: World) -> Wrong:
    """Yield every name that stands for nothing."""
    tables = world.tables
    places = {key for kind, key in world.entities if kind == "place" and key in tables.places}
    yield from missing(("world", "start"), tables.world.start, places, "place")
    for at, _, entry in entries(tables):
        yield from missing((*at, "sounds"), entry.sounds, world.sounds, "sound")
        yield from missing((*at, "mood"), some(entry.mood), world.moods, "mood")
    for key, place in tables.places.items():
        yield from missing(("places", key, "to"), place.to, places, "place")
    for key, alias in tables.aliases.items():
        yield from missing(("aliases", key, "at"), [alias.at], places, "place")
    for key, feeling in tables.feelings.items():
        at = ("feelings", key)
        yield from missing((*at, "stakes"), feeling.stakes, tables.stakes, "stake")
        yield from missing((*at, "about"), some(feeling.about), tables.stakes, "stake")
        yield from missing((*at, "opposite"), some(feeling.opposite), tables.feelings, "feeling")
    yield from missing(("listen", "wish"), some(tables.listen.wish), tables.stakes, "stake")
    for key, stake in tables.stakes.items():
        yield from missing(("stakes", key, "mood"), some(stake.mood), world.moods, "mood")
    for saying in whole(world):
        yield from passage_names(world, saying.at, saying.table, places)


def passage_names(world: World, at: KeyPath, table: Passage, places: set[str]) -> Wrong:
    """Yield every name in a passage that stands for nothing."""
    yield from missing((*at, "sounds"), table.sounds, world.sounds, "sound")
    yield from missing((*at, "mood"), some(table.mood), world.moods, "mood")
    yield from missing((*at, "place"), table.place, places, "place")
    yield from missing((*at, "at"), some(table.at), places, "place")
    yield from missing((*at, "weather"), table.weather, world.tables.weathers, "weather")
    yield from missing((*at, "hour"), table.hour, world.tables.hours, "hour")


def missing(at: KeyPath, used: Iterable[str], known: Iterable[str], what: str) -> Wrong:
    """Yield every name of `used` that is not known."""
    known = set(known)
    for name in used:
        if name not in known:
            yield at, f"there is no {what} `{name}`{near(name, known)}"


def some(name: str) -> tuple[str, ...]:
    """Return the name, if there is one."""
    return (name,) if name else ()


def ways(world: World) -> Wrong:
    """Yield places that lead nowhere, and those to which nothing leads."""
    reached, todo = set(world.tables.world.start), list(world.tables.world.start)
    todo += [saying.table.at for saying in whole(world) if saying.table.at]
    while todo:
        reached.add(todo[-1])
        todo += [way for way in world.ways(todo.pop()) if way not in reached]
    for key, place in world.tables.places.items():
        if not [way for way in place.to if way != key]:
            yield ("places", key), "is a dead end: `to` names no place to go on to"
        if key not in reached:
            yield ("places", key), "cannot be reached: no place has it in `to`, and `world.start` does not name it"


def stakes(world: World) -> Wrong:
    """Yield stakes that a story could not lay out or lay to rest."""
    for key, stake in world.tables.stakes.items():
        for stage in ("beginning", "complication", "turn", "resolution"):
            if not getattr(stake, stage):
                yield ("stakes", key), f"is a dead end: it has no passage for its {stage}"
    if all(stake.asked for stake in world.tables.stakes.values()):
        yield ("stakes",), "at least one stake must come without being asked for"
    for key in ("cast", "hero"):
        if not any(getattr(figure, key) for figure in world.tables.figures.values()):
            yield ("figures",), f"at least one figure needs `{key} = true`"


def whole(world: World) -> Iterator[Saying]:
    """Yield every passage and every single sentence."""
    for sayings in world.sayings.values():
        yield from sayings


def texts(world: World) -> Wrong:
    """Yield slots that nothing fills, and forms that a word which may fill them does not have."""
    for saying in whole(world):
        kinds = slot_kinds(saying)
        for at, template in saying.templates():
            for gap in template.gaps:
                yield from wrong_gap(world, at, gap, kinds)


def slot_kinds(saying: Saying) -> dict[str, tuple[Kind, ...]]:
    """Return which kinds fill the slots that a passage knows."""
    kinds = dict(SLOTS)
    for slot, sections in OPEN_SLOTS.items():
        if saying.at[0] in sections:
            kinds[slot] = saying.table.of or (*dict.fromkeys(KINDS.values()), "unknown")
    return kinds


def wrong_gap(world: World, at: KeyPath, gap: Gap, kinds: dict[str, tuple[Kind, ...]]) -> Wrong:
    """Yield what is wrong with one slot."""
    if gap.name not in kinds:
        yield at, f"there is no slot `{gap.name}` here{near(gap.name, kinds)}"
    elif gap.form:
        lacking = [word for kind in kinds[gap.name] for word in bearers(world, kind) if gap.form not in word.forms]
        if lacking:
            known = set.intersection(*(set(word.forms) for word in lacking))
            who = f"`{lacking[0].key}`" + (f" and {len(lacking) - 1} more" if len(lacking) > 1 else "")
            yield at, f"`{{{gap.name}.{gap.form}}}`: {who} has no form `{gap.form}`{near(gap.form, known)}"


def bearers(world: World, kind: Kind) -> Iterator[Entity]:
    """Yield every word of a kind, and one for each way in which an unknown word can be of it."""
    yield from world.of(kind)
    for rule in world.tables.listen.unknown:
        if rule.kind == kind:
            forms = forms_of({"name": "…", "look": "…"}, rule.grammar, world.tables.classes)
            yield Entity(kind, f"an unknown word of class {rule.grammar}", forms)


def answers(world: World) -> Wrong:
    """Yield kinds of words to which the world has no answer, and situations in which it has nothing to say."""
    for section in ("answer", "again"):
        kinds = {kind for saying in world.sayings[section] for kind in saying.table.of or KINDS.values()}
        for kind in sorted({entity.kind for entity in world.entities.values()} - {"quality"} - kinds):
            if section == "answer" or kind in ("figure", "place", "thing", "vessel"):
                yield (section,), f"no passage answers a {kind}"
    if not any(not saying.table.heard and saying.slots <= ALWAYS for saying in world.sayings["open"]):
        yield ("open",), "one opening must need nothing but {hero}, {place}, {hour}, {weather} and {season}"


ALWAYS = frozenset({"hero", "place", "hour", "weather", "season"})
"""Slots that are always filled."""
