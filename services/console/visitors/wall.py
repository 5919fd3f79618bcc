"""What a page shows and plays: whatever is older than the visit's newest turn is refused here, too."""

import time
from collections.abc import Callable
from typing import Any, Literal

from services.console.visitors.page import Page
from services.console.visitors.record import Seen
from services.console.visitors.voice import Voice
from services.display.messages import (
    Beat,
    Ended,
    Missing,
    Narrated,
    Part,
    Picture,
    Present,
    Preview,
    Shown,
    Sound,
    ToPage,
    Trouble,
    Turn,
)

VOICELESS = 6.0
"""Seconds after which a beat whose voice has not come is read."""
PICTURE, SOUND = (0.0, 0.4, 1.2), (0.0, 0.5, 1.5)
"""Seconds before each try to fetch one."""


class Wall:
    """The visit, the turn and the picture that a page is at, and its voice."""

    def __init__(self, page: Page) -> None:
        self.page, self.voice = page, Voice(page)
        self.visit, self.turn = "", 0
        self.picture: Picture | None = None
        self.loads = 0
        self.beat: Beat | None = None
        """The newest one, while it has no voice."""
        self.wanted = {"ambience": "", "music": ""}
        self.playing = dict(self.wanted)
        self.deeds: dict[type[ToPage], Callable[[Any], object]] = {
            Present: self._present,
            Turn: self._turn,
            Ended: self._ended,
            Beat: self._beat,
            Preview: lambda preview: self._see("preview", preview, id=preview.request),
            Picture: lambda picture: self.page.tasks.start_soon(self._hang, picture),
            Part: self._part,
            Narrated: self.voice.complete,
            Sound: lambda sound: self.page.tasks.start_soon(self._play, sound),
            Missing: self._missing,
        }

    def take(self, message: ToPage, *, given: bool = False) -> None:
        """Do what a message says; `given` when it is part of what is on stage, however old."""
        deed = self.deeds.get(type(message))
        if deed and (given or self._fresh(message)):
            deed(message)

    def _fresh(self, message: ToPage) -> bool:
        if not message.visit or isinstance(message, Turn | Ended):
            return True
        return message.visit == self.visit and message.turn >= self.turn

    def _present(self, present: Present) -> None:
        visit = next((message.visit for message in present.messages if isinstance(message, Turn)), "")
        if self.visit not in ("", visit):
            self._leave()
        for message in present.messages:
            self.take(message, given=True)

    def _turn(self, turn: Turn) -> None:
        if turn.visit == self.visit and turn.turn <= self.turn:
            return
        self.visit, self.turn, self.beat = turn.visit, turn.turn, None
        self.loads += 1
        self.voice.stop()
        self.wanted = dict(self.playing)

    def _ended(self, ended: Ended) -> None:
        if ended.visit == self.visit:
            self._leave()

    def _leave(self) -> None:
        self.visit, self.turn, self.beat, self.picture = "", 0, None, None
        self.loads += 1
        self.voice.stop()
        self.wanted = dict.fromkeys(self.wanted, "")
        self.playing = dict(self.wanted)

    def _beat(self, beat: Beat) -> None:
        self.beat = beat
        self.page.tasks.start_soon(self._read_at, self.page.clock.now() + VOICELESS, beat)

    async def _read_at(self, due: float, beat: Beat) -> None:
        await self.page.clock.reach(due)
        self._read(beat)

    def _read(self, beat: Beat) -> None:
        if self.beat is beat:
            self.beat = None
            self.voice.read(beat)

    def _missing(self, missing: Missing) -> None:
        if missing.what == "narration.request" and self.beat:
            self._read(self.beat)

    def _part(self, part: Part) -> None:
        self.beat = None
        self.voice.add(part)

    async def _hang(self, picture: Picture) -> None:
        if self.picture and self.picture.id == picture.id:
            return
        self.loads += 1
        load = self.loads
        found = await self.page.fetch(picture.url, PICTURE)
        if load != self.loads or picture.visit not in ("", self.visit):
            return
        if not found:
            self.page.tell(Trouble(f"no picture at {picture.url}"))
            return
        self.picture = picture
        self._see("shown", picture, id=picture.id, text=picture.alt, url=picture.url)
        self.page.tell(Shown(picture.id))

    async def _play(self, sound: Sound) -> None:
        if self.wanted[sound.bus] == sound.id:
            return
        self.wanted[sound.bus] = sound.id
        found = await self.page.fetch(sound.url, SOUND)
        if self.wanted[sound.bus] != sound.id:
            return
        if found:
            self.playing[sound.bus] = sound.id
            self._see("playing", sound, id=sound.id, text=sound.bus, url=sound.url)
        else:
            self.page.tell(Trouble(f"no sound at {sound.url}"))

    def _see(self, kind: Literal["preview", "shown", "playing"], message: ToPage, **facts: str) -> None:
        record = self.page.record
        seen = Seen(
            kind=kind,
            page=record.page,
            visit=message.visit,
            turn=message.turn,
            began=time.monotonic(),
            id=facts["id"],
            text=facts.get("text", ""),
            url=facts.get("url", ""),
        )
        record.see(seen)
