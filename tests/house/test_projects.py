"""The shipped projects start as they are, side by side."""

from pathlib import Path

import pytest

from services.console.mistakes import mistakes
from services.console.page import page_of
from services.console.settings import read_settings
from tests.house.sources import HOUSE

PROJECTS = sorted(file.parent for file in (HOUSE / "projects").glob("*/project.toml"))


def test_there_is_a_demo() -> None:
    assert HOUSE / "projects" / "demo" in PROJECTS


@pytest.mark.parametrize("folder", PROJECTS, ids=lambda folder: folder.name)
def test_a_shipped_project_has_no_mistakes(folder: Path) -> None:
    assert mistakes(read_settings(folder)) == []


def test_no_two_shipped_projects_want_the_same_port() -> None:
    pages = [page_of(read_settings(folder)) for folder in PROJECTS]
    ports = [page.port for page in pages if page]
    assert len(set(ports)) == len(PROJECTS)
