"""Without a browser, the tests and figures of the page say so in one line."""

import subprocess
import sys

import pytest

from tests.browser import NoBrowser, find_chromium
from tests.installation import CHECKOUT


def test_a_missing_browser_is_named_with_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANTASCOPE_CHROMIUM", "no-such-browser")
    with pytest.raises(NoBrowser) as caught:
        find_chromium()
    assert (
        str(caught.value) == "no browser found (no-such-browser): install chromium, or set FANTASCOPE_CHROMIUM to one"
    )


def test_the_figures_of_a_visit_begin_with_looking_for_a_browser() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.visit", "--quick"],
        cwd=CHECKOUT,
        env={"FANTASCOPE_CHROMIUM": "no-such-browser", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "no browser found (no-such-browser): install chromium, or set FANTASCOPE_CHROMIUM to one"
    ]
