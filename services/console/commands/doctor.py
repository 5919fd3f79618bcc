"""`fantascope doctor`: what this machine lacks, before visitors find out."""

import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

import click
import msgspec

from services.actor.secrets import load_secrets
from services.actor.toml import ConfigError
from services.console.columns import times
from services.console.diagnosis.clock import clock
from services.console.diagnosis.finding import Case, Check, Finding, examine
from services.console.diagnosis.machine import (
    graphics_card,
    memory,
    open_files,
    packages,
    python,
    supervisord,
    terminal,
)
from services.console.diagnosis.outside import browser, microphones, port
from services.console.diagnosis.project import keys, libraries, programs, project, weights
from services.console.diagnosis.storage import disk, journals, run_folder
from services.console.installation import Installation, for_project
from services.console.lines import harmless
from services.console.screen import Screen
from services.console.settings import read_settings
from services.console.supervision import Supervision
from services.console.wrapping import wrapped

CHECKS: tuple[Check, ...] = (
    python,
    packages,
    supervisord,
    project,
    keys,
    weights,
    programs,
    libraries,
    run_folder,
    journals,
    disk,
    clock,
    port,
    browser,
    microphones,
    graphics_card,
    memory,
    open_files,
    terminal,
)
"""Everything that is looked at, in the order in which it is told."""
COLOURS = {"ok": "green", "note": "yellow", "wrong": "red"}
NAME = max(len(check.__name__) for check in CHECKS)


@click.command()
@for_project
@click.option("--json", "as_json", is_flag=True, help="Print it as one JSON document.")
def command(installation: Installation, as_json: bool) -> None:
    """Look at this machine: devices, keys, weights, ports, disk, clock, browser.

    One line for each check, with its cure where something is missing. Ends with 0 when nothing is wrong, else with 1.
    Takes ten seconds at most, starts nothing and changes nothing.

    \b
    Example:
      fantascope doctor
      fantascope doctor --project projects/mine --json
    """
    found = examine(case_of(installation), CHECKS)
    count: Counter[str] = Counter(finding.state for finding in found)
    if as_json:
        document = {"project": str(installation.folder), "wrong": count["wrong"], "findings": found}
        click.echo(msgspec.json.format(msgspec.json.encode(document)))
    else:
        width = Screen.here(False).width
        for line in [line for finding in found for line in lines_of(finding, width)]:
            click.echo(line)
        click.echo(verdict(installation, count))
    raise SystemExit(1 if count["wrong"] else 0)


def case_of(installation: Installation) -> Case:
    """Return what is to be looked at."""
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr] # a terminal that lacks letters is a finding
    with suppress(ConfigError):  # that is one of the project's mistakes
        load_secrets(installation.folder)
    settings = read_settings(installation.folder)
    return Case(installation, settings, bool(Supervision.of(installation).pid()), time.time())


def lines_of(finding: Finding, width: int) -> Iterator[str]:
    """Yield what was found, and below it the cure."""
    head = f"{finding.state:5}  {finding.check:{NAME}}  "
    lines = wrapped(head, harmless(finding.text), width)
    yield click.style(lines[0][:5], fg=COLOURS[finding.state]) + lines[0][5:]
    yield from lines[1:]
    if finding.cure:
        yield from wrapped(f"{'':{len(head)}}-> ", finding.cure, width)


def verdict(installation: Installation, count: Counter[str]) -> str:
    """Return all of it in one line."""
    notes = f"; {times(count['note'], 'note')}" if count["note"] else ""
    wrong = f"{times(count['wrong'], 'thing')} wrong" if count["wrong"] else "nothing is wrong"
    return f"{installation.name}: {wrong}{notes}"
