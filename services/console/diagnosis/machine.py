"""What the program stands on: Python, packages, memory, open files, the terminal, a graphics card."""

import importlib.util
import locale
import platform
import resource
import tomllib
from collections.abc import Iterator
from typing import Any

import psutil
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from services.actor.needs import AGAIN, version_of
from services.console.columns import weight
from services.console.diagnosis.finding import Case, Finding, Unanswered, answer, note, ok, wrong
from services.console.installation import CHECKOUT

MEMORY = 400_000_000
"""Bytes that the services need while nobody speaks, and nothing heavy is configured."""
FILES = 1024
"""What supervisord wants to be able to open."""
QUESTION = ("nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader")


def declared() -> dict[str, Any]:
    """Return what `pyproject.toml` says of the program."""
    file = CHECKOUT / "pyproject.toml"
    found: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))["project"]
    return found


def python(_: Case) -> Iterator[Finding]:
    """Yield whether Python is new enough."""
    here, wanted = platform.python_version(), declared()["requires-python"]
    if SpecifierSet(wanted).contains(here, prereleases=True):
        yield ok(f"{here} on {platform.system()} {platform.machine()}")
    else:
        yield wrong(f"{here} runs this, {wanted} is needed", "make clean; make demo PYTHON=python3.11")


def packages(_: Case) -> Iterator[Finding]:
    """Yield each package that is missing, or of another version than the program was tried with."""
    needs = [Requirement(line) for line in declared()["dependencies"]]
    found = {need.name: version_of(need.name) for need in needs}
    off = [need for need in needs if not found[need.name] or not need.specifier.contains(found[need.name])]
    for need in off:
        yield wrong(f"{need.name} is {found[need.name] or 'not installed'}; {need} is needed", AGAIN)
    if not off:
        yield ok(f"{len(needs)} are installed as pyproject.toml wants them")


def supervisord(_: Case) -> Iterator[Finding]:
    """Yield whether what keeps the services alive is here."""
    if importlib.util.find_spec("supervisor") is None:
        yield wrong("is not installed beside this command; nothing can be started", "make demo")
    else:
        yield ok(version_of("supervisor"))


def memory(case: Case) -> Iterator[Finding]:
    """Yield whether there is room for the services."""
    free, whole = psutil.virtual_memory().available, psutil.virtual_memory().total
    text = f"{weight(free)} of {weight(whole)} are free"
    if case.runs or free >= MEMORY:
        yield ok(text)
    else:
        yield wrong(f"{text}; the services need about {weight(MEMORY)}", "end other programs")


def open_files(_: Case) -> Iterator[Finding]:
    """Yield whether enough files can be opened."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < FILES:
        yield wrong(f"{hard} may be open, supervisord wants {FILES}", f"ulimit -n {FILES}, or raise it in limits.conf")
    else:
        yield ok(f"{soft} may be open")


def terminal(_: Case) -> Iterator[Finding]:
    """Yield whether all letters can be written."""
    encoding = locale.getencoding()
    if encoding.lower().replace("-", "") == "utf8":
        yield ok("UTF-8")
    else:
        yield wrong(f"writes {encoding}; what visitors say may not be printed", "export LC_ALL=C.UTF-8")


def graphics_card(_: Case) -> Iterator[Finding]:
    """Yield which one is there. What comes along needs none."""
    try:
        cards = answer(*QUESTION).splitlines()
    except Unanswered as error:
        yield note(f"none that can compute ({error}); what comes along needs none")
        return
    torch = version_of("torch")
    yield ok(f"{'; '.join(cards)}; torch {torch or 'is not installed'}")
