"""The order in which requests are served, and which are dropped."""

from schemas import ImageRequest
from services.actor.waiting import Waiting


def wish(
    name: str, *, priority: int = 0, within: float = 10.0, supersedes: str = "", clock: float = 100.0
) -> ImageRequest:
    """Return a request published at 100 s on the clock."""
    return ImageRequest(id=name, scene=name, priority=priority, within=within, supersedes=supersedes, clock=clock)


def names(waiting: Waiting[ImageRequest], now: float = 101.0) -> list[str]:
    """Take everything and return the ids in the order of serving."""
    served = []
    while (taken := waiting.take(now)[0]) is not None:
        served.append(taken.id)
    return served


def test_the_important_come_first_and_then_the_old() -> None:
    waiting: Waiting[ImageRequest] = Waiting(9)
    for request in (wish("a"), wish("b", priority=5), wish("c"), wish("d", priority=5)):
        assert waiting.put(request) == []
    assert names(waiting) == ["b", "d", "a", "c"]


def test_the_newest_wish_wins() -> None:
    waiting: Waiting[ImageRequest] = Waiting(9)
    first = wish("a", supersedes="k")
    waiting.put(first)
    assert waiting.put(wish("b", supersedes="k")) == [(first, "superseded")]
    assert names(waiting) == ["b"]


def test_a_full_queue_gives_up_the_least_important() -> None:
    waiting: Waiting[ImageRequest] = Waiting(1)
    least = wish("a")
    waiting.put(least)
    assert waiting.put(wish("b", priority=1)) == [(least, "queue_full")]


def test_an_expired_request_is_not_served() -> None:
    waiting: Waiting[ImageRequest] = Waiting(9)
    old = wish("a", within=2)
    waiting.put(old)
    waiting.put(wish("b"))
    taken, late = waiting.take(103.0)
    assert taken is not None
    assert (taken.id, late) == ("b", [(old, "expired")])


def test_a_request_from_before_the_machine_was_restarted_is_expired() -> None:
    waiting: Waiting[ImageRequest] = Waiting(9)
    waiting.put(wish("a", clock=100_000.0))
    assert names(waiting) == []
