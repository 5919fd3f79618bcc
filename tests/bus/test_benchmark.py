"""The benchmark runs, counts right, and leaves figures behind; what they are depends on the machine."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest

from benchmarks.bus.board import Board, Credit
from benchmarks.bus.measures import Measure, Series, compared, per_second
from benchmarks.bus.table import BEGIN, END
from tests.installation import CHECKOUT

PAGE = f"# Speed\n\nBefore.\n\n{BEGIN}\nold\n{END}\n\nAfter.\n"


def benchmark(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the benchmark in its quick form."""
    command = [sys.executable, "-m", "benchmarks.bus", "--quick", *words]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=120, check=False)


def test_the_quick_form_loses_nothing_and_leaves_figures_and_a_page(tmp_path: Path) -> None:
    figures, page = tmp_path / "figures.json", tmp_path / "page.md"
    page.write_text(PAGE, encoding="utf-8")
    ended = benchmark("--json", str(figures), "--page", str(page), "log", "idle")
    assert ended.returncode == 0, ended.stderr
    found: dict[str, dict[str, Any]] = json.loads(figures.read_text(encoding="utf-8"))
    assert found["log 1→1, lost or doubled"]["value"] == 0
    sustained = found["log 1→1, bursts of 256 for 1.5 s"]
    assert sustained["value"] > 0
    assert {"low", "high", "goal", "stretch", "met", "ours", "raw"} <= sustained.keys()
    assert found["idle client, resident memory"]["value"] > 0
    text = page.read_text(encoding="utf-8")
    assert all(name in text for name in found)
    assert "old" not in text
    assert text.startswith("# Speed\n\nBefore.\n")
    assert text.endswith("\nAfter.\n")


def test_an_unknown_case_is_refused_and_all_are_named() -> None:
    ended = benchmark("liv")
    assert ended.returncode == 2
    assert "no such case: liv" in ended.stderr
    assert "live5" in ended.stderr


def test_a_ratio_is_to_the_references_before_and_after() -> None:
    series = Series()
    for ours, before, after in ((150.0, 100.0, 200.0), (100.0, 50.0, 50.0), (100.0, 200.0, 200.0)):
        series.add(Measure(ours), Measure(before), Measure(after))
    row = compared(series, per_second, (0.75, 1.5), at_least=True)
    assert (row.value, row.low, row.high, row.verdict) == (1.0, 0.5, 2.0, "yes")


def test_no_goal_is_reached_with_losses() -> None:
    series = Series()
    series.add(Measure(200.0, lost=1), Measure(100.0), Measure(100.0))
    row = compared(series, per_second, (0.75, 1.5), at_least=True)
    assert (row.met, row.verdict) == (False, "NO")
    assert "1 LOST" in row.note


@pytest.mark.anyio
async def test_a_sender_goes_no_further_than_its_slowest_reader_allows(tmp_path: Path) -> None:
    bell = os.eventfd(0, os.EFD_NONBLOCK)
    board = Board(tmp_path, bell, 80)
    credit = Credit(board, 2, 80)
    allowed: list[int] = []

    async def send() -> None:
        for number in (80, 160, 240):
            await credit.grant(number)
            allowed.append(number)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(send)
        await anyio.wait_all_tasks_blocked()
        board.note(0, 160)
        await anyio.wait_all_tasks_blocked()
        assert allowed == [80]
        board.note(1, 160)
    assert allowed == [80, 160, 240]
    os.close(bell)
