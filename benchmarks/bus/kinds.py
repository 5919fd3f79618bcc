"""What is said in the benchmarks: events like those of the house, on both lanes."""

from typing import ClassVar, cast

import msgspec

from schemas import Event, Lane, Reply, Request

TEXT = (
    "Once upon a time there was a fox who lived in a winter forest, and every night it went to look at the moon. " * 2
)
TEXT = TEXT[:200]
TURN = 256
"""Events that are posted in one turn of the loop."""
TOPICS = 200
"""Of the many, where a listener wants one."""


class Told(Event, tag="bench.told", frozen=True, kw_only=True):
    """A sentence on the log lane."""

    number: int
    """From 1, without a hole."""
    text: str
    """About 200 characters."""


class Shown(Event, tag="bench.shown", frozen=True, kw_only=True):
    """A sentence on the live lane."""

    lane: ClassVar[Lane] = "live"
    number: int
    """From 1, without a hole."""
    text: str
    """About 200 characters."""


class Asked(Event, tag="bench.asked", frozen=True, kw_only=True):
    """A question on the live lane."""

    lane: ClassVar[Lane] = "live"
    text: str
    """About 200 characters."""


class Said(Event, tag="bench.said", frozen=True, kw_only=True):
    """Its answer. `cause` is the question."""

    lane: ClassVar[Lane] = "live"
    text: str
    """About 200 characters."""


class Wanted(Request, tag="bench.wanted", frozen=True, kw_only=True):
    """A request on the log lane."""

    text: str
    """About 200 characters."""


class Given(Reply, tag="bench.given", frozen=True, kw_only=True):
    """Its terminal reply."""

    text: str
    """About 200 characters."""


class Picture(Event, tag="bench.picture", frozen=True, kw_only=True):
    """A large frame on the live lane."""

    lane: ClassVar[Lane] = "live"
    number: int
    """From 1, without a hole."""
    pixels: bytes
    """A megabyte and a half."""


MANY = [
    cast("type[Shown]", msgspec.defstruct(f"Many{number}", [], bases=(Shown,), tag=f"bench.many{number:03}"))
    for number in range(TURN)
]
"""Kinds of as many live topics, each a sentence."""
TOGETHER = [Shown] * TURN
"""Kinds of a turn's events that share frames."""
ALONE = MANY
"""Kinds of a turn's events that cannot: a frame holds one kind, and the live lane puts what it can into one."""
