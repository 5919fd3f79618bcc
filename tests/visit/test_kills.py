"""Services are killed in the middle of a visit: every request is still answered, once, and so are all words."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from bus.names import run_folder
from schemas import Event, Reply, Request, SpeechFinal, TurnStarted
from services.catalogue import service_names
from tests.installation import CHECKOUT, Installation, installed

NOUNS = ("fox", "whale", "robot", "owl", "ship", "dragon")
PATIENCE = 60.0
"""Seconds until everything must be answered; starts of a killed service are two seconds apart."""


@pytest.fixture
def demo() -> Iterator[Installation]:
    """Run the demo installation."""
    with installed(CHECKOUT / "projects" / "demo") as running:
        yield running


def kill(demo: Installation, name: str) -> None:
    """Kill a service, if it runs at this moment; the lock on its name tells its process id."""
    words = (run_folder(demo.project) / f"{name}.lock").read_text(encoding="ascii").split()
    try:
        os.kill(int(words[0]), signal.SIGKILL)
    except (ProcessLookupError, IndexError):
        return


def answers(events: list[Event]) -> Counter[str]:
    """Return how many terminal replies each request has."""
    counted = Counter({event.id: 0 for event in events if isinstance(event, Request)})
    counted.update(event.cause for event in events if isinstance(event, Reply))
    return counted


@pytest.mark.parametrize("kills", [4, pytest.param(40, marks=pytest.mark.trial)])
def test_all_requests_and_all_words_are_answered_once_whoever_is_killed(demo: Installation, kills: int) -> None:
    dice = random.Random(kills)
    for number in range(kills):
        demo.command("send", "speech.final", f"text=a story about a {dice.choice(NOUNS)}, number {number}")
        time.sleep(dice.uniform(0.0, 1.5))
        kill(demo, dice.choice(service_names()))
        time.sleep(dice.uniform(0.0, 1.0))
    events = settled(demo)
    assert set(answers(events).values()) == {1}
    spoken = [event.id for event in events if isinstance(event, SpeechFinal)]
    told = [event.cause for event in events if isinstance(event, TurnStarted)]
    assert len(spoken) == kills
    assert told == spoken, "not all words opened one turn, in their order"


def settled(demo: Installation) -> list[Event]:
    """Return everything that was published, at a moment when every request and the newest words are answered."""
    end = time.monotonic() + PATIENCE
    while True:
        events = demo.journaled()
        open_requests = [request for request, count in answers(events).items() if not count]
        words = [event.id for event in events if isinstance(event, SpeechFinal)]
        heard = words[-1] in {event.cause for event in events if isinstance(event, TurnStarted)}
        if heard and not open_requests:
            return events
        if time.monotonic() > end:
            raise TimeoutError(f"unanswered: {open_requests}, heard: {heard}\n{demo.command('status', check=False)}")
        time.sleep(0.2)
