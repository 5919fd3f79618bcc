"""Single checks of the doctor on a project."""

import time
from pathlib import Path

from services.console.diagnosis.finding import Case, Check, Finding, examine
from services.console.settings import read_settings
from tests.console.hand import Hand


def found(hand: Hand, check: Check, *, now: float = 0.0, runs: bool = False) -> list[Finding]:
    """Return what a check finds of the project."""
    case = Case(hand.installation, read_settings(hand.installation.folder), runs, now or time.time())
    return examine(case, [check])


def told(hand: Hand, check: Check, *, now: float = 0.0) -> list[str]:
    """Return what a check finds, as state and text."""
    return [f"{each.state}: {each.text}" for each in found(hand, check, now=now)]


def script(folder: Path, name: str, text: str) -> None:
    """Write a program."""
    file = folder / name
    file.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    file.chmod(0o755)
