"""An installation of the test's own, gone when the test is over."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.console.hand import Hand


@pytest.fixture
def hand() -> Iterator[Hand]:
    """Yield the command for a project with a free port; whatever it started is stopped."""
    folder = Path(tempfile.mkdtemp(prefix="fs"))
    hand = Hand(folder.resolve())
    hand.write("[display]\nport = 0\n")
    yield hand
    hand("down")
    shutil.rmtree(hand.installation.run, ignore_errors=True)
    shutil.rmtree(folder)
