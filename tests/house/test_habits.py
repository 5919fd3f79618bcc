"""Habits that no linter knows."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house.sources import HOUSE, imports, python_files

LOOSE = {"create_task", "ensure_future", "run_coroutine_threadsafe"}
SHUNNED = {"mock", "pickle", "shelve", "zmq.asyncio"}


def calls(file: Path, wanted: Callable[[ast.expr], bool]) -> list[str]:
    """Return where a file calls something."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and wanted(node.func)]
    return [f"{file.relative_to(HOUSE)}:{node.lineno}" for node in found]


def test_no_task_runs_outside_a_task_group() -> None:
    loose = [line for file in python_files() for line in calls(file, lambda func: getattr(func, "attr", "") in LOOSE)]
    assert loose == []


def test_nothing_is_mocked_and_nothing_unpickled() -> None:
    wrong = {file for file in python_files() if imports(file) & SHUNNED or "unittest" in imports(file)}
    assert wrong == set()


@pytest.mark.parametrize("top", ["schemas", "bus", "services"])
def test_the_program_prints_nothing_past_its_log(top: str) -> None:
    said = [line for file in python_files(top) for line in calls(file, lambda func: getattr(func, "id", "") == "print")]
    assert said == []
