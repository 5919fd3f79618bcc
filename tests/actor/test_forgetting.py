"""A service forgets what it is asked to, also what it was asked while it was not there."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest

from bus import Bus, Subscription
from schemas import Forget, Forgotten, StoryBeat
from services.actor.forgetting import forget_when_asked
from tests.bus.mesh import Mesh, nothing_more, take

pytestmark = pytest.mark.anyio


@pytest.fixture
def mesh() -> Iterator[Mesh]:
    """Yield a mesh in a folder with a short path."""
    with tempfile.TemporaryDirectory(prefix="fs") as folder:
        yield Mesh(Path(folder))


async def answer_of(story: Bus, answers: Subscription[Forgotten]) -> Forgotten:
    """Let a service live until it answers."""
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(forget_when_asked, story)
        (answer,) = await take(answers)
        assert await nothing_more(answers)
        tasks.cancel_scope.cancel()
    return answer


async def test_a_missed_wish_is_fulfilled_at_the_next_start_and_answered_once(mesh: Mesh) -> None:
    async with mesh.hand() as hand, hand.subscribe(Forgotten) as answers:
        async with mesh.open("story") as story:
            await story.publish(StoryBeat(number=1, text="a secret", visit="one"))
        wish = await hand.publish(Forget(visits=("one",)))
        async with mesh.open("story") as story:
            answer = await answer_of(story, answers)
            assert (answer.cause, answer.events) == (wish.id, 1)
        again = await hand.publish(Forget(visits=("one",), rewrite=("story",)))
        async with mesh.open("story") as story:
            answer = await answer_of(story, answers)
            assert (answer.cause, answer.events) == (again.id, 0)
