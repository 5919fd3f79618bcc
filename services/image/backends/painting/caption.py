"""Captions: what is on a picture, in words, for those who cannot see it."""

from services.image.backends.painting.plan import Place, Plan, Role

_PLACES: dict[Place, str] = {
    "arctic": "on the ice",
    "castle": "below a castle hill",
    "cave": "in a cave",
    "city": "in a city street",
    "clouds": "above the clouds",
    "coast": "on a coast",
    "desert": "among dunes",
    "forest": "in a forest",
    "garden": "in a garden",
    "harbour": "at a harbour",
    "interior": "in a room with a tall window",
    "lake": "by a lake",
    "meadow": "in a meadow",
    "mountains": "before mountains",
    "river": "by a river",
    "ruins": "among ruins",
    "sea": "at sea",
    "space": "on a moon under a great planet",
    "station": "at a railway station",
    "swamp": "in a swamp",
    "underwater": "under water",
    "village": "in a village",
}
_HOURS = {
    "dawn": "at dawn",
    "day": "by day",
    "golden": "in low golden light",
    "dusk": "at dusk",
    "night": "at night",
    "moonlit": "by moonlight",
}
_WEATHER = {
    "storm": "in a storm",
    "rain": "in the rain",
    "fog": "in fog",
    "snow": "in falling snow",
    "wind": "in the wind",
}
_COUNTS = ("no", "a", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_PLURALS = {
    "man": "men", "woman": "women", "child": "children", "person": "people", "mouse": "mice", "goose": "geese",
    "wolf": "wolves", "fish": "fish", "deer": "deer", "sheep": "sheep",
}  # fmt: skip
_TIMELESS = ("underwater", "space", "cave")


def caption(plan: Plan) -> str:
    """One sentence about a picture."""
    who = _listed([_named(role) for role in plan.cast]) or "nobody to be seen"
    parts = [who, _PLACES[plan.place]]
    if plan.place not in _TIMELESS:
        parts.append(_HOURS[plan.hour])
        parts += ["in winter"] if plan.season == "winter" and "snow" not in plan.weather else []
        parts += [said for name, said in _WEATHER.items() if name in plan.weather][:1]
    sky = [name for name in ("aurora", "rainbow", "comet") if name in plan.features]
    parts += [f"with {_listed(['a ' + name if name != 'aurora' else 'an aurora' for name in sky])}"] if sky else []
    sentence = " ".join(parts)
    return f"A painting: {sentence}."


def _named(role: Role) -> str:
    name = role.word.replace("_", " ") or role.drawing.name
    if role.count == 1:
        article = "an" if name[:1] in "aeiou" else "a"
        return name if name[:1].isupper() else f"{article} {name}"
    return f"{_COUNTS[min(role.count, 9)]} {_plural(name)}"


def _plural(name: str) -> str:
    """Several of what may itself be named in the plural already."""
    *before, last = name.split(" ")
    if last in _PLURALS:
        last = _PLURALS[last]
    elif last not in _PLURALS.values() and not last.endswith("s"):
        last += "es" if last.endswith(("x", "ch", "sh")) else "s"
    return " ".join((*before, last))


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
