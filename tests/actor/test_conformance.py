"""What must be true of every backend: each check is passed by one that is right, and failed by one that breaks it."""

import os
import threading
import time
from typing import Self

import anyio
import pytest

from services.actor import conformance
from services.actor.backend import BackendConfig
from services.actor.conformance import LONG, PLAIN, Suite, require
from services.actor.errors import Invalid, Transient, Unavailable
from tests.trying import failures, outcomes, settings_of

pytestmark = pytest.mark.anyio


async def ask(clerk: "Clerk", words: str) -> None:
    """Have words counted."""
    require(await clerk.count(words) == len(words), "cannot count")


CLERKS = Suite(ask, wrong=(lambda clerk: clerk.count(None),))


@CLERKS.check("SHOUTS")
async def it_shouts(clerk: "Clerk") -> None:
    """It shouts."""
    require(clerk.shout("a") == "A", "does not shout")


class Clerk:
    """A backend that is right in everything."""

    name = "clerk"
    capabilities = frozenset({"SHOUTS"})

    def __init__(self, _: BackendConfig) -> None: ...

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None: ...

    async def count(self, words: str | None) -> int:
        """Return the number of characters."""
        if words is None:
            raise Invalid("nothing to count")
        await anyio.sleep(0.01)
        return len(words)

    def shout(self, words: str) -> str:
        """Return the words aloud."""
        return words.upper()


class Hasty(Clerk):
    """Loads in its constructor."""

    def __init__(self, config: BackendConfig) -> None:
        super().__init__(config)
        time.sleep(0.2)


class Busy(Clerk):
    """Starts a thread in its constructor."""

    def __init__(self, config: BackendConfig) -> None:
        super().__init__(config)
        self.over = threading.Event()
        threading.Thread(target=self.over.wait, args=(1,), daemon=True).start()


class Holding(Clerk):
    """Opens a file in its constructor."""

    def __init__(self, config: BackendConfig) -> None:
        super().__init__(config)
        self.file = os.open(os.devnull, os.O_RDONLY)


class Absent(Clerk):
    """Cannot be opened."""

    async def __aenter__(self) -> Self:
        raise Unavailable("no ink: buy some")


class Once(Clerk):
    """Opens twice, and no more: the trial opens it a first time to see whether it can."""

    opened = 0

    async def __aenter__(self) -> Self:
        Once.opened += 1
        if Once.opened > 1:
            raise Unavailable("was open before")
        return self


class Nameless(Clerk):
    """Is called what nobody can type."""

    name = "The Clerk"


class Boastful(Clerk):
    """Claims what there is not."""

    capabilities = frozenset({"SHOUTS", "SHUOTS"})


class Hoarse(Clerk):
    """Claims what it cannot do."""

    def shout(self, words: str) -> str:
        return words


class Jealous(Clerk):
    """Does one job at a time, and breaks at the second."""

    busy = False

    async def count(self, words: str | None) -> int:
        if self.busy:
            raise LookupError("I have but two hands")
        self.busy = True
        try:
            return await super().count(words)
        finally:
            self.busy = False


class Stubborn(Clerk):
    """Goes on although nobody wants it any more."""

    async def count(self, words: str | None) -> int:
        if words == PLAIN:
            with anyio.CancelScope(shield=True):
                await anyio.sleep(0.5)
        return await super().count(words)


class Spent(Clerk):
    """Is of no use any more when it was cancelled."""

    tired = False

    async def count(self, words: str | None) -> int:
        require(not self.tired, "is tired")
        try:
            return await super().count(words)
        except anyio.get_cancelled_exc_class():
            self.tired = True
            raise


class Provincial(Clerk):
    """Knows its own letters only."""

    async def count(self, words: str | None) -> int:
        return len((words or "").encode("ascii")) if words else await super().count(words)


class Impatient(Clerk):
    """Takes what it does not understand for a passing trouble."""

    async def count(self, words: str | None) -> int:
        if words == "":
            raise Transient("come again")
        return await super().count(words)


class Careless(Clerk):
    """Does what nobody could do."""

    async def count(self, words: str | None) -> int:
        return await super().count(words or "")


class Clueless(Clerk):
    """Crashes over what nobody could do."""

    async def count(self, words: str | None) -> int:
        return len(words) if words is not None else len(None)  # type: ignore[arg-type]


BREAKS: dict[type, dict[str, str]] = {
    Hasty: {"constructing does nothing": "its constructor takes its time"},
    Busy: {"constructing does nothing": "Busy() leaves threads behind"},
    Holding: {"constructing does nothing": "Holding() leaves files behind"},
    Absent: {"opens and closes": "Unavailable: no ink: buy some"},
    Once: {"opens again": "Unavailable: was open before"},
    Nameless: {"name and capabilities are known words": "it is called 'The Clerk'"},
    Boastful: {"name and capabilities are known words": "claims 'SHUOTS' (did you mean `SHOUTS`?)"},
    Hoarse: {"it shouts": "does not shout"},
    Jealous: {"two at a time": "LookupError: I have but two hands"},
    Stubborn: {"cancelling stops it": "goes on for 0."},
    Spent: {
        "cancelling stops it": "is tired",
        "strange words are borne": "is tired",
        "wrong wishes are invalid": "raises",
    },
    Provincial: {"strange words are borne": "UnicodeEncodeError"},
    Impatient: {"strange words are borne": "'': come again"},
    Careless: {"wrong wishes are invalid": "wrong wish 1: was granted"},
    Clueless: {"wrong wishes are invalid": "wrong wish 1: raises TypeError"},
}


async def test_a_backend_that_is_right_passes() -> None:
    found = await outcomes(CLERKS, settings_of(Clerk))
    assert {outcome.state for outcome in found} == {"ok"}
    assert len({outcome.check for outcome in found}) == len(found) == 9
    assert all(outcome.says.endswith(".") or ":" in outcome.says for outcome in found)


@pytest.mark.parametrize("double", BREAKS, ids=lambda double: double.__name__)
async def test_each_check_is_failed_by_who_breaks_it(double: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conformance, "GRACE", 0.3)
    monkeypatch.setattr(conformance, "AT_ONCE", 0.15)
    found = await failures(CLERKS, settings_of(double))
    assert found.keys() == BREAKS[double].keys()
    assert [name for name, why in BREAKS[double].items() if why not in found[name]] == []


async def test_what_is_not_claimed_is_not_asked_for() -> None:
    found = await outcomes(CLERKS, settings_of(Silent))
    assert [outcome.check for outcome in found if outcome.state == "not claimed"] == ["it shouts"]


class Silent(Hoarse):
    """Cannot shout, and says so."""

    capabilities = frozenset[str]()


async def test_a_check_that_takes_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conformance, "PATIENCE", 0.2)
    assert (await failures(CLERKS, settings_of(Endless)))["two at a time"] == "is not done in time"


class Endless(Clerk):
    """Never answers."""

    async def count(self, words: str | None) -> int:
        await anyio.sleep_forever()
        return await super().count(words)


def test_the_long_words_are_ten_thousand_characters() -> None:
    assert 10_000 <= len(LONG) < 10_100
