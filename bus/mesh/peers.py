"""Who is there: hello, connect back, and goodbye, with nobody in the middle.

Everybody binds before looking around, so of any two one sees the other. A hello is a subscription that nothing matches
but its answer; who sees it connects back. One is kept for life: later comers hear it, and its end means goodbye.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import anyio

from bus.mesh.lane import Lane
from bus.names import LANES, NAME, Place, accepts, living, remove
from bus.say import warn
from bus.wire import END, GARBAGE, HELLO, Heads, pack_heads, unpack_heads

ANSWER_SECONDS = 0.5
TOKEN = re.compile(rb"\xff(%s)\.(\d{1,12})\.(\d{1,12})\0" % NAME.pattern.encode())


class Wait:
    """The answers that somebody waits for: by participant, lane, and what was answered."""

    def __init__(self, missing: set[tuple[str, str, str]]) -> None:
        self.missing = missing
        self._done = anyio.Event()
        self._check()

    def note(self, name: str, lane: str, answer: str) -> None:
        """Note an answer."""
        self.missing.discard((name, lane, answer))
        self._check()

    def leave_out(self, name: str) -> None:
        """Expect nothing more of somebody who left."""
        self.missing = {one for one in self.missing if one[0] != name}
        self._check()

    def _check(self) -> None:
        if not self.missing:
            self._done.set()

    async def bounded(self) -> set[str]:
        """Return who has not answered in time."""
        with anyio.move_on_after(ANSWER_SECONDS):
            await self._done.wait()
        return {name for name, _, _ in self.missing}


class Peers:
    """Keeps the connections of one participant to all others."""

    def __init__(self, me: Place, lanes: dict[str, Lane], introduce: Callable[[], Heads]) -> None:
        """`introduce` returns what this participant answers to a hello."""
        self.me = me
        self.bad = 0
        self.on_heads: Callable[[Heads, int], None]
        self.on_gone: Callable[[str], None]
        self._lanes = lanes
        self._introduce = introduce
        self._places: dict[str, Place] = {}
        self._silent: set[str] = set()
        self._parting: set[Place] = set()
        self._waits: dict[int, Wait] = {}
        self._nonce = 0

    @property
    def names(self) -> list[str]:
        """Who is there."""
        return sorted(self._places)

    @property
    def places(self) -> list[Place]:
        """Where those who are there are found."""
        return list(self._places.values())

    @property
    def silent(self) -> list[str]:
        """Who is there and does not answer."""
        return sorted(self._silent)

    async def join(self) -> None:
        """Meet everybody who is there; return when all have answered and listen."""
        for place in living(self.me.run):
            if place.name != self.me.name:
                self._meet(place)
        with self._waiting(0, ("answered", "heard")) as wait:
            for lane in self._lanes.values():
                lane.subscribe(self._token(0))
                lane.watch()
            self._note_silent(await wait.bounded())

    async def confirm(self, nonce: int) -> None:
        """Return when everybody holds what was subscribed so far."""
        with self._waiting(nonce, ("answered",)) as wait:
            for lane in self._lanes.values():
                lane.subscribe(self._token(nonce))
            try:
                self._note_silent(await wait.bounded())
            finally:
                for lane in self._lanes.values():
                    lane.unsubscribe(self._token(nonce))

    def next_nonce(self) -> int:
        """Return a number for one more hello."""
        self._nonce += 1
        return self._nonce

    def subscribed(self, lane: str, message: bytes) -> None:
        """Read what somebody asked for: a hello, the end of one, or something that needs no answer."""
        token = message[1:]
        if not token.startswith(HELLO):
            return
        found = TOKEN.fullmatch(token)
        if not found:
            self.bad += 1
            return
        place = Place(self.me.run, found[1].decode(), int(found[2]))
        if message[0]:
            self._answer(lane, place, token, int(found[3]))
        elif lane == "log" and found[3] == b"0" and self._places.get(place.name) == place:
            self._part(place)

    def look_again(self) -> None:
        """Let go of those who said goodbye while their sockets still stood."""
        for place in list(self._parting):
            if self._places.get(place.name) != place:
                self._parting.discard(place)
            elif not accepts(place.socket("log")):
                self._forget(place)

    def answered(self, lane: str, message: bytes) -> None:
        """Read an answer to one of my hellos."""
        token, _, body = message.partition(END)
        found = TOKEN.fullmatch(token + END)
        try:
            heads = unpack_heads(body)
        except GARBAGE:
            found = None
        if not found or found[1].decode() != self.me.name:
            self.bad += 1
            return
        nonce = int(found[3])
        self.heard_from(heads.source)
        if lane == "log":
            self.on_heads(heads, nonce)
        if nonce in self._waits:
            self._waits[nonce].note(heads.source, lane, "answered")

    def heard_from(self, name: str) -> None:
        """Note that somebody speaks, who may have been silent."""
        self._silent.discard(name)

    def _answer(self, lane: str, place: Place, token: bytes, nonce: int) -> None:
        if place.name == self.me.name:
            return
        self._parting.discard(place)
        known = self._places.get(place.name)
        if known is None or known.start < place.start:
            self._meet(place)
        self._lanes[lane].send(pack_heads(token, self._introduce()))
        if nonce == 0 and 0 in self._waits:
            self._waits[0].note(place.name, lane, "heard")

    def _meet(self, place: Place) -> None:
        """Listen to a newcomer, who may have left already."""
        if not all(place.socket(lane).exists() for lane in LANES):
            self.on_gone(place.name)
            return
        if place.name in self._places:
            self._forget(self._places[place.name])
        self._places[place.name] = place
        for lane in self._lanes.values():
            lane.connect(place)

    def _part(self, place: Place) -> None:
        """See to what somebody said last; keep listening as long as their socket stands, in case they come back."""
        if accepts(place.socket("log")):
            self._parting.add(place)
            self.on_gone(place.name)
        else:
            self._forget(place)

    def _forget(self, place: Place) -> None:
        """Let go of somebody who left, and see to what they said last."""
        self._parting.discard(place)
        for lane in self._lanes.values():
            lane.disconnect(place)
        self._places.pop(place.name, None)
        self._silent.discard(place.name)
        remove(place)
        for wait in self._waits.values():
            wait.leave_out(place.name)
        self.on_gone(place.name)

    @contextmanager
    def _waiting(self, nonce: int, answers: tuple[str, ...]) -> Iterator[Wait]:
        names = self._places.keys() - self._silent
        wait = Wait({(name, lane, answer) for name in names for lane in LANES for answer in answers})
        self._waits[nonce] = wait
        try:
            yield wait
        finally:
            del self._waits[nonce]

    def _note_silent(self, names: set[str]) -> None:
        self._silent |= names
        if names:
            warn("bus.no_answer", participants=sorted(names))

    def _token(self, nonce: int) -> bytes:
        return HELLO + f"{self.me.name}.{self.me.start}.{nonce}".encode() + END
