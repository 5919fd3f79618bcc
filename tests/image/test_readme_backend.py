"""The backend that the README shows is complete: it is taken from there and asked for a picture."""

import io
import re
import tempfile
from functools import partial
from pathlib import Path

import anyio
import pytest
from PIL import Image

from bus import open_bus
from schemas import ImageReady, ImageRequest
from services.actor.config import load_project
from services.image.config import Config
from services.image.service import serve

pytestmark = pytest.mark.anyio

README = Path(__file__).parents[2] / "README.md"


def example(language: str) -> str:
    """Return the README's code block in a language."""
    block = re.search(rf"```{language}\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert block
    return block[1]


def test_it_fits_on_a_screen() -> None:
    assert len(example("python").splitlines()) <= 40


async def test_it_answers_a_request() -> None:
    folder = Path(tempfile.mkdtemp(prefix="fs"))
    (folder / "stripes.py").write_text(example("python"), encoding="utf-8")
    (folder / "project.toml").write_text(example("toml"), encoding="utf-8")
    config = load_project(folder, {"image": Config})["image"]
    assert isinstance(config, Config)
    async with (
        open_bus("story", run=folder / "run", journals=folder / "journal") as story,
        story.subscribe(ImageReady) as pictures,
        open_bus("image", run=folder / "run", journals=folder / "journal") as bus,
        anyio.create_task_group() as group,
    ):
        with anyio.fail_after(30):
            await group.start(partial(serve, config, bus))
            await story.publish(ImageRequest(scene="red fox snow", width=320, height=180))
            ready = await anext(pictures)
        group.cancel_scope.cancel()
    assert (ready.report.backend, ready.report.tier, ready.alt) == ("stripes", 0, "red fox snow")
    data = (folder / "assets" / ready.asset.path).read_bytes()
    assert Image.open(io.BytesIO(data)).size == (320, 180)
