"""The shape of the house: what lies at the top, how long a file is, what it says of itself."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.sources import HOUSE, python_files

PAGES = {"CHANGELOG.md", "CONTRIBUTING.md", "README.md", "Makefile", "pyproject.toml", "supervisord.conf"}
FOLDERS = {"benchmarks", "bus", "docs", "projects", "schemas", "services", "tests"}
MADE = re.compile(r"\..*|.*\.egg-info|__pycache__|build|dist|var")
MACHINE = re.compile(r"/(work|farm|" + r"tmp/w|root)/")


def texts() -> list[Path]:
    """Return every file of ours that holds text, as the version control lists them."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=HOUSE,
        capture_output=True,
        text=True,
        check=True,
    )
    known = {".py", ".md", ".toml", ".conf", ".yaml", ".js", ".css", ".html", ".txt", ""}
    files = [HOUSE / line for line in listed.stdout.splitlines()]
    return [file for file in files if file.suffix in known and file.is_file()]


def test_the_top_holds_what_the_design_names() -> None:
    assert {entry.name for entry in HOUSE.iterdir() if not MADE.fullmatch(entry.name)} == PAGES | FOLDERS


@pytest.mark.parametrize("file", python_files(), ids=lambda file: str(file.relative_to(HOUSE)))
def test_a_file_is_short_and_says_what_it_is_for(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count("\n") <= 300
    assert not text or ast.get_docstring(ast.parse(text))


def test_no_file_names_a_place_on_the_machine_that_wrote_it() -> None:
    assert not [str(file.relative_to(HOUSE)) for file in texts() if MACHINE.search(file.read_text(encoding="utf-8"))]


def test_every_dependency_is_pinned_within_its_bounds() -> None:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [Requirement(line) for line in (*project["dependencies"], *extras["test"], *extras["audio"])]
    lines = (HOUSE / ".ci" / "constraints.txt").read_text(encoding="utf-8").split()
    pins = {canonicalize_name(name): version for name, version in (line.split("==") for line in lines)}
    assert [str(need) for need in wanted if pins.get(canonicalize_name(need.name), "none") not in need.specifier] == []
