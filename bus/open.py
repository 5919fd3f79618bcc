"""Joining the mesh, under a name of one's own or under the first free hand."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path

import anyio
import anyio.to_thread

from bus.api import Bus
from bus.errors import NameTaken
from bus.journal.journal import Journal
from bus.journal.retention import FOR_EVER, Keep
from bus.journals import Journals
from bus.mesh.mesh import MeshBus
from bus.mesh.said import Declared, Role
from bus.names import Lock, Place, remove_older, taking

HANDS = tuple(f"hand-{number}" for number in range(1, 10))


@asynccontextmanager
async def open_bus(  # noqa: PLR0913 -- each is a choice of its own
    name: str, *, run: Path, journals: Path, says: Declared = None, hears: Declared = None, keep: Keep = FOR_EVER
) -> AsyncIterator[Bus]:
    """Join the mesh of a run directory under a name; yield when everybody who lives has answered.

    `says` and `hears` are the kinds of event that this participant may publish and subscribe to, None for any; `keep`
    is how much of its journal is kept. Raise `NameTaken` when a process of that name runs, `BadName` or `BadFolder`
    when it cannot be reached there.
    """
    with taking(run, name) as lock:
        journal = await _journal(lock, journals, name, keep)
        async with _joined(journal, Place(run, name, journal.start), Role(says, hears)) as bus:
            yield bus


@asynccontextmanager
async def open_hand(*, run: Path, journals: Path, by: str = "") -> AsyncIterator[Bus]:
    """Join for a moment, to say something by hand, as the first of `hand-1` to `hand-9` that is free.

    Every event that is published tells in `hand` who did it: `by`, or which hand it was.
    """
    with ExitStack() as held:
        name, lock = _free_hand(held, run)
        journal = await _journal(lock, journals, name, FOR_EVER)
        async with _joined(journal, Place(run, name, journal.start), Role(hand=by or name)) as bus:
            yield bus


def _free_hand(held: ExitStack, run: Path) -> tuple[str, Lock]:
    for name in HANDS:
        try:
            return name, held.enter_context(taking(run, name))
        except NameTaken:
            continue
    raise NameTaken(f"{HANDS[0]} to {HANDS[-1]} are all taken")


async def _journal(lock: Lock, journals: Path, name: str, keep: Keep) -> Journal:
    journal = await anyio.to_thread.run_sync(partial(Journal, journals, name, lock.before, keep))
    lock.note(journal.start)
    return journal


@asynccontextmanager
async def _joined(journal: Journal, place: Place, role: Role) -> AsyncIterator[Bus]:
    remove_older(place)
    with _one_error():
        async with anyio.create_task_group() as tasks:
            bus = MeshBus(place, journal, Journals(journal.path.parent), tasks, role)
            try:
                await bus.join()
                yield bus
            finally:
                with anyio.CancelScope(shield=True):
                    await bus.leave()
                tasks.cancel_scope.cancel()


@contextmanager
def _one_error() -> Iterator[None]:
    """Let a lone error through as itself: that there are tasks behind a bus is no concern of those who use it."""
    try:
        yield
    except BaseExceptionGroup as group:
        if len(group.exceptions) > 1:
            raise
        error = group.exceptions[0]
        raise error from error.__cause__
