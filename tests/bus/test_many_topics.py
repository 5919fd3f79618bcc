"""How many topics somebody may listen to: more than a pipe has room for."""

from typing import cast

import msgspec
import pytest

from schemas import SpeechPartial
from tests.bus.mesh import Mesh, take

pytestmark = pytest.mark.anyio

KINDS = [
    cast("type[SpeechPartial]", msgspec.defstruct(f"Heard{n}", [], bases=(SpeechPartial,), tag=f"heard.in{n}"))
    for n in range(300)
]


async def test_hundreds_of_live_topics_are_heard(mesh: Mesh) -> None:
    async with mesh.open("display") as display, display.subscribe(*KINDS) as partials, mesh.open("asr") as asr:
        for kind in KINDS:
            asr.post(kind(text="a fox", revision=1))
            (partial,) = await take(partials)
            assert type(partial) is kind
        assert asr.reports["bus"]()["silent"] == []
