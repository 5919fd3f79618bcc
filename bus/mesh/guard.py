"""Keeps a participant alive while another process of the same user floods it.

ZeroMQ bounds how many messages wait, but not all that a peer can make it keep: the parts of a message that never ends,
and the prefixes that somebody asks for. Both grow inside the library, and the second also holds up the event loop. So a
thread looks at the memory of this process, and when it has grown by much it looks who keeps sending. An honest peer is
never far behind: what it sends is read at once or, while this process stands still, not at all.
"""

import asyncio
import os
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import anyio
import anyio.to_thread
import zmq

from bus.mesh.connections import MEMORY, Connection, Far, connections, far_end, give_back, memory, pulse
from bus.mesh.door import DOMAIN, Door
from bus.mesh.lane import Lane
from bus.names import LANES, Place
from bus.say import warn

TICK_SECONDS = 0.1
ALARM_BYTES = 64_000_000
"""So much may memory grow before it is looked who keeps sending."""
RENEWAL_BYTES = 256_000_000
"""So much may it grow while nobody is found, before all who send anything begin anew."""
BEHIND_BYTES = 4_096
LOOKS = 40
LONG_LOOKS = 400
"""A flood shows in a few looks; a trickle takes more of them."""
LOOK_SECONDS = 0.001
PREFIX_BYTES = 250_000
"""So many bytes of distinct prefixes may one process ask for. A participant asks for a few hundred."""
CONNECTIONS = 64
"""So many connections may one process have to one socket."""
STRIKES = 2
STRIKE_SECONDS = 60.0
EXILE_SECONDS = 60.0
TRIM_SECONDS = (0.3, 1.0, 3.0, 10.0)


class Evidence:
    """What was seen of one connection while it was looked at."""

    def __init__(self) -> None:
        self.looks = 0
        self.some = 0
        self.behind = 0
        self._amounts: set[int] = set()

    def note(self, unread: int) -> None:
        """Note what lay unread."""
        self.looks += 1
        self.some += unread > 0
        self.behind += unread >= BEHIND_BYTES
        self._amounts.add(unread)

    def floods(self, was_called: bool) -> bool:
        """Say whether it kept sending. To somebody who does not read, an honest publisher's bytes lie there unmoved."""
        return self.behind > self.looks // 2 and (was_called or len(self._amounts) > 2)


class Guard:
    """Ends the connections of those who flood, and keeps them away for a while."""

    def __init__(
        self,
        place: Place,
        context: "zmq.Context[zmq.Socket[bytes]]",
        lanes: Mapping[str, Lane],
        places: Callable[[], list[Place]],
    ) -> None:
        """`places` returns who is there now."""
        self.cut = 0
        """How many connections were ended because of a flood."""
        self._lanes = lanes
        self._places = places
        self._mine = {str(place.run / f".{place.socket(lane).name}") for lane in LANES}
        self._loop = asyncio.get_running_loop()
        self._banned: dict[int, float] = {}
        """By process: until when it is kept out at least. What it has sent before is still coming."""
        self._door: Door | None = None
        if MEMORY.exists():
            self._door = Door(context, self._banned.__contains__)
            for lane in lanes.values():
                lane.guard(DOMAIN)
        self._done = anyio.Event()
        self._lowest = self._calm = self._renewed = memory()
        self._left = False
        """True when somebody has asked for less than before: that is how a subscriber's end is seen."""
        self._crowd = pulse()[1]
        self._strikes: dict[Far, list[float]] = defaultdict(list)
        self._trims: list[float] = []
        self._held: dict[bytes, int] = {}
        self._asked: Counter[int] = Counter()

    async def run(self) -> None:
        """Watch until told to leave."""
        try:
            if self._door is not None:
                with anyio.CancelScope(shield=True):
                    await anyio.to_thread.run_sync(self._watch, self._door, limiter=anyio.CapacityLimiter(1))
        finally:
            self._done.set()

    async def leave(self) -> None:
        """Watch no longer."""
        if self._door is not None:
            self._door.ring()
            await self._done.wait()
            self._door.close()

    def asked(self, message: zmq.Frame) -> bool:
        """Note what a process asks for, or no longer does; say whether that is to be heeded. Called from the loop."""
        wish = message.bytes
        prefix = wish[1:]
        holder = self._held.pop(prefix, None) if self._held else None
        if holder is not None:
            self._asked[holder] -= len(prefix) + 1
        if wish[:1] != b"\1":
            self._left = True
            return True
        process = int(str(message.get("Peer-Address")).rpartition(":")[2])
        if self._asked[process] > PREFIX_BYTES:
            self._ban(process, "prefixes")
            return False
        self._held[prefix] = process
        self._asked[process] += len(prefix) + 1
        return True

    def _watch(self, door: Door) -> None:
        while door.wait(TICK_SECONDS):
            used, descriptor = pulse()
            self._calm, self._renewed = min(self._calm, used), min(self._renewed, used)
            self._crowd = min(self._crowd, descriptor)
            if used > self._calm + ALARM_BYTES:
                found = self._inspect(door)
                self._calm = memory()
                self._renewed = self._calm if found else self._renewed
            if used > self._renewed + RENEWAL_BYTES:
                self._renew(door)
                self._renewed = memory()
            if self._banned or descriptor > self._crowd + CONNECTIONS:
                self._keep_out()
                self._crowd = pulse()[1]
            self._tidy(used)

    def _tidy(self, used: int) -> None:
        """Give back what was kept for somebody who is gone: the C library does not do it by itself."""
        self._lowest = min(self._lowest, used)
        if self._left and not self._trims and used > self._lowest + ALARM_BYTES:
            self._trims = [time.monotonic() + later for later in TRIM_SECONDS]
        self._left = False
        if self._trims and time.monotonic() > self._trims[0]:
            self._trims.pop(0)
            give_back()
            self._lowest = memory()

    def _inspect(self, door: Door) -> bool:
        """End the connections of those who keep sending; say whether there were any."""
        found = False
        patient = not self._loop_runs() and memory() < self._lowest + RENEWAL_BYTES
        for one, evidence in self._look(door, LOOKS):
            if patient and one.near not in self._mine:
                continue  # nobody reads here: what piles up may be honest, and has a bound
            if evidence.floods(one.near in self._mine):
                found = True
                self._end(one)
                if one.near in self._mine:
                    self._ban(one.far.process, "flood")
                else:
                    self._strike(one.far)
        return found

    def _loop_runs(self) -> bool:
        answered = threading.Event()
        self._call(answered.set)
        return answered.wait(TICK_SECONDS)

    def _renew(self, door: Door) -> None:
        """End the connections of all who send anything. They are called again at once; the log lane loses nothing."""
        for one, evidence in self._look(door, LONG_LOOKS):
            if evidence.some > 1:
                self._end(one)

    def _look(self, door: Door, looks: int) -> list[tuple[Connection, Evidence]]:
        seen = [(one, Evidence()) for one in connections() if one.near in self._mine or one.far.name]
        for _ in range(looks):
            for one, evidence in seen:
                evidence.note(one.unread())
            door.wait(LOOK_SECONDS)
        return seen

    def _keep_out(self) -> None:
        """End what connects those who are banned, or have far too many connections."""
        called = [one for one in connections() if one.near in self._mine]
        for (process, _), count in Counter((one.far.process, one.near) for one in called).items():
            if count > CONNECTIONS:
                self._ban(process, "connections")
        for one in called:
            if one.far.process in self._banned:
                self._end(one)
        for process, until in list(self._banned.items()):
            if time.monotonic() > until and not Path(f"/proc/{process}").exists():
                del self._banned[process]

    def _end(self, one: Connection) -> None:
        one.cut()
        self._trims = [time.monotonic() + later for later in TRIM_SECONDS]

    def _ban(self, process: int, reason: str) -> None:
        """Keep a process out for as long as it lives. It is never this one, where several participants may live."""
        if process not in self._banned and process != os.getpid():
            self._banned[process] = time.monotonic() + EXILE_SECONDS
            self.cut += 1
            warn("bus.cut", process=process, reason=reason)

    def _strike(self, far: Far) -> None:
        """Note that a participant has flooded this one: it may call again at once, but not for ever."""
        now = time.monotonic()
        recent = [then for then in self._strikes[far] if then > now - STRIKE_SECONDS]
        self._strikes[far] = [*recent, now]
        self.cut += 1
        if len(recent) + 1 >= STRIKES:
            warn("bus.cut", process=far.process, socket=Path(far.name).name, reason="flood")
            self._call(lambda: self._exile(far))

    def _call(self, task: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop may be closed already
            self._loop.call_soon_threadsafe(task)

    def _exile(self, far: Far) -> None:
        for place in self._places():
            for name, lane in self._lanes.items():
                if far_end(place.socket(name)) == far:
                    lane.disconnect(place)
                    self._loop.call_later(EXILE_SECONDS, self._call_back, lane, place)

    def _call_back(self, lane: Lane, place: Place) -> None:
        if place in self._places() and not self._done.is_set():
            lane.connect(place)
