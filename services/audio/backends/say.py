"""The voices of macOS, through its program `say`. Written from its manual: it has not been run on a Mac yet.

The program does not tell when it says what: the marks are estimated from the letters and the pauses in the sound.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import anyio

from services.actor.errors import Transient, Unavailable, Unsupported
from services.actor.threads import in_thread
from services.audio.config import Say
from services.audio.narrator import Line, Spoken
from services.audio.sound.files import read_wav
from services.audio.sound.moods import mood_of
from services.audio.speech.finish import Colour, Raw, finished
from services.audio.speech.words import spans, speakable

COLOUR = Colour(warmth=1.0, edge=0.0, air=0.0)
PATIENCE = 15.0
"""Seconds that it may take over a sentence."""


class SayNarrator:
    """Speaks the languages whose voices are installed."""

    name = "say"
    capabilities = frozenset({"PACE", "VOICES", "LANGUAGES", "MOODS"})

    def __init__(self, config: Say) -> None:
        self.config = config
        self.program = ""
        self.voices: dict[str, str] = {}

    async def __aenter__(self) -> Self:
        self.program = shutil.which("say") or ""
        if not self.program:
            raise Unavailable("the program 'say' is not here; it comes with macOS")
        listed = await self.run("-v", "?")
        self.voices = dict(entry for entry in map(listing, listed.splitlines()) if entry[0])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    async def speak(self, line: Line) -> Spoken:
        """Return the sentence as sound. Raise Unsupported when no voice for its language is installed."""
        voice = self.voice(line)
        pace = self.config.words_per_minute * line.pace * (0.94 + 0.17 * mood_of(line.mood).energy)
        with tempfile.TemporaryDirectory(prefix="say") as folder:
            file = Path(folder) / "line.wav"
            name = ("-v", voice) if voice else ()
            form = ("--file-format=WAVE", "--data-format=LEI16@22050")
            await self.run(*name, "-r", str(round(pace)), "-o", str(file), *form, "--", speakable(line.text))
            return await in_thread(spoken, line, voice, file)

    def voice(self, line: Line) -> str:
        """Return the voice for a line."""
        wanted = self.config.cast.get(line.voice.lower(), line.voice) or self.config.voice
        language = line.language.lower().split("-")[0]
        if wanted in self.voices and self.voices[wanted] == language:
            return wanted
        fitting = [name for name, spoken_language in self.voices.items() if spoken_language == language]
        if not fitting:
            raise Unsupported(f"no voice for {line.language!r} is installed")
        return fitting[0]

    async def run(self, *arguments: str) -> str:
        """Run the program and return what it prints."""
        try:
            with anyio.fail_after(PATIENCE):
                done = await anyio.run_process([self.program, *arguments], stderr=subprocess.DEVNULL)
        except subprocess.CalledProcessError as error:
            raise Transient(f"say ended with code {error.returncode}") from error
        except TimeoutError as error:
            raise Transient(f"say said nothing for {PATIENCE:.0f} s") from error
        return done.stdout.decode(errors="replace")


def listing(entry: str) -> tuple[str, str]:
    """Return name and language of a line such as `Anna   de_DE   # Hallo!`."""
    name, _, tag = entry.partition("#")[0].rstrip().rpartition(" ")
    return name.strip(), tag.lower().replace("_", "-").split("-")[0]


def spoken(line: Line, voice: str, file: Path) -> Spoken:
    """Return the finished sentence."""
    words = spans(line.text)
    try:
        sound, rate = read_wav(file.read_bytes())
    except (OSError, ValueError) as error:
        raise Transient(f"say wrote no sound: {error}") from error
    raw = Raw(sound, rate, (None,) * len(words))
    data, seconds, marks = finished(raw, words, COLOUR, line.loudness)
    return Spoken(data=data, seconds=seconds, marks=marks, voice=voice)
