"""What leads to visitors: the page's port, a browser for the wall, microphones."""

import re
import shutil
import sys
from collections.abc import Iterator

import psutil

from services.asr.config import CardConfig
from services.asr.config import Config as Listener
from services.console.diagnosis.finding import Case, Finding, Unanswered, answer, note, ok, wrong
from services.console.page import holder, page_of
from services.console.supervision import Supervision

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "firefox",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
PLUG = "plug it in, or write another `device`; it is opened as soon as it is there"
DEVICE = re.compile(r"^\W*(?P<number>\d+) (?P<name>.+) \((?P<inputs>\d+) in, \d+ out\)$", re.MULTILINE)
"""A line of what `python -m sounddevice` prints."""


def port(case: Case) -> Iterator[Finding]:
    """Yield who has the page's port."""
    page = page_of(case.settings)
    if page is None:
        yield note("the project's mistakes come first")
        return
    about = Supervision.of(case.installation).about() if case.runs else None
    taken = "" if case.runs else holder(page, case.installation)
    if taken:
        yield wrong(f"{taken}{process_at(page.port)}")
    elif about is not None:
        yield ok(f"this installation has it: {about.address}")
    else:
        yield ok(f"{page.port} is free" if page.port else "any free one will do")


def process_at(number: int) -> str:
    """Return which process listens at a port, where one may know."""
    try:
        pids = [
            each.pid for each in psutil.net_connections("tcp") if each.status == "LISTEN" and each.laddr.port == number
        ]
        name = next((psutil.Process(pid).name() for pid in pids if pid), "")
    except psutil.Error:
        return ""
    return f"; {name}, pid {pids[0]}, has it" if name else ""


def browser(_: Case) -> Iterator[Finding]:
    """Yield what can show the page on this machine."""
    found = [name for name in BROWSERS if shutil.which(name)]
    if found:
        yield ok(found[0])
    else:
        yield note("there is none on this machine; another one can show the page", "Debian: apt install chromium")


def microphones(case: Case) -> Iterator[Finding]:
    """Yield where sound comes from, and whether each card that is asked for is there."""
    listener = case.settings.tables.get("asr")
    sources = list(listener.sources) if isinstance(listener, Listener) else []
    cards = [source.device for source in sources if isinstance(source, CardConfig)]
    if not cards:
        yield ok("no sound card is asked for; the pages bring theirs")
        return
    try:
        found = inputs(answer(sys.executable, "-m", "sounddevice"))
    except Unanswered as error:
        yield wrong(f"sound cards cannot be listed: {error}", "the libraries above come first")
        return
    for card in cards:
        fitting = [name for number, name in found.items() if card == number or card.lower() in name.lower()]
        if fitting:
            yield ok(f"{card or 'default'}: {fitting[0]}")
        else:
            yield wrong(f"no microphone is called {card!r}; there is {', '.join(found.values()) or 'none'}", PLUG)


def inputs(listing: str) -> dict[str, str]:
    """Return the names of devices that can record, by number."""
    return {line["number"]: line["name"] for line in DEVICE.finditer(listing) if int(line["inputs"])}
