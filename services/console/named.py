"""Events by the names that an operator types."""

import fnmatch

from schemas import EVENTS, Event
from services.actor.near import near
from services.console.refusal import Misuse


def kind_of(topic: str) -> type[Event]:
    """Return the class of a topic. Raise Misuse, with the nearest topic, when there is none."""
    if topic not in EVENTS:
        raise Misuse(f"no event has the topic {topic!r}{near(topic, EVENTS)}; `fantascope schema --list` names all")
    return EVENTS[topic]


def kinds_like(pattern: str) -> list[type[Event]]:
    """Return the classes whose topics match a pattern such as `image.*` or begin with a word such as `image`."""
    found = [
        kind for topic, kind in EVENTS.items() if fnmatch.fnmatchcase(topic, pattern) or topic.split(".")[0] == pattern
    ]
    if not found:
        raise Misuse(f"no topic matches {pattern!r}{near(pattern, EVENTS)}; `fantascope schema --list` names all")
    return found
