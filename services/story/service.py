"""The story service: the only one that opens visits and turns."""

import math
import secrets
import time
from collections import deque
from typing import Literal

import anyio
import structlog
from anyio.abc import TaskStatus

from bus import TRIES, Bus, Report
from schemas import (
    Cancelled,
    ClockAdvanced,
    Event,
    Failed,
    ImageRequest,
    MusicReady,
    MusicRequest,
    NarrationReady,
    NarrationRequest,
    Request,
    SceneFinished,
    SceneShown,
    SoundReady,
    SoundRequest,
    SpeechFinal,
    SpeechStarted,
    StoryBeat,
    TurnStarted,
    VisitEnded,
    VisitStarted,
    because,
)
from schemas import (
    Report as Made,
)
from services.actor.chain import Chain, open_chain
from services.actor.clock import Clock
from services.actor.errors import NoBackend, Unavailable
from services.actor.threads import in_thread
from services.story.config import Config, GrammarConfig, StoryBackends
from services.story.grammar.world import World
from services.story.performance import Performance
from services.story.planner import Beat, Planner, Tale
from services.story.resuming import NEWEST, answered, first_words, resume, too_old
from services.story.telling import tell
from services.story.words import SHIPPED, Refusal, says_nothing, tidy
from services.story.world import LITTLE, load_world

log = structlog.get_logger()

SAYS = (
    VisitStarted, TurnStarted, VisitEnded, StoryBeat,
    ImageRequest, NarrationRequest, SoundRequest, MusicRequest,
)  # fmt: skip
HEARS = (
    SpeechStarted, SpeechFinal, NarrationReady, SoundReady, MusicReady, SceneShown, SceneFinished, Failed, Cancelled,
    VisitEnded, ClockAdvanced,
)  # fmt: skip
AGAIN = 2.0
"""Seconds until a beat that no planner could make is tried again."""


async def serve(config: Config, bus: Bus, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
    """Answer speech with stories until cancelled."""
    world = await in_thread(load_world, config.world or LITTLE)
    more = (config.refuse_file,) if config.refuse_file else ()
    refusal = await in_thread(Refusal.read, config.refuse, SHIPPED, *more)
    async with (
        open_chain(planners(config), bus=bus, digest=config.digest) as chain,
        bus.subscribe(*HEARS, durable=True) as events,
    ):
        house = House(config, bus, chain, world, refusal)
        await house.take_over()
        bus.reports["story"] = house.report
        async with anyio.create_task_group() as group:
            group.start_soon(house.perform)
            task_status.started()
            async for event in events:
                async with bus.handling(event):
                    house.note(event)


def planners(config: Config) -> StoryBackends:
    """Return the planners, the one that never fails among them."""
    if any(isinstance(backend, GrammarConfig) for backend in config.backends):
        return config.backends
    return StoryBackends((*config.backends, GrammarConfig()))


class House:
    """One stage: opens visits and turns, and lets the story go on."""

    def __init__(self, config: Config, bus: Bus, chain: Chain, world: World, refusal: Refusal) -> None:
        self.config, self.bus, self.chain, self.world, self.refusal = config, bus, chain, world, refusal
        self.on: Performance | None = None
        self.answered: deque[str] = deque(maxlen=NEWEST)
        self.too_late = 0
        self.clock = Clock()
        self.changed = anyio.Event()
        self.planning = anyio.CancelScope()
        self.seconds = 0.0

    async def take_over(self) -> None:
        """Go on where an earlier life of this service stopped."""
        self.on = await resume(self.bus, self.config, self.refusal)
        self.answered.extend(await answered(self.bus))
        if not self.answered:
            for speech in await first_words(self.bus, self.config.answer_within):
                self.hear(speech)

    def note(self, event: Event) -> None:
        """Take notice of what happens. It waits for nothing: what it publishes is one commit with having heard it."""
        on, now = self.on, self.clock.now()
        match event:
            case ClockAdvanced():
                self.clock.note(event)
            case SpeechFinal():
                self.hear(event)
            case SpeechStarted() if on and self.may_join(event.mic):
                if not too_old(event, self.config.listening):
                    on.heard, on.listening = now, now + self.config.listening
            case _ if on and event.visit == on.visit:
                self.note_effect(on, event, now)
        self.changed.set()

    def note_effect(self, on: Performance, event: Event, now: float) -> None:
        """Take notice of how the newest beat is told. What belongs to an older turn says nothing about it."""
        if isinstance(event, VisitEnded):
            if event.source != self.bus.name:
                self.leave()
        elif isinstance(event, SoundReady | MusicReady):
            on.sounds(event, now)
        elif event.turn != on.turn:
            return
        elif isinstance(event, NarrationReady):
            on.narrated(event, now, self.config)
        elif isinstance(event, SceneFinished):
            on.played(event.cause, now, self.config)
        elif isinstance(event, SceneShown):
            on.watched = True
        else:
            on.lost_voice(event.cause, now, self.config)

    def may_join(self, mic: str) -> bool:
        """Return whether words from a microphone belong to the visit that is on."""
        return self.on is not None and (self.config.others == "join" or mic in self.on.mics)

    def hear(self, speech: SpeechFinal) -> None:
        """Open a turn for what was said, and a visit when there is none."""
        if speech.id in self.answered:
            return
        self.answered.append(speech.id)
        if too_old(speech, self.config.answer_within):
            self.too_late += 1
            log.info("speech.too_late", mic=speech.mic, speech=speech.id)
            return
        on, text = self.on, tidy(speech.text)
        if on and self.may_join(speech.mic):
            on.listening = 0.0
            if says_nothing(text) and not on.resting:
                return
        elif on and self.config.others == "ignore":
            log.info("speech.ignored", mic=speech.mic, visit=on.visit)
            return
        elif on:
            self.end("replaced")
        self.open_turn(speech, text)

    def open_turn(self, speech: SpeechFinal, text: str) -> None:
        """Let a new turn begin; what was planned for an older one is dropped."""
        if self.on is None:
            started = self.bus.post(VisitStarted(visit=visit_name(), cause=speech.id, mic=speech.mic))
            self.on = Performance(visit=started.visit, mics=[])
            log.info("visit.started", visit=started.visit, mic=speech.mic)
        on = self.on
        if speech.mic not in on.mics:
            on.mics.append(speech.mic)
        turn = TurnStarted(visit=on.visit, turn=on.turn + 1, cause=speech.id, text=text, mic=speech.mic)
        on.heard = self.clock.now()
        on.open_turn(self.bus.post(turn), self.refusal.without(text), on.heard)
        self.planning.cancel()

    def end(self, reason: Literal["silence", "replaced", "finished"]) -> None:
        """End the visit that is on."""
        on = self.on
        if on:
            self.bus.post(VisitEnded(visit=on.visit, turn=on.turn, cause=on.cause.id, reason=reason))
            log.info("visit.ended", visit=on.visit, reason=reason, turns=on.turn, beats=on.number)
        self.leave()

    def leave(self) -> None:
        """Clear the stage."""
        self.on = None
        self.planning.cancel()

    async def perform(self) -> None:
        """Let the story go on whenever it is time, until cancelled."""
        while True:
            due = self.on.next_step(self.config) if self.on else math.inf
            with anyio.move_on_after(self.clock.until(due)):
                await self.changed.wait()
            self.changed = anyio.Event()
            on = self.on
            if on and on.next_step(self.config) <= self.clock.now():
                await self.step(on)

    async def step(self, on: Performance) -> None:
        """Tell the next beat, or end the visit."""
        if on.resting and not on.opened:
            self.end("silence")
            return
        async with self.bus.attempting(on.cause) as tries:
            if tries > TRIES:
                await self.give_up(on)
                return
            with anyio.CancelScope() as self.planning:
                planned = await self.plan(on)
                if planned and self.on is on and not self.planning.cancel_called:
                    told, narration = tell(self.bus, self.config, on, *planned)
                    on.tell(told, narration.id, self.clock.now(), self.config)

    async def give_up(self, on: Performance) -> None:
        """End a visit that cannot be told on: this service broke twice over its next beat."""
        cause = on.cause
        log.error("visit.poison", visit=on.visit, turn=on.turn, after=cause.id)
        self.end("finished")
        await self.bus.set_aside(cause, f"broke `{self.bus.name}` {TRIES} times when the beat after it was planned")

    async def plan(self, on: Performance) -> tuple[Beat, Made] | None:
        """Return the next beat and how it came about, or None when no planner has one now."""
        tale = Tale(visit=on.visit, world=self.world, beats=self.config.beats, parts=tuple(on.parts))

        async def ask(planner: Planner, _: Request) -> Beat:
            try:
                with anyio.fail_after(self.config.planning):
                    return await planner.plan(tale)
            except TimeoutError as error:
                raise Unavailable(f"has not planned within {self.config.planning:g} s") from error

        try:
            beat, report = await self.chain.call(because(on.opened or TurnStarted(), Request()), ask)
        except NoBackend as error:
            log.error("beat.not_planned", visit=on.visit, reason=str(error))
            await anyio.sleep(AGAIN)
            return None
        self.seconds = report.seconds
        return beat, report

    def report(self) -> Report:
        """Return what is on, for `status`."""
        on = self.on
        shown: Report = {"visit": on.visit, "turn": on.turn, "beat": on.number} if on else {"visit": ""}
        if on and not on.opened:
            shown["next_step"] = round(self.clock.until(on.next_step(self.config)), 3)
        return shown | {
            "planning_seconds": self.seconds, "too_late": self.too_late, "ahead": round(self.clock.ahead, 3)
        }  # fmt: skip


def visit_name() -> str:
    """Return a name that no other visit has; it begins with the time, for people."""
    return f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(2)}"
