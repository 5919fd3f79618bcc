"""The visit that is on stage: what was said and told, and when it goes on."""

import math

import msgspec

from schemas import Event, MusicReady, NarrationReady, SoundReady, StoryBeat, TurnStarted
from services.story.config import Config
from services.story.planner import Said, Told

SETTLED = 2.0
"""Seconds after which every page plays what is there."""
PACE = 13.0
"""Characters that are spoken in a second, until the narration says how long it is."""


class Asked(msgspec.Struct):
    """A soundscape or music that was asked for."""

    request: str
    ready: float = math.inf
    """Since when it is there."""


class Performance(msgspec.Struct, kw_only=True):
    """One visit on stage. All times are of the service's clock."""

    visit: str
    mics: list[str]
    turn: int = 0
    opened: TurnStarted | None = None
    """The turn that has not been answered by a beat yet."""
    parts: list[Said | Told] = []
    beat: StoryBeat | None = None
    """The newest beat."""
    told: int = 0
    """Beats of the turn."""
    resting: bool = False
    """Whether the story has come to its end and waits for words."""
    due: float = math.inf
    """When the telling of the newest beat is over."""
    began: float = 0.0
    """When the newest beat was published."""
    narration: str = ""
    """Id of its narration request."""
    ready: str = ""
    """Id of its narration, when that is complete."""
    finished: set[str] = set()
    """Narrations that pages have played to their end in this turn."""
    watched: bool = False
    """Whether a page is open that says what it has played."""
    heard: float = 0.0
    """When somebody last spoke."""
    listening: float = 0.0
    """Until when the story waits for words that have begun."""
    sounding: tuple[tuple[str, ...], str, str] = ((), "", "")
    """Sounds, mood and place of the soundscape."""
    music: str = ""
    """Mood of the music."""
    asked: dict[type[Event], Asked] = {}
    """The newest wish for each, by the kind of its answer."""

    @property
    def number(self) -> int:
        """The number of the newest beat."""
        return self.beat.number if self.beat else 0

    @property
    def cause(self) -> TurnStarted | StoryBeat:
        """What the next beat follows."""
        cause = self.opened or self.beat
        if cause is None:
            raise ValueError("a beat follows a turn or another beat")
        return cause

    def open_turn(self, turn: TurnStarted, words: str, now: float) -> None:
        """Begin a turn with what the story may take up of its words."""
        self.turn, self.opened = turn.turn, turn
        self.ask_again(now)
        self.told, self.resting, self.listening = 0, False, 0.0
        self.finished.clear()
        self.parts.append(Said(turn=turn.turn, text=words))

    def ask_again(self, now: float) -> None:
        """Ask once more for what cannot be heard yet: as a wish of an older turn it will not be heard any more."""
        if self.too_late(SoundReady, now):
            self.sounding = ((), "", "")
        if self.too_late(MusicReady, now):
            self.music = ""

    def too_late(self, kind: type[Event], now: float) -> bool:
        """Return whether something that was asked for may not be heard yet."""
        return kind in self.asked and now - self.asked[kind].ready < SETTLED

    def sounds(self, event: SoundReady | MusicReady, now: float) -> None:
        """Note that something that was asked for can be heard soon."""
        asked = self.asked.get(type(event))
        if asked and asked.request == event.cause:
            asked.ready = now

    def tell(self, beat: StoryBeat, narration: str, now: float, config: Config) -> None:
        """Note that a beat is being told."""
        self.parts.append(Told(number=beat.number, turn=beat.turn, sentences=beat.sentences, place=beat.place))
        self.told += 1
        self.beat, self.opened, self.resting = beat, None, beat.last
        self.began, self.narration, self.ready = now, narration, ""
        self.due = now + len(beat.text) / PACE + config.pause + config.patience

    def narrated(self, event: NarrationReady, now: float, config: Config) -> None:
        """Note how long the narration of the newest beat is."""
        if event.cause != self.narration:
            return
        self.ready = event.id
        patience = config.patience if self.watched else 0.0
        self.due = max(now, self.began + event.seconds + config.pause + patience)
        if event.id in self.finished:
            self.due = now + config.pause

    def lost_voice(self, request: str, now: float, config: Config) -> None:
        """Note that nothing is heard of the newest beat: it stays for as long as it takes to read."""
        if request == self.narration:
            self.due = max(now, self.began + len(self.beat.text if self.beat else "") / PACE + config.pause)

    def played(self, narration: str, now: float, config: Config) -> None:
        """Note that a page has played a narration to its end."""
        self.watched = True
        self.finished.add(narration)
        if narration == self.ready:
            self.due = min(self.due, now + config.pause)

    def next_step(self, config: Config) -> float:
        """Return when something is to be done: the next beat, or the end of the visit."""
        if self.opened:
            return 0.0
        if self.resting:
            return max(self.due, self.heard, self.listening) + config.silence
        return max(self.due, self.listening)
