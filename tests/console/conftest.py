"""An installation of the test's own, gone when the test is over."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.console.hand import Hand


@contextmanager
def installed() -> Iterator[Hand]:
    """Yield the command for a project with a free port; whatever it started is stopped."""
    folder = Path(tempfile.mkdtemp(prefix="fs"))
    hand = Hand(folder.resolve())
    hand.write("[display]\nport = 0\n")
    yield hand
    hand("down")
    shutil.rmtree(hand.installation.run, ignore_errors=True)
    shutil.rmtree(folder)


@pytest.fixture
def hand() -> Iterator[Hand]:
    """Yield the command for an installation that does not run."""
    with installed() as hand:
        yield hand


@pytest.fixture(scope="module")
def up() -> Iterator[Hand]:
    """Yield the command for an installation that runs, and runs again when a test leaves it."""
    with installed() as hand:
        done = hand("up")
        assert done.returncode == 0, done.stdout + done.stderr
        yield hand
