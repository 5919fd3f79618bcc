"""How quick the `fantascope` command is: its start, a word from hand to answer, why, watch, and a day of visitors."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio

from benchmarks.figures import Figure, arguments, median, show
from bus import Bus, open_bus, open_hand
from bus.names import run_folder
from schemas import (
    Asset,
    Event,
    ImageReady,
    ImageRequest,
    NarrationPart,
    NarrationReady,
    NarrationRequest,
    Report,
    SceneShown,
    SpeechFinal,
    StoryBeat,
    TurnStarted,
    VisitEnded,
    because,
)
from services.actor.marks import mark_of
from services.console.fresh import COMMAND
from tests.installation import CHECKOUT, Installation, installed

DEMO = CHECKOUT / "projects" / "demo"
NAMES = ("display", "story", "image", "audio")
EVENTS = 100_000
RATE = 5_000
TICKS = os.sysconf("SC_CLK_TCK")
Figures = dict[str, Figure]


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__, CASES)
    figures: Figures = {}
    for case in options.case:
        figures |= CASES[case](options.quick)
    show(figures, options.json)


def seconds_of(*words: str, project: Path) -> float:
    """Return how long a command takes, from its start to its end."""
    began = time.perf_counter()
    subprocess.run([str(COMMAND), *words, "--project", str(project)], capture_output=True, check=False)
    return time.perf_counter() - began


def status(quick: bool) -> Figures:
    """Measure `fantascope status` on an installation that runs, from the start of the command to its end."""
    with installed(DEMO) as house:
        time.sleep(1.0 if quick else 10.0)  # what the start has left to do
        taken = [seconds_of("status", project=house.project) for _ in range(5 if quick else 30)]
    return {"`fantascope status`, all of it": median(taken, "s", 0.25)}


def handled(quick: bool) -> Figures:
    """Measure the time from words by hand to the turn that they open."""
    rounds = 5 if quick else 100
    with installed(DEMO) as house:
        held = anyio.run(from_an_open_hand, house, rounds)
        sent = anyio.run(from_the_command, house, 3 if quick else 20)
    return {
        "injected event → handled, by a hand that is there": median(held, "ms"),
        "`fantascope send` started → its event handled": median(sent, "ms"),
    }


async def from_an_open_hand(house: Installation, rounds: int) -> list[float]:
    """Return milliseconds from publishing words to hearing of their turn."""
    taken = []
    run, journals = run_folder(house.project), house.project / "journal"
    async with open_hand(run=run, journals=journals) as bus, bus.subscribe(TurnStarted) as turns:
        for number in range(rounds):
            began = time.perf_counter()
            words = await bus.publish(SpeechFinal(text=f"a fox, for the {number}th time"))
            async for turn in turns:
                if turn.cause == words.id:
                    break
            taken.append(1000 * (time.perf_counter() - began))
            await bus.publish(VisitEnded(visit=turn.visit, turn=turn.turn, reason="operator"))
            await anyio.sleep(0.3)  # the story has begun to plan; the next words shall find it idle
    return taken


async def from_the_command(house: Installation, rounds: int) -> list[float]:
    """Return milliseconds from starting the command to hearing of the turn that its words have opened."""
    taken = []
    run, journals = run_folder(house.project), house.project / "journal"
    command = [str(COMMAND), "send", "speech.final", "text=an owl", "--project", str(house.project)]
    async with open_hand(run=run, journals=journals) as bus, bus.subscribe(TurnStarted) as turns:
        for _ in range(rounds):
            began = time.perf_counter()
            async with await anyio.open_process(command) as process:
                turn = await anext(aiter(turns))
                taken.append(1000 * (time.perf_counter() - began))
                await process.wait()
            await bus.publish(VisitEnded(visit=turn.visit, turn=turn.turn, reason="operator"))
            await anyio.sleep(0.5)
    return taken


def why(quick: bool) -> Figures:
    """Measure `fantascope why` on journals of so many events, for pictures from all over them."""
    with journals_of(EVENTS) as (project, paths):
        wanted = paths[:: max(1, len(paths) // (5 if quick else 30))]
        taken = [seconds_of("why", path, project=project) for path in wanted]
    return {f"`fantascope why PICTURE`, journals of {EVENTS:,} events": median([1000 * s for s in taken], "ms", 200.0)}


@contextmanager
def journals_of(count: int) -> Iterator[tuple[Path, list[str]]]:
    """Yield a project with so many events of visits in its journals, and the paths of its pictures."""
    with TemporaryDirectory(prefix="fs") as folder:
        project = Path(folder).resolve()
        (project / "project.toml").write_text("")
        yield project, anyio.run(tell, project, count)


async def tell(project: Path, count: int) -> list[str]:
    """Publish visits; return the paths of their pictures."""
    paths: list[str] = []
    run, journals = run_folder(project), project / "journal"
    async with AsyncExitStack() as stack:
        buses = {name: await stack.enter_async_context(open_bus(name, run=run, journals=journals)) for name in NAMES}
        told = 0
        while told < count:
            told += await tell_beat(buses, told, paths)
    return paths


async def tell_beat(buses: dict[str, Bus], number: int, paths: list[str]) -> int:
    """Publish a turn with one beat, as the demo does; return how many events it took."""

    async def say(name: str, event: Event) -> Event:
        await buses[name].room()
        return buses[name].post(event)

    words = await say("display", SpeechFinal(text=f"a fox in the snow, {number}", mic="page-anna"))
    turn = await say("story", TurnStarted(visit=f"20261128-{number:06}-ab12", turn=1, cause=words.id, text="a fox"))
    beat = await say("story", because(turn, StoryBeat(number=1, text="A fox ran over the snow. " * 8)))
    request = await say("story", because(beat, ImageRequest(scene="a fox at dusk, " * 12, seed=number)))
    voice = await say("story", because(beat, NarrationRequest(sentences=("A fox ran over the snow.",) * 4)))
    path = f"2026-11-28/image/10-15-01_a-fox-at-dusk_{mark_of(request.id)}.jpg"
    made: dict[str, str | int | float] = {"prompt": "a fox at dusk, " * 12, "seed": number}
    asset = Asset(path=path, media_type="image/jpeg", sha256=f"{number:064x}", size=200_000, made=made)
    report = Report(backend="painter", config="0badcafe", seconds=0.4)
    ready = await say("image", because(request, ImageReady(asset=asset, report=report)))
    await say("display", because(ready, SceneShown(path=path, page="anna")))
    for part in range(4):
        sound = Asset(path=f"{path}.{part}.wav", media_type="audio/wav", sha256=f"{number:064x}", size=90_000)
        await say("audio", because(voice, NarrationPart(part=part, of=4, text="A fox ran.", asset=sound)))
    await say("audio", because(voice, NarrationReady(seconds=9.0)))
    paths.append(path)
    return 12


def watch(quick: bool) -> Figures:
    """Measure what `fantascope watch` needs of a core while so many events a second are said, and whether all came."""
    seconds = 3.0 if quick else 20.0
    with TemporaryDirectory(prefix="fs") as folder:
        project, printed = Path(folder).resolve(), Path(folder) / "printed"
        (project / "project.toml").write_text("")
        with printed.open("w") as out:
            command = [str(COMMAND), "watch", "story", "--project", str(project)]
            with subprocess.Popen(command, stdout=out) as process:
                said, used = anyio.run(say_at, project, process.pid, seconds)
                process.send_signal(signal.SIGINT)
        lines = printed.read_bytes().count(b"\n")
    return {
        f"`fantascope watch` at {RATE:,} events/s, processor": Figure(
            value=round(100 * used / seconds, 1), unit="% of core", goal=30.0
        ),
        f"`fantascope watch` at {RATE:,} events/s, not printed": Figure(
            value=said - lines, unit="events", goal=0, n=said
        ),
    }


async def say_at(project: Path, watcher: int, seconds: float) -> tuple[int, float]:
    """Say events at a rate; return how many, and the processor time that a watcher took meanwhile."""
    async with open_bus("story", run=run_folder(project), journals=project / "journal") as bus:
        await anyio.sleep(1.5)  # the watcher comes
        before, began, said = processor_time(watcher), time.perf_counter(), 0
        while time.perf_counter() - began < seconds:
            for _ in range(RATE // 200):
                bus.post(StoryBeat(number=said, text="A fox ran over the snow.", scene="a fox", visit="v1", turn=1))
                said += 1
            await anyio.sleep(max(0.0, began + said / RATE - time.perf_counter()))
        used = processor_time(watcher) - before
        await anyio.sleep(1.0)
    return said, used


def processor_time(pid: int) -> float:
    """Return the seconds of a core that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def day(quick: bool) -> Figures:
    """Let 300 visitors write to the demo on a day of eight hours."""
    visits = 5 if quick else 300
    command = [str(COMMAND), "simulate", "--visits", str(visits), "--seed", "7", "--json", "--project", str(DEMO)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    report = json.loads(done.stdout)
    waits = {f"{what}, {part}": wait for what, wait in report["waits"].items() for part in ("p50", "p95")}
    return {
        "visits": Figure(value=report["visits"], unit="visits", goal=float(visits), at_least=True),
        "sentences that were said": Figure(value=report["said"], unit=""),
        "of them answered": Figure(value=report["outcomes"].get("answered", 0), unit=""),
        **{
            f"words to {name}": Figure(value=wait[name.rpartition(" ")[2]], unit="s", n=wait["count"])
            for name, wait in waits.items()
        },
        "longest silence before an answer": Figure(
            value=report["silence"]["worst"], unit="s", n=report["silence"]["count"]
        ),
        "stale shown": Figure(value=report["stale"], unit="", goal=0),
        "dead air over 2 s": Figure(value=report["dead_air"], unit="", goal=0),
        "unanswered": Figure(value=len(report["unanswered"]), unit="", goal=0),
        "failures of services": Figure(value=sum(each["count"] for each in report["failures"]), unit=""),
        "the day": Figure(value=round(report["day"] / 3600, 2), unit="h"),
        "wall time": Figure(value=round(report["seconds"] / 60, 1), unit="min"),
    }


CASES: dict[str, Callable[[bool], Figures]] = {
    "status": status, "handled": handled, "why": why, "watch": watch, "day": day,
}  # fmt: skip


if __name__ == "__main__":
    main()
