"""The program `flite`: an English voice that is far clearer than eSpeak's, where it is installed."""

import re
import shutil
import subprocess
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import anyio

from services.actor.errors import BackendError, Transient, Unavailable, Unsupported
from services.actor.threads import in_thread
from services.audio.backends.phones import Phone, word_onsets
from services.audio.config import Flite
from services.audio.narrator import Line, Spoken
from services.audio.sound.files import read_wav
from services.audio.sound.moods import mood_of
from services.audio.speech.finish import Colour, Raw, finished
from services.audio.speech.words import ascii_only, spans, speakable

COLOUR = Colour(warmth=2.0, edge=-1.5, air=1.5)
QUICK = "kal"
"""The voice that is asked how words are pronounced, because it answers in a few milliseconds."""
FIRST = Line(text="Once.", language="en")
"""Spoken to nobody when the voice is opened: the first sentence takes twice as long as the others."""
PATIENCE = 8.0
"""Seconds that it may take over a sentence; it needs a tenth of one."""
ENGLISH = re.compile(r"en\b", re.IGNORECASE)


class FliteNarrator:
    """Speaks English."""

    name = "flite"
    capabilities = frozenset({"MARKS", "PACE", "VOICES", "MOODS"})

    def __init__(self, config: Flite) -> None:
        self.config = config
        self.program = self.version = ""
        self.folder = Path()
        self.voices: frozenset[str] = frozenset()
        self.count = 0
        self.closing = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self.program = shutil.which(self.config.program) or ""
        if not self.program:
            raise Unavailable(f"the program {self.config.program!r} is not installed (Debian: apt install flite)")
        listed = await self.output("-lv")
        self.version = await self.own_version()
        self.voices = frozenset(listed.partition(":")[2].split())
        if self.config.voice not in self.voices:
            raise Unavailable(f"flite has no voice {self.config.voice!r}; there is {', '.join(sorted(self.voices))}")
        async with AsyncExitStack() as opening:
            self.folder = Path(opening.enter_context(tempfile.TemporaryDirectory(prefix="flite")))
            await self.speak(FIRST)
            self.closing = opening.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.closing.aclose()

    async def speak(self, line: Line) -> Spoken:
        """Return the sentence as sound. Raise Unsupported unless it is English."""
        if not ENGLISH.match(line.language):
            raise Unsupported(f"flite speaks English only, not {line.language!r}")
        self.count += 1
        file = self.folder / f"{self.count}.wav"
        voice = self.voice(line.voice)
        try:
            said, pronounced = await self.said(line, voice, file)
            return await in_thread(spoken, line, voice, file, phones(said), pronounced.split())
        finally:
            file.unlink(missing_ok=True)

    async def said(self, line: Line, voice: str, file: Path) -> tuple[str, str]:
        """Speak the sentence into a file; return its sounds with their times, and the sounds of each word alone."""
        slow = 1 / (self.config.pace * line.pace * (0.96 + 0.12 * mood_of(line.mood).energy))
        stretch = f"duration_stretch={min(max(slow, 0.4), 2.5):.3f}"
        text = ascii_only(speakable(line.text))
        # Semicolons make it pause after each word, which is the only way to learn which sounds belong to which.
        apart = "; ".join(ascii_only(word.text) for word in spans(line.text))
        answers = {"apart": ""}  # without it the marks are estimated, which is no reason to be silent
        failures: dict[str, BackendError] = {}

        async def ask(key: str, *arguments: str) -> None:
            try:
                answers[key] = await self.output(*arguments)
            except BackendError as error:
                failures[key] = error

        async with anyio.create_task_group() as group:
            group.start_soon(ask, "said", "-voice", voice, "--setf", stretch, "-psdur", "-t", text, "-o", str(file))
            group.start_soon(ask, "apart", "-voice", QUICK, "-ps", "-t", f"{apart}.", "-o", "none")
        if "said" in failures:
            raise failures["said"]
        return answers["said"], answers["apart"]

    def voice(self, wanted: str) -> str:
        """Return the voice for a character or another name."""
        name = self.config.cast.get(wanted.lower(), wanted)
        return name if name in self.voices else self.config.voice

    async def own_version(self) -> str:
        """Return what the program says of its version, although it ends with a failure when it is asked."""
        with anyio.move_on_after(PATIENCE):
            done = await anyio.run_process([self.program, "--version"], stderr=subprocess.DEVNULL, check=False)
            return done.stdout.decode(errors="replace").partition("version:")[2].strip()
        return ""

    async def output(self, *arguments: str) -> str:
        """Run the program and return what it prints."""
        try:
            with anyio.fail_after(PATIENCE):
                done = await anyio.run_process([self.program, *arguments], stderr=subprocess.DEVNULL)
        except subprocess.CalledProcessError as error:
            raise Transient(f"flite ended with code {error.returncode}") from error
        except TimeoutError as error:
            raise Transient(f"flite said nothing for {PATIENCE:.0f} s") from error
        except OSError as error:
            raise Unavailable(f"flite cannot be run: {error}") from error
        return done.stdout.decode(errors="replace")


def phones(said: str) -> list[Phone]:
    """Return sounds with the times at which they end, from lines such as `pau:0.184 dh:0.236`."""
    pairs = (entry.rpartition(":") for entry in said.split())
    return [Phone(name, float(end)) for name, _, end in pairs if name]


def spoken(line: Line, voice: str, file: Path, said: list[Phone], pronounced: list[str]) -> Spoken:
    """Return the finished sentence."""
    words = spans(line.text)
    try:
        sound, rate = read_wav(file.read_bytes())
    except (OSError, ValueError) as error:
        raise Transient(f"flite wrote no sound: {error}") from error
    raw = Raw(sound, rate, word_onsets(said, pronounced, len(words)))
    data, seconds, marks = finished(raw, words, COLOUR, line.loudness)
    return Spoken(data=data, seconds=seconds, marks=marks, voice=voice)
