"""Between two scenarios: the stage is cleared, and whoever was hurt is waited for."""

import time

import anyio

from schemas import RollCall, Status, VisitEnded
from services.catalogue import service_names
from services.console.rehearsal.conductor import Stage
from services.console.rehearsal.done import Missed

BACK = 45.0
"""Seconds that services may take to be well again."""
LOOK = 0.1
"""Seconds between two looks."""


async def settle(stage: Stage) -> None:
    """End the visit that is on, and return when nothing is on stage and every service is ready. Raise Missed."""
    wrong, ended = "", ""
    with anyio.move_on_after(BACK):
        while True:
            asked = time.monotonic()
            await stage.bus.publish(RollCall())
            await anyio.sleep(LOOK)
            said = {name: status for name, status in stage.ear.statuses.items() if status.clock >= asked}
            visit = on_stage(said.get("story"))
            wrong = unwell(said) or (f"visit {visit} does not end" if visit else "")
            if stage.ear.utterances:
                wrong = wrong or "asr has not understood yet what was said"
            if visit not in ("", ended):
                await stage.bus.publish(VisitEnded(visit=visit, reason="operator"))
                ended = visit
            if not wrong:
                return
    raise Missed(f"{BACK:.0f} s after it {wrong}")


def on_stage(story: Status | None) -> str:
    """Return the visit that the story service says is on."""
    return str(story.reports.get("story", {}).get("visit", "")) if story else ""


def unwell(said: dict[str, Status]) -> str:
    """Return which services are not ready, by what they say of themselves."""
    names = [name for name in service_names() if name not in said or said[name].state != "ready"]
    return f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} not ready" if names else ""
