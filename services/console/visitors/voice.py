"""A page's storyteller: sentences one after the other without a gap, or read where there is no voice."""

import re
import time

import anyio
import msgspec

from services.console.visitors.page import Page
from services.console.visitors.record import Seen
from services.display.messages import Beat, Finished, Narrated, Part, Speaking, Trouble

LEAD = 0.03
"""Seconds from deciding to sounding."""
TRIES = (0.0, 0.5, 1.5)
READING, SHORTEST, BEFORE, AFTER = 0.065, 0.16, 0.2, 0.9
"""Seconds a letter, for a word at least, and around a sentence without a voice."""


class Sentence(msgspec.Struct, kw_only=True, eq=False):
    """One that is in line."""

    id: str
    request: str
    visit: str
    turn: int
    text: str
    seconds: float
    url: str = ""
    """Of its sound; empty when it is read."""
    due: float = 0.0
    """From when on it could begin, by the page's clock."""
    ready: anyio.Event = msgspec.field(default_factory=anyio.Event)


class Voice:
    """Plays what is in line until it is stopped."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.known: set[str] = set()
        self.narrated: dict[str, Narrated] = {}
        self.heard: set[str] = set()
        self.waiting: list[Sentence] = []
        """What is being played comes first."""
        self.on: Seen | None = None
        self.more = anyio.Event()
        self.take = anyio.CancelScope()
        self.ends = 0.0

    def add(self, part: Part) -> None:
        """Put a sentence in line; what is read gives way to it."""
        if part.id in self.known:
            return
        if any(not sentence.url for sentence in self.waiting):
            self.stop()
        self.known.add(part.id)
        text = "".join(text for text, _, _ in part.words)
        sentence = Sentence(
            id=part.id,
            request=part.request,
            visit=part.visit,
            turn=part.turn,
            text=text,
            seconds=part.seconds,
            url=part.url,
        )
        self.page.tasks.start_soon(self._load, sentence)
        self._put(sentence)

    def read(self, beat: Beat) -> None:
        """Put the sentences of a beat in line that has no voice."""
        for number, text in enumerate(beat.sentences):
            words = (max(SHORTEST, len(word) * READING) for word in re.findall(r"\S+\s*", text))
            sentence = Sentence(
                id=f"{beat.id} {number}",
                request=beat.id,
                visit=beat.visit,
                turn=beat.turn,
                text=text,
                seconds=BEFORE + sum(words) + AFTER,
            )
            self._loaded(sentence)
            self._put(sentence)

    def complete(self, narrated: Narrated) -> None:
        """Note that a narration is whole; say so when it has been heard already."""
        self.narrated[narrated.request] = narrated
        self._check(narrated.request)

    def stop(self) -> None:
        """End everything at once: somebody wants something else."""
        self.take.cancel()
        self.waiting = []
        for remembered in (self.known, self.narrated, self.heard):
            remembered.clear()
        self._hush()
        self.ends = 0.0

    async def run(self) -> None:
        """Play whatever comes in line, until cancelled."""
        while True:
            while not self.waiting:
                await self.more.wait()
            with anyio.CancelScope() as self.take:
                await self._play(self.waiting[0])

    async def _play(self, sentence: Sentence) -> None:
        await sentence.ready.wait()
        # Where the clock was put forward in the middle of a narration, the rest of it is that much further, too.
        start = max(sentence.due, self.ends)
        await self.page.clock.reach(start)
        if sentence not in self.waiting:
            return
        self.on = self.page.record.see(
            Seen(
                kind="speaking" if sentence.url else "reading",
                page=self.page.record.page,
                id=sentence.id,
                visit=sentence.visit,
                turn=sentence.turn,
                text=sentence.text,
                url=sentence.url,
                began=time.monotonic(),
            )
        )
        if sentence.url:
            self.page.tell(Speaking(sentence.id))
        self.ends = start + sentence.seconds
        await self.page.clock.reach(self.ends)
        if sentence in self.waiting:
            self._done(sentence)

    def _done(self, sentence: Sentence) -> None:
        self.waiting.remove(sentence)
        self._hush()
        self.heard.add(sentence.request)
        self._check(sentence.request)

    def _hush(self) -> None:
        if self.on:
            self.on.ended = time.monotonic()
        self.on = None

    def _check(self, request: str) -> None:
        narrated = self.narrated.get(request)
        pending = any(sentence.request == request for sentence in self.waiting)
        if narrated and not pending and (request in self.heard or not narrated.parts):
            del self.narrated[request]
            self.page.tell(Finished(narrated.id))

    def _put(self, sentence: Sentence) -> None:
        self.waiting.append(sentence)
        self.more.set()
        self.more = anyio.Event()

    async def _load(self, sentence: Sentence) -> None:
        if not await self.page.fetch(sentence.url, TRIES):
            self.page.tell(Trouble(f"no sound at {sentence.url}"))
        self._loaded(sentence)

    def _loaded(self, sentence: Sentence) -> None:
        sentence.due = self.page.clock.now() + LEAD
        sentence.ready.set()
