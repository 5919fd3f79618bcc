"""What is on stage now, and what is too old to come on."""

from collections.abc import Callable
from typing import Any

import msgspec

from schemas import (
    Cancelled,
    Event,
    Failed,
    ImageProgress,
    ImageReady,
    MusicReady,
    NarrationPart,
    NarrationReady,
    SceneFinished,
    SceneShown,
    SoundReady,
    SpeechFinal,
    SpeechPartial,
    SpeechStarted,
    StoryBeat,
    TurnStarted,
    VisitEnded,
    VisitStarted,
)
from services.actor.turns import Turns
from services.display import told
from services.display.messages import Ended, Hearing, Message, Missing, OnStage, Preview, Turn
from services.display.recent import Recent
from services.display.words import WordFilter

IN_STORY = (StoryBeat, ImageReady, NarrationPart, NarrationReady, SoundReady, MusicReady)
REMEMBERED = (VisitStarted, TurnStarted, *IN_STORY, SceneShown, SceneFinished)
"""What the stage is built from again after a restart."""
HEARD = (
    VisitEnded, VisitStarted, TurnStarted, *IN_STORY, ImageProgress,
    SpeechStarted, SpeechPartial, SpeechFinal, Failed, Cancelled,
)  # fmt: skip
"""All that the stage listens to."""

LARGEST = 400_000
"""Bytes of a preview that is passed on."""


class Narration(msgspec.Struct):
    """The sentences of one beat."""

    parts: dict[int, NarrationPart] = {}
    ready: NarrationReady | None = None
    begun: set[str] = msgspec.field(default_factory=set)
    """Ids of the parts that a page has begun to play."""
    over: bool = False
    """True when it was heard to its end, or failed."""


class Stage:
    """Hears every event and answers with what the pages are to be told: nothing, for what is stale.

    It waits for nothing, so what it found fresh is handed to the pages in the same step of the loop.
    """

    def __init__(self, turns: Turns, words: WordFilter) -> None:
        self.turns, self.words = turns, words
        self.seen = Recent(4000)
        self.left = Recent(200)
        self.refused = 0
        self.silent_since: dict[str, float] = {}
        self.clear()
        self.handlers: dict[type[Event], Callable[[Any], Message | None]] = {
            VisitStarted: lambda event: Turn(visit=event.visit, turn=event.turn),
            TurnStarted: self._turn,
            VisitEnded: self._ended,
            StoryBeat: self._beat,
            ImageProgress: self._progress,
            ImageReady: self._picture,
            NarrationPart: self._part,
            NarrationReady: self._narrated,
            SoundReady: self._sound,
            MusicReady: self._sound,
            SpeechStarted: lambda event: self._hearing(Hearing(mic=event.mic)),
            SpeechPartial: self._partial,
            SpeechFinal: self._final,
            Failed: self._missing,
            Cancelled: self._missing,
            SceneShown: self._was_shown,
            SceneFinished: self._was_finished,
        }

    def clear(self) -> None:
        """Take everything off the stage."""
        self.visit = ""
        self.voice: NarrationPart | None = None
        self.turn: TurnStarted | None = None
        self.beat: StoryBeat | None = None
        self.preview: Preview | None = None
        self.picture: ImageReady | None = None
        self.sounds: dict[str, SoundReady | MusicReady] = {}
        self.narrations: dict[str, Narration] = {}
        self.hearing: Hearing | None = None
        self.hung: dict[str, ImageReady] = {}
        self.shown = Recent(200)

    def hear(self, event: Event) -> Message | None:
        """Take notice of an event; return what pages are to be told, if anything."""
        handler = self.handlers.get(type(event))
        if handler is None or (event.lane == "log" and not self.seen.add(event.id)):
            return None
        self.turns.note(event)
        if not isinstance(event, VisitEnded) and (self.turns.stale(event) or not self._on_stage(event)):
            self.refused += 1
            return None
        return handler(event)

    def unknown(self, event: Event) -> bool:
        """Return whether the event's visit was never heard of, so that the journals should be asked if it has ended."""
        return bool(event.visit) and event.visit not in self.turns.newest

    def _on_stage(self, event: Event) -> bool:
        """Return whether the event is of the visit on stage; a visit that is new, or begins a turn, takes the stage."""
        if not event.visit or event.visit == self.visit:
            return True
        if event.visit in self.left and not isinstance(event, VisitStarted | TurnStarted):
            return False
        picture, sounds = self.picture, self.sounds
        self.left.add(self.visit)
        self.left.discard(event.visit)
        self.clear()
        self.visit, self.picture, self.sounds = event.visit, picture, sounds
        return True

    def _turn(self, event: TurnStarted) -> Message:
        self.turn, self.beat, self.preview, self.hearing = event, None, None, None
        self.narrations.clear()
        return Turn(visit=event.visit, turn=event.turn, text=self._drawn(event.text))

    def _ended(self, event: VisitEnded) -> Message | None:
        if event.visit != self.visit:
            return None
        self.clear()
        return Ended(visit=event.visit, turn=event.turn, reason=event.reason)

    def _beat(self, event: StoryBeat) -> Message | None:
        if self.beat and self.beat.visit == event.visit and event.number < self.beat.number:
            return self._refuse()
        self.beat = event
        return told.beat(event, self.words)

    def _progress(self, event: ImageProgress) -> Message | None:
        if not 0 < len(event.preview) < LARGEST or made_before(event, self.picture) or event.cause in self.hung:
            return None
        self.preview = told.preview(event)
        return self.preview

    def _picture(self, event: ImageReady) -> Message | None:
        if made_before(event, self.picture) or (event.cause and event.cause in self.hung):
            return self._refuse()
        self.hung[event.cause or event.id] = event
        while len(self.hung) > 16:
            del self.hung[next(iter(self.hung))]
        self.picture, self.preview = event, None
        return told.picture(event, self.words)

    def _narration(self, request: str) -> Narration:
        """Return the narration of a request; the few newest are kept."""
        if request not in self.narrations:
            self.narrations[request] = Narration()
            while len(self.narrations) > 4:
                del self.narrations[next(iter(self.narrations))]
        return self.narrations[request]

    def _part(self, event: NarrationPart) -> Message | None:
        if made_before(event, self.voice) or event.part in self._narration(event.cause).parts:
            return self._refuse()
        self.voice = event
        self._narration(event.cause).parts[event.part] = event
        return told.part(event, self.words)

    def _narrated(self, event: NarrationReady) -> Message | None:
        narration = self._narration(event.cause)
        if narration.ready:
            return self._refuse()
        narration.ready = event
        return told.narrated(event)

    def _sound(self, event: SoundReady | MusicReady) -> Message | None:
        bus = told.bus_of(event)
        if made_before(event, self.sounds.get(bus)):
            return self._refuse()
        self.sounds = {**self.sounds, bus: event}
        return told.sound(event)

    def _partial(self, event: SpeechPartial) -> Message | None:
        # The two lanes have no order between them: the end of an utterance may overtake its last words.
        if event.clock <= self.silent_since.get(event.mic, 0.0):
            return None
        return self._hearing(Hearing(mic=event.mic, text=self._drawn(event.text), stable=event.stable))

    def _final(self, event: SpeechFinal) -> Message:
        self.silent_since = {event.mic: event.clock}
        return self._hearing(Hearing(mic=event.mic, text=self._drawn(event.text), done=True))

    def _drawn(self, text: str) -> str:
        return self.words.clean(text[: told.LONGEST])

    def _hearing(self, hearing: Hearing) -> Message:
        self.hearing = None if hearing.done else hearing
        return hearing

    def _missing(self, event: Failed | Cancelled) -> Message | None:
        if self.preview and self.preview.request == event.cause:
            self.preview = None
        if event.request == "narration.request":
            self._narration(event.cause).over = True
        return Missing(visit=event.visit, turn=event.turn, request=event.cause, what=event.request)

    def _was_shown(self, event: SceneShown) -> None:
        self.shown.add(f"{event.cause} {event.page}")

    def _was_finished(self, event: SceneFinished) -> None:
        for narration in self.narrations.values():
            if narration.ready and narration.ready.id == event.cause:
                narration.over = True

    def _refuse(self) -> Message | None:
        self.refused += 1
        return None

    def on_canvas(self, picture: str, page: str) -> ImageReady | None:
        """A page shows a picture: return it when that is news and the picture still belongs on stage."""
        event = next((event for event in self.hung.values() if event.id == picture), None)
        if event is None or self.turns.stale(event):
            return None
        return event if self.shown.add(f"{picture} {page}") else None

    def begun(self, part: str) -> None:
        """A page has begun to play a sentence."""
        for narration in self.narrations.values():
            if any(event.id == part for event in narration.parts.values()):
                narration.begun.add(part)

    def heard(self, narrated: str) -> NarrationReady | None:
        """A page played a narration to its end: return it when no page did before and it is not stale."""
        for narration in self.narrations.values():
            ready = narration.ready
            if ready and ready.id == narrated and not narration.over and not self.turns.stale(ready):
                narration.over = True
                return ready
        return None

    def present(self, clock: float) -> tuple[OnStage, ...]:
        """Return what a page must be told to be where the others are, at monotonic time `clock`."""
        found: list[OnStage | None] = []
        if self.visit:
            text = self._drawn(self.turn.text) if self.turn else ""
            found.append(Turn(visit=self.visit, turn=self.turn.turn if self.turn else 0, text=text))
        found += [told.sound(event) for event in self.sounds.values()]
        found += [told.picture(self.picture, self.words) if self.picture else None, self.preview]
        found.append(told.beat(self.beat, self.words) if self.beat and not self._told(clock) else None)
        for narration in self.narrations.values():
            if not over(narration, clock):
                found += [told.part(part, self.words) for part in unheard(narration)]
                found.append(told.narrated(narration.ready) if narration.ready else None)
        return tuple(message for message in (*found, self.hearing) if message is not None)

    def _told(self, clock: float) -> bool:
        """Return whether the beat has already been heard, or should have been."""
        if self.narrations:
            return all(over(narration, clock) for narration in self.narrations.values())
        return self.beat is not None and not 0 <= clock - self.beat.clock < 30.0


def over(narration: Narration, clock: float) -> bool:
    """Return whether a narration need not be played any more: it was heard, or its time has passed."""
    if narration.over or narration.ready is None:
        return narration.over
    age = clock - narration.ready.clock
    # A clock that runs ahead of ours is of another start of this machine.
    return age < 0 or age > narration.ready.seconds + 15.0


def unheard(narration: Narration) -> list[NarrationPart]:
    """Return the sentences from the one that is being heard on."""
    parts = [narration.parts[index] for index in sorted(narration.parts)]
    begun = [index for index, part in enumerate(parts) if part.id in narration.begun]
    return parts[max(begun, default=0) :]


def made_before(event: Event, shown: Event | None) -> bool:
    """Return whether `event` answers an older request, of the same turn and the same asker, than `shown` does."""
    if shown is None or (event.visit, event.turn) != (shown.visit, shown.turn):
        return False
    asker, _, number = event.cause.partition(":")
    shown_asker, _, shown_number = shown.cause.partition(":")
    return asker == shown_asker and number.isdigit() and shown_number.isdigit() and int(number) < int(shown_number)
