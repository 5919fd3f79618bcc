"""A rehearsal: scenarios one after the other on one installation."""

from collections.abc import Sequence
from functools import partial

import anyio
import msgspec

from schemas import TurnStarted
from services.audio.config import Config as Audio
from services.console.fresh import Fresh
from services.console.hand import on_bus
from services.console.refusal import Refusal
from services.console.rehearsal.conductor import Stage, play
from services.console.rehearsal.done import Done, timed
from services.console.rehearsal.ear import Ear
from services.console.rehearsal.results import Played, Results
from services.console.rehearsal.scenario import Scenario
from services.console.rehearsal.settling import settle
from services.console.visitors.voices import open_voices

CLEAR = Done(words="the stage is clear, and every service is ready")


async def rehearse(running: Fresh, audio: Audio, scenarios: Sequence[Scenario], results: Results) -> bool:
    """Play scenarios on an installation that runs; return whether all passed. Raise Refusal when it is not well."""
    async with (
        on_bus(running.installation, "rehearse") as bus,
        open_voices(audio) as voices,
        anyio.create_task_group() as tasks,
    ):
        ear = Ear()
        await tasks.start(ear.listen, bus)
        stage = Stage(running.installation, running.address, bus, ear, voices)
        clear = await timed(CLEAR, settle(stage))
        for scenario in () if clear.failed else scenarios:
            results.end(await one(stage, scenario, audio.project.language, results))
        tasks.cancel_scope.cancel()
    if clear.failed:
        raise Refusal(f"nothing can be rehearsed: {clear.failed}")
    return results.passed


async def one(stage: Stage, scenario: Scenario, language: str, results: Results) -> Played:
    """Play one scenario, unless its visitors speak another language than the project."""
    results.begin(scenario)
    played = Played(name=scenario.name, title=scenario.title, file=str(scenario.path))
    if scenario.language and primary(scenario.language) != primary(language):
        why = f"its visitors speak {scenario.language}, and the project {language}"
        return msgspec.structs.replace(played, skipped=why)
    stage.ear.ends.clear()
    steps = await play(stage, scenario, partial(results.tell, scenario))
    steps.append(await timed(CLEAR, settle(stage)))
    results.tell(scenario, steps[-1])
    visits = [end.visit for end in stage.ear.ends if isinstance(end, TurnStarted)]
    return msgspec.structs.replace(played, steps=steps, visit=visits[-1] if visits else "")


def primary(language: str) -> str:
    """Return the language of a BCP 47 tag without its region."""
    return language.lower().split("-")[0]
