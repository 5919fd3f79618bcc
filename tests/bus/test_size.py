"""What a participant says of its journal, and what a journal holds while nobody runs."""

import time
from functools import partial

import anyio
import pytest

from bus import Bus
from bus.api import Report
from bus.journal.size import Holding, holding
from schemas import SpeechFinal
from tests.bus.mesh import PATIENCE, Mesh

pytestmark = pytest.mark.anyio


async def looked(bus: Bus) -> Report:
    """Return what a participant says of its journal, once it has looked."""
    with anyio.fail_after(PATIENCE):
        while not bus.reports["journal"]():
            await anyio.sleep(0.01)
    return bus.reports["journal"]()


async def test_a_participant_says_how_much_its_journal_holds(mesh: Mesh) -> None:
    begun = time.time()
    async with mesh.open("story") as bus:
        await bus.publish(SpeechFinal(text="a fox"))
        await bus.set_aside(await bus.publish(SpeechFinal(text="an owl")), "nobody knows it")
        found = await looked(bus)
    assert (found["frames"], found["letters"]) == (2, 1)
    assert begun <= float(str(found["oldest"])) <= float(str(found["newest"])) <= time.time()
    assert float(str(found["newest_letter"])) >= float(str(found["newest"]))
    assert int(str(found["bytes"])) > 4096


async def test_looking_is_left_alone_for_a_while(mesh: Mesh) -> None:
    async with mesh.open("story") as bus:
        before = await looked(bus)
        await bus.publish(SpeechFinal(text="a fox"))
        for _ in range(20):
            assert bus.reports["journal"]() is before
            await anyio.sleep(0.001)


async def test_a_journal_is_weighed_while_nobody_runs(mesh: Mesh) -> None:
    async with mesh.open("story") as bus:
        await bus.publish(SpeechFinal(text="a fox"))
    find = partial(holding, mesh.journals)
    found = await anyio.to_thread.run_sync(find, "story")
    assert (found.frames, found.oldest) == (1, found.newest)
    assert find("nobody") == Holding()
