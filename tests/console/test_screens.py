"""What an operator sees over ssh: every screen fits eighty columns, and the docs have a picture of it."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bus import history
from services.console.fresh import copy_of
from tests.console.hand import Hand
from tests.console.patience import until
from tests.console.terminal import HEIGHT, WIDTH, on_terminal, photograph, plain
from tests.house.sources import HOUSE

SCREENS = {
    "status": ("status",),
    "top": ("top", "--once", "--every", "0.5"),
    "trace": ("trace", "--visit"),
    "why": ("why", "image.ready"),
    "history": ("history", "-n", "20"),
    "graph": ("graph",),
    "doctor": ("doctor",),
    "rehearse": ("rehearse", "first-visitor", "--live"),
    "simulate": ("simulate", "--live", "--visits", "2", "--seed", "4", "--speed", "200"),
}
"""Each with the command that it shows."""


@pytest.fixture(scope="module")
def demo() -> Iterator[Hand]:
    """Yield the command for a copy of the demo that runs, and in which a story has been told."""
    folder = Path(tempfile.mkdtemp(prefix="fs")).resolve()
    hand = Hand(copy_of(HOUSE / "projects" / "demo", folder))
    hand.environment["LOGNAME"] = "anna"
    try:
        assert hand("up").returncode == 0
        hand("send", "speech.final", "text=a fox that collects lost shadows")
        ready = history.Query(topics=("music.ready",), limit=1)
        until(lambda: bool(history.read(hand.installation.journals, ready)))
        yield hand
    finally:
        hand("down")
        shutil.rmtree(hand.installation.run, ignore_errors=True)
        shutil.rmtree(folder)


@pytest.mark.anyio
@pytest.mark.parametrize("name", SCREENS)
async def test_a_screen_fits_a_small_terminal(demo: Hand, name: str) -> None:
    text, _ = on_terminal(demo, *SCREENS[name])
    lines = plain(text).splitlines()
    assert lines
    assert max(map(len, lines)) <= WIDTH
    shown = "\n".join(text.splitlines()[: HEIGHT - 1])
    await photograph(f"$ fantascope {' '.join(SCREENS[name])}\n{shown}", name)
