"""What a visitor waits for and what an installation costs: the demo, a real browser, a visitor who speaks."""

import time
import wave
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import anyio
import anyio.to_thread
import numpy as np
from playwright.async_api import Page

from benchmarks.figures import Figure, arguments, median, show
from benchmarks.processes import Load, memory, processes_of
from bus import open_hand
from bus.names import run_folder
from schemas import ImageReady, SpeechFinal, VisitEnded
from tests.browser import NoBrowser, find_chromium, microphone_flags, open_browser, open_page
from tests.installation import CHECKOUT, Installation, installed

SENTENCE = CHECKOUT / "tests" / "sounds" / "fox.wav"
PERIOD = 5.5
"""Seconds from the beginning of one sentence to that of the next."""
RECORDER = """() => {
    const heard = (window.heard = []);
    let before = {};
    setInterval(() => {
        const seen = fantascope.snapshot();
        const now = { words: seen.visitor.text, word: seen.word, picture: seen.picture?.id };
        for (const [what, value] of Object.entries(now))
            if (value && value !== before[what])
                heard.push({ at: Date.now() / 1000, what, value, turn: `${seen.visit}/${seen.turn}` });
        before = now;
    }, 10);
}"""

Seen = list[dict[str, Any]]


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__)
    try:
        find_chromium()
    except NoBrowser as error:
        raise SystemExit(str(error)) from None
    with installed(CHECKOUT / "projects" / "demo") as house:
        figures = {"start until all services are ready": Figure(value=round(house.seconds, 2), unit="s", goal=5.0)}
        figures |= at_rest(house, 3.0 if options.quick else 60.0)
        figures |= anyio.run(with_silent_microphone, house, 3.0 if options.quick else 60.0)
        figures |= anyio.run(partial(visits, house, 5 if options.quick else 20))
    show(figures, options.json)


def at_rest(house: Installation, seconds: float) -> dict[str, Figure]:
    """Return what the installation costs while nobody is there and no page is open."""
    time.sleep(1.0)  # what the start has left to do is not rest
    load = Load(house.project)
    time.sleep(seconds)
    processes = processes_of(house.project)
    return {
        "at rest, memory (PSS)": Figure(value=round(memory(processes, "Pss")), unit="MB", goal=400.0, n=len(processes)),
        "at rest, memory (RSS)": Figure(value=round(memory(processes, "Rss")), unit="MB", n=len(processes)),
        "at rest, processor": Figure(value=round(load.percent(), 1), unit="% of core", goal=3.0),
    }


async def with_silent_microphone(house: Installation, seconds: float) -> dict[str, Figure]:
    """Return what the installation costs while a page is open whose microphone hears a quiet room."""
    with TemporaryDirectory() as folder:
        sound = Path(folder) / "silence.wav"
        write_wave(sound, quiet_room())
        async with open_browser(*microphone_flags_looped(sound)) as browser:
            page = await open_page(browser, house.address)
            await page.click("#mic")
            await anyio.sleep(1.0)
            load = Load(house.project)
            await anyio.sleep(seconds)
            percent = load.percent()
    return {"page open and microphone silent, processor": Figure(value=round(percent, 1), unit="% of core", goal=15.0)}


async def visits(house: Installation, count: int) -> dict[str, Figure]:
    """Return the medians of what `count` visitors wait for after their last voiced sample."""
    with TemporaryDirectory() as folder:
        sound = Path(folder) / "sentence.wav"
        write_wave(sound, read_wave(SENTENCE))
        async with open_browser(*microphone_flags_looped(sound)) as browser:
            page = await open_page(browser, house.address)
            await page.evaluate(RECORDER)
            await page.click("#mic")
            await visit_after_visit(house, page, count)
            seen: Seen = await page.evaluate("window.heard")
    spoken = [event for event in house.journaled("speech.final") if isinstance(event, SpeechFinal)][:count]
    waits = [waited(house, words, seen) for words in spoken]
    goals = {"caption": 0.5, "first narrated word": 1.0, "first picture": 2.0}
    figures = {
        f"last voiced sample to {what}": median([wait[what] for wait in waits if what in wait], "s", goal)
        for what, goal in goals.items()
    }
    complete = sum(len(wait) == len(goals) for wait in waits)
    return figures | {
        "visits without caption, word or picture": Figure(value=count - complete, unit="visits", goal=0.0, n=count)
    }


async def visit_after_visit(house: Installation, page: Page, count: int) -> None:
    """End each visit a little before the next sentence is spoken, so that everyone is a first visitor."""
    async with open_hand(run=run_folder(house.project), journals=house.project / "journal") as bus:
        over: set[str] = set()
        for _ in range(count):
            turn = await anyio.to_thread.run_sync(house.wait_for, "turn.started", lambda turn: turn.visit not in over)
            over.add(turn.visit)
            await anyio.sleep(PERIOD - 2.6)
            await bus.publish(VisitEnded(visit=turn.visit, turn=turn.turn, reason="operator"))
        await page.click("#mic")


def waited(house: Installation, spoken: SpeechFinal, seen: Seen) -> dict[str, float]:
    """Return the seconds from the last voiced sample of some words to what the page then showed and said."""
    voiced = spoken.time - (spoken.clock - spoken.voiced)
    turn = house.wait_for("turn.started", lambda turn: turn.cause == spoken.id)
    key = f"{turn.visit}/{turn.turn}"
    pictures = {p.id for p in house.journaled("image.ready") if isinstance(p, ImageReady) and p.visit == turn.visit}
    wanted = plain(spoken.text)
    moments = {
        "caption": [
            s["at"] for s in seen if s["what"] == "words" and plain(s["value"]) == wanted and s["at"] > voiced - 2
        ],
        "first narrated word": [s["at"] for s in seen if s["what"] == "word" and s["turn"] == key],
        "first picture": [s["at"] for s in seen if s["what"] == "picture" and s["value"] in pictures],
    }
    return {what: max(0.0, min(times) - voiced) for what, times in moments.items() if times}


def plain(text: str) -> str:
    """Return a text as its words alone."""
    return " ".join("".join(sign for sign in text.lower() if sign.isalnum() or sign == " ").split())


def microphone_flags_looped(sound: Path) -> list[str]:
    """Return flags for a microphone that plays a WAV file over and over."""
    return [flag.removesuffix("%noloop") for flag in microphone_flags(sound)]


def quiet_room() -> bytes:
    """Return the hiss of a room in which nobody speaks, at about -55 dBFS; a page does not even send pure silence."""
    hiss = np.random.default_rng(1).normal(0.0, 58.0, int(PERIOD * 16000))
    return hiss.astype("<i2").tobytes()


def read_wave(file: Path) -> bytes:
    """Return the samples of a WAV file."""
    with wave.open(str(file)) as sound:
        samples: bytes = sound.readframes(sound.getnframes())
    return samples


def write_wave(file: Path, samples: bytes) -> None:
    """Write samples, with silence after them up to the period."""
    with wave.open(str(file), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16000)
        sound.writeframes(samples.ljust(int(PERIOD * 32000), b"\0"))


if __name__ == "__main__":
    main()
