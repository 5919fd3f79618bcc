"""What a check is, what it finds, and how all of them are made at the same time."""

import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from services.actor.backend import BackendConfig
from services.actor.config import backend_fields
from services.actor.secrets import hide
from services.console.installation import Installation
from services.console.roles import ROLES
from services.console.settings import Settings

CHAINS = {role.place for role in ROLES.values()}
"""Lists whose backends stand in for each other."""
LIMIT = 10.0
"""Seconds for all checks; they are made at the same time."""
ANSWER = 3.0
"""Seconds that a program has to answer a question."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What one check found."""

    check: str = ""
    """Filled in by who makes the check."""
    state: Literal["ok", "note", "wrong"]
    text: str
    cure: str = ""
    """What to do, in one line."""


class Placed(NamedTuple):
    """A backend of the project, and where it stands."""

    place: str
    """Such as `audio.voices[1]`."""
    config: BackendConfig
    written: bool
    """Whether the project's file names it, or it is there without being asked for."""
    others: tuple[BackendConfig, ...]
    """Those that stand in when it cannot work."""


class Case(NamedTuple):
    """Whom the checks are about."""

    installation: Installation
    settings: Settings
    runs: bool
    now: float
    """Wall clock."""

    def backends(self) -> Iterator[Placed]:
        """Yield every backend of the project."""
        for service, table in self.settings.tables.items():
            for field in backend_fields(type(table)):
                found = tuple(getattr(table, field))
                written = (service, field) in self.settings.lines
                for index, config in enumerate(found):
                    others = found[:index] + found[index + 1 :] if f"{service}.{field}" in CHAINS else ()
                    yield Placed(f"{service}.{field}[{index}]", config, written, others)


Check = Callable[[Case], Iterator[Finding]]


def ok(text: str) -> Finding:
    """Return that all is well."""
    return Finding(state="ok", text=text)


def note(text: str, cure: str = "") -> Finding:
    """Return what may surprise somebody, and stops nothing."""
    return Finding(state="note", text=text, cure=cure)


def wrong(text: str, cure: str = "") -> Finding:
    """Return what will not work."""
    return Finding(state="wrong", text=text, cure=cure)


class Try(threading.Thread):
    """One check, on a thread that nobody waits for when it hangs."""

    def __init__(self, check: Check, case: Case) -> None:
        super().__init__(name=check.__name__, daemon=True)
        self.check, self.case = check, case
        self.found: list[Finding] | None = None
        self.start()

    def run(self) -> None:
        """Make the check. One that fails says so, and the others go on."""
        try:
            self.found = [*self.check(self.case)]
        except Exception as error:  # noqa: BLE001 - what nobody thought of is a finding, too
            self.found = [wrong(hide(f"cannot be looked at: {type(error).__name__}: {error}"), "tell its makers")]

    def findings(self) -> Iterator[Finding]:
        """Yield what was found so far."""
        late = [wrong(f"cannot be looked at: no answer in {LIMIT:.0f} s", "look whether a disk or a program hangs")]
        for finding in late if self.found is None else self.found:
            yield msgspec.structs.replace(finding, check=self.name.replace("_", " "))


def examine(case: Case, checks: Collection[Check]) -> list[Finding]:
    """Return what all checks find, in their order."""
    tries = [Try(check, case) for check in checks]
    end = time.monotonic() + LIMIT
    for one in tries:
        one.join(max(0.0, end - time.monotonic()))
    return [finding for one in tries for finding in one.findings()]


class Unanswered(Exception):
    """Raised when a program cannot be asked; the message says why."""


def answer(*command: str) -> str:
    """Return what a program prints. Raise Unanswered when it is not there, fails, or says nothing for too long."""
    program = shutil.which(command[0])
    if program is None:
        raise Unanswered(f"{command[0]} is not here")
    try:
        done = subprocess.run(  # noqa: S603 - nothing of it comes from outside
            [program, *command[1:]], capture_output=True, text=True, timeout=ANSWER, check=False
        )
    except subprocess.TimeoutExpired:
        raise Unanswered(f"{command[0]} does not answer") from None
    except OSError as error:
        raise Unanswered(f"{command[0]} cannot be run: {error.strerror}") from None
    if done.returncode:
        said = (done.stderr or done.stdout).strip() or f"code {done.returncode}"
        raise Unanswered(f"{Path(program).name}: {said.splitlines()[-1]}")
    return done.stdout.strip()
