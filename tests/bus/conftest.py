"""A mesh of its own for every test."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bus.mesh import Mesh


@pytest.fixture
def mesh() -> Iterator[Mesh]:
    """Yield a mesh in a folder with a short path."""
    folder = Path(tempfile.mkdtemp(prefix="fs"))
    yield Mesh(folder)
    shutil.rmtree(folder)
