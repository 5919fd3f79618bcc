"""Plays a scenario: does what it says, and waits for what has to come of it."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, NamedTuple

import anyio
import msgspec
from anyio.abc import TaskGroup

from bus import Bus
from schemas import ClockAdvanced
from services.actor.clock import Clock
from services.actor.errors import BackendError
from services.console.columns import times
from services.console.installation import Installation
from services.console.rehearsal.done import Done, Missed, timed
from services.console.rehearsal.ear import MOST, Ear
from services.console.rehearsal.hurting import kill, process_of, stall
from services.console.rehearsal.players import Players
from services.console.rehearsal.scenario import Cue, Scenario
from services.console.rehearsal.steps import (
    Advance,
    Arrive,
    Audible,
    Inject,
    Kill,
    Leave,
    Never,
    Noise,
    Pause,
    Play,
    Say,
    Stall,
    Step,
    Type,
    Wait,
)
from services.console.rehearsal.telling import value, words_of
from services.console.rehearsal.wanted import lacking
from services.console.visitors.record import Seen, stale
from services.console.visitors.voices import Voices

ANSWER = 30.0
"""Seconds that the display may take to say that it has what was written: it may have been killed."""
PORTION, BREATH = 60.0, 0.05
"""Time passes in portions, with a moment for everybody to act on each, seconds."""


class Stage(NamedTuple):
    """The installation that scenarios are played on."""

    installation: Installation
    address: str
    """Of its page."""
    bus: Bus
    ear: Ear
    voices: Voices


async def play(stage: Stage, scenario: Scenario, tell: Callable[[Done], None]) -> list[Done]:
    """Play a scenario up to the first step that fails; everybody is gone and nothing stands still when this returns."""
    done: list[Done] = []
    async with anyio.create_task_group() as tasks:
        conductor = Conductor(stage, scenario.language, tasks)
        await conductor.prepare(scenario)
        for cue in (*scenario.cues, None):
            done.append(await conductor.play(cue))
            tell(done[-1])
            if done[-1].failed:
                break
        await conductor.players.leave_all()
        tasks.cancel_scope.cancel()
    return done


class Conductor:
    """One scenario that is being played."""

    def __init__(self, stage: Stage, language: str, tasks: TaskGroup) -> None:
        self.stage, self.ear, self.language, self.tasks = stage, stage.ear, language, tasks
        self.clock = Clock()
        self.players = Players(stage.address, self.clock, stage.ear.note, tasks)
        self.deeds: dict[type[Step], Callable[[Any, Cue], Awaitable[None]]] = {
            Arrive: lambda step, _: self.players.arrive(step.arrive),
            Leave: lambda step, _: self.players.leave(step.leave),
            Type: self._type,
            Say: self._sound,
            Noise: self._sound,
            Play: self._sound,
            Wait: self._wait,
            Never: self._never,
            Inject: self._inject,
            Kill: self._kill,
            Stall: self._stall,
            Advance: self._advance,
            Pause: lambda step, _: anyio.sleep(step.pause),
        }

    async def prepare(self, scenario: Scenario) -> None:
        """Have ready what is going to be heard. What cannot be had fails when its turn comes."""
        for cue in scenario.cues:
            if isinstance(cue.step, Audible):
                with suppress(Missed):
                    await self._pcm(cue.step)

    async def play(self, cue: Cue | None) -> Done:
        """Play a step; without one, look back at all of them."""
        if cue:
            return await timed(Done(step=cue.number, line=cue.line, words=words_of(cue.step)), self._do(cue))
        words = f"nothing stale among {times(len(self._seen()), 'thing')} seen and heard"
        return await timed(Done(words=words), self._look_back())

    async def _do(self, cue: Cue) -> None:
        if not isinstance(cue.step, Wait | Never | Pause):
            self.ear.begin()
        await self.deeds[type(cue.step)](cue.step, cue)

    async def _type(self, step: Type, _: Cue) -> None:
        with anyio.move_on_after(ANSWER):
            if await self.players.there[step.by].type(step.type):
                return
            raise Missed("the room asks for a moment: too much was written at once")
        raise Missed(f"the display did not take it within {ANSWER:.0f} s")

    async def _sound(self, step: Audible, _: Cue) -> None:
        pcm, visitor = await self._pcm(step), self.players.there[step.by]
        if step.meanwhile:
            self.tasks.start_soon(visitor.say, pcm)
        else:
            await visitor.say(pcm)

    async def _pcm(self, step: Audible) -> bytes:
        voices = self.stage.voices
        try:
            match step:
                case Say():
                    return await voices.speak(step.say, voice=step.voice, language=self.language)
                case Noise():
                    return await voices.noise(step.noise, step.seconds)
                case Play():
                    return await voices.recording(step.play)
        except BackendError as error:
            raise Missed(f"cannot be heard: {error}") from error

    async def _wait(self, step: Wait, cue: Cue) -> None:
        with anyio.move_on_after(step.within):
            heard = await self.ear.first(cue.wanted)
            wrong = [f"{'.'.join(path)} {value(is_now)}" for path, is_now in lacking(heard, cue.expect).items()]
            if wrong:
                raise Missed(f"{heard.topic} came with {', '.join(wrong)}", self.ear.line(heard))
            return
        raise Missed(f"no such {step.wait} came within {step.within:g} s", *self.ear.instead(step.wait))

    async def _never(self, step: Never, cue: Cue) -> None:
        with anyio.move_on_after(step.seconds):
            heard = await self.ear.first(cue.wanted)
            raise Missed(f"{heard.topic} came", self.ear.line(heard))

    async def _inject(self, step: Inject, cue: Cue) -> None:
        event = cue.event
        if step.in_visit:
            visit, turn = self.ear.turn()
            if not visit:
                raise Missed("no visit is on")
            event = msgspec.structs.replace(event, visit=visit, turn=turn)
        await self.stage.bus.publish(event)

    async def _kill(self, step: Kill, _: Cue) -> None:
        await kill(self.stage.installation, step.kill)

    async def _stall(self, step: Stall, _: Cue) -> None:
        await self.tasks.start(stall, process_of(self.stage.installation, step.stall), step.seconds)

    async def _advance(self, step: Advance, _: Cue) -> None:
        left = step.advance
        while left > 0:
            portion = ClockAdvanced(seconds=min(left, PORTION))
            await self.stage.bus.publish(portion)
            self.clock.note(portion)
            left -= PORTION
            await anyio.sleep(BREATH)

    def _seen(self) -> list[Seen]:
        return [seen for page in self.players.seen for seen in page]

    async def _look_back(self) -> None:
        wrong = stale(self._seen(), self.ear.ends)
        if wrong:
            lines = [f"{seen.kind} at {seen.page}, of turn {seen.turn}: {seen.text or seen.url}" for seen in wrong]
            raise Missed(f"{times(len(wrong), 'thing')} seen or heard after the turn was over", *lines[:MOST])
