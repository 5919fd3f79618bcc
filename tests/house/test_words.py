"""The events: their topics and what is said of their fields."""

import re
from collections import Counter

import pytest

from schemas import EVENTS, Event, Reply, Request
from services.console.fields import field_docs


def every_kind(base: type[Event] = Event) -> list[type[Event]]:
    """Return every class of event that there is, exported or not."""
    below = [kind for child in base.__subclasses__() for kind in (child, *every_kind(child))]
    return [
        kind for kind in dict.fromkeys(below) if kind not in (Request, Reply) and kind.__module__.startswith("schemas")
    ]


def test_every_event_is_exported() -> None:
    assert set(EVENTS.values()) == set(every_kind())


def test_no_two_events_share_a_topic() -> None:
    counts = Counter(kind.__struct_config__.tag for kind in every_kind())
    assert [topic for topic, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("topic", EVENTS)
def test_a_topic_reads_conversation_dot_verb(topic: str) -> None:
    assert re.fullmatch(r"[a-z]+(\.[a-z]+)?", topic)
    assert not [other for other in EVENTS if other.startswith(f"{topic}.")]


@pytest.mark.parametrize("kind", EVENTS.values())
def test_every_field_says_what_it_means(kind: type[Event]) -> None:
    assert set(kind.__struct_fields__) == set(field_docs(kind)) - {"lane"}
