"""A bus for people: one line for what is wrong, one for all of it, a table of participants and one of topics."""

import time
from collections.abc import Iterable
from typing import NamedTuple

import click

from services.console.columns import amount, columns, cut, rate, times, weight
from services.console.installation import Installation
from services.console.journals import Shelf, age, shelf_lines
from services.console.lines import QUIET, harmless
from services.console.screen import Screen
from services.console.traffic import Participant, Topic, Traffic

PARTICIPANTS = ("who", "said/s", "heard/s", "waits", "repairs", "lost", "drops", "journal", "oldest")
TOPICS = ("topic", "lane", "said", "/s", "each", "drops", "from", "to")
NAME = 12
"""Characters that a name may have where there is little room."""
TOO_MANY = 2
"""Speakers of a topic that are named."""


class Found(NamedTuple):
    """All that can be said of a bus."""

    traffic: Traffic
    shelves: list[Shelf]
    wrong: list[str]


def lines_of(installation: Installation, found: Found, screen: Screen) -> list[str]:
    """Return what was found, for people."""
    wrong = [click.style(cut(harmless(line), screen.width), fg="red") for line in found.wrong]
    now = time.time()
    if not found.traffic.participants:
        return [
            *wrong,
            *(shelf_lines(found.shelves, now, screen.width) if found.shelves else ["there are no journals"]),
        ]
    above = [*wrong, cut(headline(installation, found), screen.width), *participant_lines(found, now, screen.width), ""]
    return above + topic_lines(found.traffic, screen, len(above))


def headline(installation: Installation, found: Found) -> str:
    """Return the bus in one line."""
    there, topics = found.traffic.participants, found.traffic.topics
    events = rate(sum(each.said_rate or 0 for each in topics))
    size = weight(sum(each.bytes_rate or 0 for each in topics))
    kept = weight(sum(each.bytes for each in found.shelves))
    return f"{installation.name}: {times(len(there), 'participant')}, {events} events/s, {size}/s; journals {kept}"


def participant_lines(found: Found, now: float, width: int) -> list[str]:
    """Return participants as a table, with their journals; below them those whose journals alone are there."""
    shelves = {each.source: each for each in found.shelves}
    names = [each.name for each in found.traffic.participants]
    gone = [Participant(name=name) for name in shelves if name not in names]
    rows = [participant_row(each, shelves.get(each.name), now) for each in (*found.traffic.participants, *gone)]
    short = [(cut(row[0], NAME if width else 0), *row[1:]) for row in rows]
    head, *lines = columns([PARTICIPANTS, *short], right=range(1, len(PARTICIPANTS)), width=width)
    colours = [colour_of(each) for each in found.traffic.participants] + [None] * len(gone)
    return [head, *(click.style(line, fg=colour) for line, colour in zip(lines, colours, strict=True))]


def participant_row(each: Participant, shelf: Shelf | None, now: float) -> tuple[str, ...]:
    """Return one line of the table of participants."""
    journal = (weight(shelf.bytes), age(shelf.oldest, now)) if shelf else ("", "")
    if not each.tells:
        return (each.name, *[""] * 6, *journal)
    counted = map(amount, (each.waiting, each.repairs, each.lost, each.dropped))
    return (each.name, rate(each.said_rate), rate(each.heard_rate), *counted, *journal)


def colour_of(each: Participant) -> str | None:
    """Return the colour of a participant: of those who say nothing of themselves there is nothing to say."""
    if not each.answers or each.message or each.unrecorded or each.lost:
        return "red"
    return "green" if each.tells else None


def topic_lines(traffic: Traffic, screen: Screen, above: int) -> list[str]:
    """Return topics as a table: on a terminal the busiest of those on which anything was said, as many as fit."""
    spoken = [each for each in traffic.topics if each.said or not screen.height]
    shown = spoken[: screen.room(above)]
    everybody = [each.name for each in traffic.participants if each.tells]
    rows = [topic_row(each, everybody) for each in shown]
    head, *lines = columns([TOPICS, *rows], right=range(2, 6), width=screen.width)
    left = len(traffic.topics) - len(shown)
    more = [click.style(f"… and {times(left, 'quieter topic')}; --all shows them", dim=True)] if left else []
    return [head, *(dye(each, line) for each, line in zip(shown, lines, strict=True)), *more]


def topic_row(each: Topic, everybody: list[str]) -> tuple[str, ...]:
    """Return one line of the table of topics."""
    mean = weight(each.said_bytes / each.said) if each.said else ""
    counted = (amount(each.said), rate(each.said_rate), mean, amount(each.dropped))
    says = crowd(each.says, everybody)
    if says != "all" and len(each.says) > TOO_MANY:
        says = f"{len(each.says)} of them"
    return each.topic, each.lane, *counted, says, crowd(each.hears, everybody)


def crowd(names: Iterable[str], everybody: list[str]) -> str:
    """Return some names in few characters."""
    found = list(names)
    return "all" if len(found) > 1 and found == everybody else " ".join(found)


def dye(each: Topic, line: str) -> str:
    """Return the line of a topic in its colour: what was dropped shows, and what is said all day does not."""
    if each.dropped:
        return click.style(line, fg="yellow")
    return click.style(line, dim=True) if each.topic in QUIET else line
