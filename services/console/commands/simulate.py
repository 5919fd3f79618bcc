"""`fantascope simulate`: a crowd of visitors, and how they were answered."""

import sys
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import click
import msgspec

from services.audio.config import Config as Audio
from services.console.columns import columns, times
from services.console.foreground import unless_interrupted
from services.console.fresh import as_it_runs, fresh
from services.console.installation import Installation, complain_on_stderr, for_project
from services.console.lines import harmless
from services.console.refusal import Misuse, Refusal
from services.console.screen import Screen
from services.console.settings import Settings, read_settings
from services.console.simulation.crowd import HOUR, Visit, Words, crowd
from services.console.simulation.drawing import clock, drawn
from services.console.simulation.report import Report
from services.console.simulation.simulating import Day, Plan
from services.console.simulation.tracing import trace_of
from services.display.config import Config as Display
from services.story.config import Config as Story

BETWEEN = 96.0
"""Seconds between two visits, unless the day's hours are given: three hundred in eight hours."""

RECORDED = "Let them say what is in the .wav files of a folder, each as often as chance wants."


@click.command()
@for_project
@click.option("--visits", type=click.IntRange(1), default=20, show_default=True, help="How many come.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same crowd.")
@click.option(
    "--hours", type=click.FloatRange(min=0, min_open=True), help="How long the day is.  [default: 96 s a visit]"
)
@click.option("--speed", type=click.FloatRange(1), help="How fast waiting goes at most.  [default: 50; 1 with --live]")
@click.option("--speak", is_flag=True, help="Let them speak through the real listener; else they write.")
@click.option("--recordings", type=click.Path(exists=True, file_okay=False, path_type=Path), help=RECORDED)
@click.option("--live", is_flag=True, help="Let them come to the installation that runs, not to a fresh copy of it.")
@click.option("--plan", "planned", is_flag=True, help="Only print what they would do.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON document.")
def command(installation: Installation, **asked: Any) -> None:
    """Let a crowd of visitors come, and report how they were answered.

    They arrive, speak, interrupt, leave in mid-sentence, say nothing, come back. The report tells times to the
    first word, picture and sound; what was shown that was stale; dead air; failures by service; and how the worst
    cases came about. Waiting goes faster, work takes its real time, so the times are true. Ends with 0 when nothing
    stale was shown, nobody waited in silence and everybody was answered.

    \b
    Example:
      fantascope simulate --visits 300 --seed 7
      fantascope simulate --speak --visits 5
    """
    settings = read_settings(installation.folder)
    if settings.problems:
        raise Refusal(*settings.problems)
    speed = asked["speed"] or (1.0 if asked["live"] else 50.0)
    plan = plan_of(settings, asked, speed)
    if asked["planned"]:
        tell_plan(plan.visits, asked["as_json"])
        return
    complain_on_stderr("error")
    if not asked["live"]:
        click.echo(f"Starting a copy of {installation.name} …", err=True)
    with nullcontext(as_it_runs(installation)) if asked["live"] else fresh(installation.folder) as running:
        house = running.installation
        report, finished = simulate(house, running.address, plan, silent=asked["as_json"])
        if asked["as_json"]:
            click.echo(msgspec.json.format(msgspec.json.encode(report)))
        else:
            screen = Screen.here(False)
            for line in drawn(report, partial(trace_of, house, screen.width), screen.width):
                click.echo(line)
    raise SystemExit(130 if not finished else 0 if report.good else 1)


def plan_of(settings: Settings, asked: dict[str, Any], speed: float) -> Plan:
    """Return what is to be simulated."""
    display, story, audio = settings.tables["display"], settings.tables["story"], settings.tables["audio"]
    examples = display.examples if isinstance(display, Display) else ()
    together = not isinstance(story, Story) or story.others != "ignore"
    recordings = asked["recordings"]
    try:
        words = Words.recorded(recordings) if recordings else Words.of(display.project.language, examples)
    except FileNotFoundError as error:
        raise Misuse(str(error)) from error
    hours = asked["hours"] or asked["visits"] * BETWEEN / HOUR
    return Plan(
        seed=asked["seed"],
        speed=speed,
        speaks=audio if (asked["speak"] or recordings) and isinstance(audio, Audio) else None,
        recordings=recordings,
        visits=crowd(asked["seed"], asked["visits"], hours, words, together=together),
    )


def simulate(installation: Installation, address: str, plan: Plan, *, silent: bool) -> tuple[Report, bool]:
    """Return what came of a day, and whether it came to its end: Ctrl-C ends it before."""
    day = Day(installation, address, plan)
    hidden = silent or not sys.stderr.isatty()
    with click.progressbar(
        length=len(plan.visits), label="Visits", hidden=hidden, file=sys.stderr, show_pos=True
    ) as progress:

        def done(visit: Visit) -> None:
            progress.label = f"{clock(visit.at)}  {visit.kind[:16]:16}"
            progress.update(1)

        report = anyio.run(unless_interrupted, partial(day.run, done))
    if report is None and day.people is None:
        raise SystemExit(130)
    return (report, True) if report else (day.report(), False)


def tell_plan(visits: list[Visit], as_json: bool) -> None:
    """Print what a crowd would do."""
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(visits)))
        return
    rows = [
        (str(visit.number), clock(visit.at), visit.kind, " / ".join(wish.text for wish in guest.wishes) or "-")
        for visit in visits
        for guest in visit.guests
    ]
    for line in columns([("visit", "at", "who", "says"), *rows], right=(0, 1), width=Screen.here(False).width):
        click.echo(harmless(line))
    click.echo(times(len(visits), "visit"))
